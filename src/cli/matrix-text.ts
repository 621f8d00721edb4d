import { shortened } from "../base/shortened.ts";
import type { Cell, Matrix } from "../index.ts";
import { decompositionLines } from "./decomposition-text.ts";
import type { Output } from "./output.ts";
import { columnGap, csv, figure, textTable } from "./table.ts";
import { wrapped } from "./wrapped.ts";

/** How a matrix is printed. */
interface MatrixStyle extends Pick<Output, "bold" | "dim"> {
  /** Letters that a line has room for; without it nothing is wrapped or shortened. */
  readonly width?: number | undefined;
  /** Whether a found cell was expected; none was by default. */
  readonly isMeant?: (cell: Cell) => boolean;
}

/** The matrix for a terminal: rows are bases, columns are numbered and named below. What is too wide comes in blocks of columns, one below the other. */
export function matrixText(matrix: Matrix, style: MatrixStyle): string {
  const { width = Number.POSITIVE_INFINITY, isMeant = () => false } = style;
  const cells = new Map(matrix.cells.map((cell) => [`${cell.base}\n${cell.downstream}`, cell]));
  const used = new Map(matrix.rows.map((row) => [row.base, row]));
  const room = Math.max(shortestName, Math.floor(width * nameShare));
  const usedOf = (base: string): string => {
    const row = used.get(base);
    return row === undefined ? "—" : `${row.used}/${row.selected}`;
  };
  const columns = [
    ...matrix.downstream.map((downstream, index) => [
      `[${index + 1}]`,
      ...matrix.bases.map((base) => cellText(cells.get(`${base}\n${downstream}`), isMeant)),
    ]),
    ["used", ...matrix.bases.map(usedOf)],
  ];
  const tables = columnBlocks(["", ...matrix.bases.map((base) => shortened(base, room))], columns, width).map(
    (rows) => {
      const [first = "", ...rest] = textTable(rows).split("\n");
      return [style.bold(first), ...rest].join("\n");
    },
  );
  const legend = matrix.downstream
    .map((name, index) => `  [${index + 1}] `.concat(shortened(name, width - `  [${index + 1}] `.length)))
    .join("\n");
  const notes = [
    `mean relative change over images whose base fell by more than ${matrix.minBaseChange}: those with the feature or those without it, whichever decided the cell; where neither did, those with it, or all where they are fewer than 10`,
    ...(matrix.cells.some(isMeant) ? ["+ found, and expected"] : []),
    "* found, ! found but the judge rejects it, ? unresolved, = same concept; used: used images / selected images",
    ...(matrix.cells.some(({ effect }) => effect !== null)
      ? [
          "marks are of verdicts: where interventions decided, they are of the effect (--format csv), and the figures are still relative changes",
        ]
      : []),
    ...matrix.rows
      .filter(({ reached, eligible }) => reached * 2 < eligible)
      .map(
        ({ base, reached, eligible }) =>
          `${shortened(base, room)}: only ${reached} of the ${eligible} images that could reached the drop; --direction path reaches further, and its figures may differ`,
      ),
    ...(matrix.bases.some((base) => base.length > room)
      ? ["… stands for letters left out: --wide prints every name whole"]
      : []),
  ];
  return [
    tables.join("\n\n"),
    "",
    ...notes.flatMap((note) => wrapped(note, width)).map(style.dim),
    legend,
    ...(matrix.decomposition === null || matrix.decomposition.length === 0
      ? []
      : [
          "",
          style.bold("what makes up the direction"),
          ...decompositionLines(matrix.decomposition).flatMap((line) => wrapped(line, width, "    ")),
        ]),
  ].join("\n");
}

/** Part of a line that the names of the rows may take, and the letters that they have at least. */
const nameShare = 0.4;
const shortestName = 12;

/** Columns in as many tables as it takes for each to fit a width; every table has at least one, and the names of the rows. */
function columnBlocks(names: readonly string[], columns: readonly (readonly string[])[], width: number): string[][][] {
  const widest = (texts: readonly string[]): number => Math.max(...texts.map((text) => text.length));
  const blocks: (readonly string[])[][] = [];
  let room = 0;
  for (const column of columns) {
    const needed = widest(column) + columnGap;
    const block = blocks.at(-1);
    if (block !== undefined && needed <= room) block.push(column);
    else {
      blocks.push([column]);
      room = width - widest(names);
    }
    room -= needed;
  }
  return blocks.map((block) => names.map((name, row) => [name, ...block.map((column) => column[row] ?? "")]));
}

function cellText(cell: Cell | undefined, isMeant: (cell: Cell) => boolean): string {
  if (cell === undefined) return "· ";
  const mark = isMeant(cell) ? "+" : markOf(cell);
  // Interventions may have found what no counterfactual moved.
  if (cell.deciding.count === 0) return `·${cell.effect === null ? " " : mark}`;
  return `${figure(cell.deciding.mean)}${mark}`;
}

function markOf({ sameConcept, state, rejected }: Cell): string {
  if (sameConcept) return "=";
  if (state === "found") return rejected ? "!" : "*";
  return state === "unresolved" ? "?" : " ";
}

/** One line per cell. */
export function matrixCsv(matrix: Matrix): string {
  const interval = (ci: readonly [number, number] | null): (number | null)[] => (ci === null ? [null, null] : [...ci]);
  const header = [
    ...["base", "downstream", "mean", "median", "standard_error", "ci_low", "ci_high", "count"],
    ...["ratio_of_means", "ratio_ci_low", "ratio_ci_high", "ratio_count"],
    ...["present_mean", "present_ci_low", "present_ci_high", "present_count", "present_rare_use_at_most"],
    ...["absent_mean", "absent_ci_low", "absent_ci_high", "absent_count", "absent_rare_use_at_most"],
    ...["deciding_mean", "deciding_median", "deciding_ci_low", "deciding_ci_high", "deciding_count"],
    ...["p", "q", "clear_q", "state", "reason", "stratum", "same_concept", "judge", "judge_mean", "judge_count"],
    ...["rejected", "alignment_state", "alignment_reason"],
    ...["effect", "effect_ci_low", "effect_ci_high", "effect_p", "effect_total", "effect_count", "effect_state"],
    "effect_reason",
  ];
  return csv([
    header,
    ...matrix.cells.map((cell) => [
      ...[cell.base, cell.downstream, cell.mean, cell.median, cell.standardError, ...interval(cell.ci), cell.count],
      ...[cell.ratioOfMeans.value, ...interval(cell.ratioOfMeans.ci), cell.ratioOfMeans.count],
      ...[cell.present.mean, ...interval(cell.present.ci), cell.present.count, cell.present.rareUse?.atMost ?? null],
      ...[cell.absent.mean, ...interval(cell.absent.ci), cell.absent.count, cell.absent.rareUse?.atMost ?? null],
      ...[cell.deciding.mean, cell.deciding.median, ...interval(cell.deciding.ci), cell.deciding.count],
      ...[cell.pValue, cell.qValue, cell.clearQValue, cell.state, cell.reason, cell.stratum, cell.sameConcept],
      ...[cell.judge?.name ?? null, cell.judge?.mean ?? null, cell.judge?.count ?? null],
      ...[cell.rejected, cell.alignment.state, cell.alignment.reason],
      ...[cell.effect?.value ?? null, ...interval(cell.effect?.ci ?? null), cell.effect?.pValue ?? null],
      ...[
        cell.effect?.total ?? null,
        cell.effect?.count ?? null,
        cell.effect?.state ?? null,
        cell.effect?.reason ?? null,
      ],
    ]),
  ]);
}
