import { shortened } from "../base/shortened.ts";
import type { Diff, DiffCell, DiffFigures } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";
import { wrapped } from "./wrapped.ts";

/** How a comparison is printed. */
interface DiffStyle extends Pick<Output, "bold" | "dim"> {
  /** Letters that a line has room for; without it nothing is shortened. */
  readonly width?: number | undefined;
  /** Whether every sentence and every cell is printed. */
  readonly all: boolean;
}

/** Sentences, and cells, that are printed before "and N more". */
const shown = 20;

/** What changed, in sentences; then the cells, changed ones first, and the images it rests on. */
export function diffText(diff: Diff, style: DiffStyle): string {
  const said = diff.cells.filter(isChange);
  const count = (outcome: DiffCell["outcome"]): number => diff.cells.filter((cell) => cell.outcome === outcome).length;
  const unresolved = count("unresolved") - said.filter((cell) => cell.outcome === "unresolved").length;
  const sentences =
    said.length === 0 ? ["no cell is known to have changed"] : said.map(({ sentence }) => sentence as string);
  const judged = diff.cells.filter(({ outcome }) => outcome !== null);
  const cells = [...judged.filter(isChange), ...judged.filter((cell) => !isChange(cell)).sort(byDifference)];
  const most = style.all ? Number.POSITIVE_INFINITY : shown;
  const more = (some: readonly unknown[], what: string): string[] =>
    some.length > most ? [style.dim(`… and ${some.length - most} more ${what}: --all prints them`)] : [];
  return [
    ...sentences.slice(0, most),
    ...more(sentences, "sentences"),
    style.dim(
      `${count("unchanged")} unchanged within ±${diff.minEffect}, ${unresolved} unresolved of ${judged.length} cells`,
    ),
    "",
    cellLines(cells.slice(0, most), style),
    ...more(cells, "cells"),
    "",
    rowTable(diff, style),
    ...unpairedLines(diff).flatMap((line) => wrapped(line, style.width ?? Number.POSITIVE_INFINITY, "  ")),
  ].join("\n");
}

/** A cell that is known to have moved. */
function isChange({ outcome, reason }: DiffCell): boolean {
  return outcome === "removed" || outcome === "introduced" || reason === "weaker" || reason === "stronger";
}

/** The largest difference first; cells without one last. */
function byDifference(a: DiffCell, b: DiffCell): number {
  const size = (cell: DiffCell): number => {
    const difference = figuresOf(cell)?.difference ?? null;
    return difference === null ? -1 : Math.abs(difference);
  };
  return size(b) - size(a);
}

function figuresOf(cell: DiffCell): DiffFigures | undefined {
  return cell.stratum === null ? undefined : cell[cell.stratum];
}

/** The cells as a table; where that is too wide, two short lines for each. */
function cellLines(cells: readonly DiffCell[], style: DiffStyle): string {
  const rows = cells.map((cell) => {
    const figures = figuresOf(cell);
    return {
      base: nameOf(cell.base),
      downstream: nameOf(cell.downstream),
      feature: cell.stratum ?? "—",
      before: figure(figures?.before),
      after: figure(figures?.after),
      difference: figure(figures?.difference),
      interval: figures?.ci == null ? "—" : `${figure(figures.ci[0])} to ${figure(figures.ci[1])}`,
      pairs: String(figures?.count ?? cell.present.count + cell.absent.count),
      outcome: cell.reason === null ? (cell.outcome ?? "") : `${cell.outcome}: ${cell.reason}`,
    };
  });
  const header = ["base", "downstream", "feature", "before", "after", "difference", "interval", "pairs", "outcome"];
  const table = textTable([header, ...rows.map((row) => Object.values(row))], new Set([0, 1, 2, 8])).split("\n");
  const { width } = style;
  if (width === undefined || table.every((line) => line.length <= width)) {
    return [style.bold(table[0] ?? ""), ...table.slice(1)].join("\n");
  }
  return rows
    .flatMap(({ base, downstream, feature, before, after, difference, interval, pairs, outcome }) => {
      const room = Math.max(8, Math.floor((width - outcome.length - 6) / 2));
      const images = feature === "—" ? "" : `feature ${feature}, `;
      return [
        `${shortened(base, room)} → ${shortened(downstream, room)}  ${style.bold(outcome)}`,
        style.dim(`  ${images}${before} to ${after}: ${difference} (${interval}), ${pairs} pairs`),
      ];
    })
    .join("\n");
}

function rowTable(diff: Diff, style: DiffStyle): string {
  const header = ["images used", "under both", "before only", "after only"];
  const room = (style.width ?? Number.POSITIVE_INFINITY) - header.slice(1).join("  ").length - 2;
  const rows = diff.rows.map((row) => [
    shortened(nameOf(row.base), room),
    ...[row.both, row.beforeOnly, row.afterOnly].map(String),
  ]);
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
