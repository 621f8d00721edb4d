import type { Diff, DiffCell } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";

/** What changed, in sentences; then the cells as a table, and the images it rests on. */
export function diffText(diff: Diff, style: Pick<Output, "bold" | "dim">): string {
  const said = diff.cells.filter(isChange);
  const count = (outcome: DiffCell["outcome"]): number => diff.cells.filter((cell) => cell.outcome === outcome).length;
  const unresolved = count("unresolved") - said.filter((cell) => cell.outcome === "unresolved").length;
  const sentences =
    said.length === 0 ? ["no cell is known to have changed"] : said.map(({ sentence }) => sentence as string);
  const judged = diff.cells.filter(({ outcome }) => outcome !== null);
  return [
    ...sentences,
    style.dim(
      `${count("unchanged")} unchanged within ±${diff.minEffect}, ${unresolved} unresolved of ${judged.length} cells`,
    ),
    "",
    cellTable(judged, style),
    "",
    rowTable(diff, style),
    ...unpairedLines(diff),
  ].join("\n");
}

/** A cell that is known to have moved. */
function isChange({ outcome, reason }: DiffCell): boolean {
  return outcome === "removed" || outcome === "introduced" || reason === "weaker" || reason === "stronger";
}

function cellTable(cells: readonly DiffCell[], style: Pick<Output, "bold">): string {
  const rows = cells.map((cell) => {
    const figures = cell.stratum === null ? undefined : cell[cell.stratum];
    return [
      nameOf(cell.base),
      nameOf(cell.downstream),
      cell.stratum ?? "—",
      figure(figures?.before),
      figure(figures?.after),
      figure(figures?.difference),
      figures?.ci == null ? "—" : `${figure(figures.ci[0])} to ${figure(figures.ci[1])}`,
      String(figures?.count ?? cell.present.count + cell.absent.count),
      cell.reason === null ? (cell.outcome ?? "") : `${cell.outcome}: ${cell.reason}`,
    ];
  });
  const header = ["base", "downstream", "feature", "before", "after", "difference", "interval", "pairs", "outcome"];
  const [first = "", ...rest] = textTable([header, ...rows], new Set([0, 1, 2, 8])).split("\n");
  return [style.bold(first), ...rest].join("\n");
}

function rowTable(diff: Diff, style: Pick<Output, "bold">): string {
  const header = ["images used", "under both", "before only", "after only"];
  const rows = diff.rows.map((row) => [nameOf(row.base), ...[row.both, row.beforeOnly, row.afterOnly].map(String)]);
  const [first = "", ...rest] = textTable([header, ...rows]).split("\n");
  return [style.bold(first), ...rest].join("\n");
}

function nameOf({ before, after }: DiffCell["base"]): string {
  return before === after ? after : `${before} / ${after}`;
}

function unpairedLines({ unpaired }: Diff): string[] {
  return (["bases", "downstream"] as const).flatMap((kind) =>
    (["before", "after"] as const).flatMap((side) => {
      const names = unpaired[kind][side];
      return names.length === 0
        ? []
        : [`${kind} in the ${side === "before" ? "first" : "second"} run only: ${names.join(", ")}`];
    }),
  );
}
