import type { Cell, Matrix } from "../index.ts";
import { decompositionLines } from "./decomposition-text.ts";
import type { Output } from "./output.ts";
import { csv, figure, textTable } from "./table.ts";

/** The matrix for a terminal: rows are bases, columns are numbered and named below. */
export function matrixText(matrix: Matrix, style: Pick<Output, "bold" | "dim">): string {
  const cells = new Map(matrix.cells.map((cell) => [`${cell.base}\n${cell.downstream}`, cell]));
  const header = ["", ...matrix.downstream.map((_, index) => `[${index + 1}]`), "used"];
  const used = new Map(matrix.rows.map((row) => [row.base, row]));
  const body = matrix.bases.map((base) => {
    const row = used.get(base);
    return [
      base,
      ...matrix.downstream.map((downstream) => cellText(cells.get(`${base}\n${downstream}`))),
      row === undefined ? "—" : `${row.used}/${row.selected}`,
    ];
  });
  const legend = matrix.downstream.map((name, index) => `  [${index + 1}] ${name}`).join("\n");
  const [first = "", ...rest] = textTable([header, ...body]).split("\n");
  return [
    style.bold(first),
    ...rest,
    "",
    style.dim(
      `mean relative change over images whose base fell by more than ${matrix.minBaseChange}, on those with the feature or those without it, whichever decided`,
    ),
    style.dim(
      "* found, ~ found but within the noise floor, ! found but the judge rejects it, ? unresolved, = same concept; used: images of those selected",
    ),
    legend,
    ...(matrix.decomposition === null || matrix.decomposition.length === 0
      ? []
      : ["", style.bold("what makes up the direction"), ...decompositionLines(matrix.decomposition)]),
  ].join("\n");
}

function cellText(cell: Cell | undefined): string {
  if (cell === undefined || cell.deciding.count === 0) return "· ";
  return `${figure(cell.deciding.mean)}${markOf(cell)}`;
}

function markOf({ sameConcept, state, doubts }: Cell): string {
  if (sameConcept) return "=";
  if (state === "found") return doubts.rejected ? "!" : doubts.withinNoise ? "~" : "*";
  return state === "unresolved" ? "?" : " ";
}

/** One line per cell. */
export function matrixCsv(matrix: Matrix): string {
  const interval = (ci: readonly [number, number] | null): (number | null)[] => (ci === null ? [null, null] : [...ci]);
  const header = [
    ...["base", "downstream", "mean", "median", "standard_error", "ci_low", "ci_high", "count"],
    ...["ratio_of_means", "ratio_ci_low", "ratio_ci_high", "ratio_count"],
    ...["present_mean", "present_ci_low", "present_ci_high", "present_count"],
    ...["absent_mean", "absent_ci_low", "absent_ci_high", "absent_count"],
    ...["deciding_mean", "deciding_median", "deciding_ci_low", "deciding_ci_high", "deciding_count"],
    ...["p", "q", "state", "reason", "stratum", "z", "same_concept", "judge", "judge_mean", "judge_count"],
    ...["rejected", "within_noise"],
  ];
  return csv([
    header,
    ...matrix.cells.map((cell) => [
      ...[cell.base, cell.downstream, cell.mean, cell.median, cell.standardError, ...interval(cell.ci), cell.count],
      ...[cell.ratioOfMeans.value, ...interval(cell.ratioOfMeans.ci), cell.ratioOfMeans.count],
      ...[cell.present.mean, ...interval(cell.present.ci), cell.present.count],
      ...[cell.absent.mean, ...interval(cell.absent.ci), cell.absent.count],
      ...[cell.deciding.mean, cell.deciding.median, ...interval(cell.deciding.ci), cell.deciding.count],
      ...[cell.pValue, cell.qValue, cell.state, cell.reason, cell.stratum, cell.z, cell.sameConcept],
      ...[cell.judge?.name ?? null, cell.judge?.mean ?? null, cell.judge?.count ?? null],
      ...[cell.doubts.rejected, cell.doubts.withinNoise],
    ]),
  ]);
}
