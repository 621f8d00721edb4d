import type { BaseDecomposition } from "../index.ts";
import type { Output } from "./output.ts";
import { figure, textTable } from "./table.ts";

/** Explained part below which that is said first. */
const lowExplained = 0.7;
/** |share| from which a share is listed whatever its state. */
const listed = 0.1;

type Row = Pick<BaseDecomposition["shares"][number], "share" | "ci" | "state"> & { readonly name: string };

/** Shares by size; collinear concepts as one. */
function rowsOf({ shares, groups }: BaseDecomposition): Row[] {
  const alone = shares.filter(({ state }) => state !== null).map((row) => ({ ...row, name: row.concept }));
  const together = groups.map((row) => ({ ...row, name: `${row.concepts.join(" + ")} (collinear)` }));
  return [...alone, ...together].sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
}

function percent(value: number): string {
  return (100 * value).toFixed(0);
}

function explainedText({ explained: { value, ci }, count }: BaseDecomposition): string {
  const interval = ci === null ? "" : ` (${percent(ci[0])} to ${percent(ci[1])})`;
  const only = value < lowExplained ? "only " : "";
  const doubt = value < lowExplained ? ": a feature that none of these concepts knows may be at work" : "";
  return `${only}${percent(value)} %${interval} of the direction explained, ${count} images${doubt}`;
}

/** The shares of every base, largest first, with intervals and states. */
export function decompositionText(rows: readonly BaseDecomposition[], style: Pick<Output, "bold" | "dim">): string {
  if (rows.length === 0) return "no direction could be decomposed: no image, no concept, or no gradient";
  return rows
    .map((row) => {
      const shares = rowsOf(row);
      const shown = shares.filter(({ share, state }) => Math.abs(share) >= listed || state === "found");
      const rest = shares.filter((share) => !shown.includes(share));
      const table = textTable(
        shown.map(({ name, share, ci, state }) => [
          `    ${name}`,
          figure(share),
          ci === null ? "" : `${figure(ci[0])} to ${figure(ci[1])}`,
          state ?? "",
        ]),
        new Set([0, 3]),
      );
      const largest = rest[0] === undefined ? "" : `, the largest ${rest[0].name} ${figure(rest[0].share)}`;
      return [
        `${style.bold(row.base)}  ${explainedText(row)}`,
        ...(shown.length === 0 ? [] : [table]),
        ...(rest.length === 0 ? [] : [style.dim(`    ${rest.length} more below ${listed}${largest}`)]),
      ].join("\n");
    })
    .join("\n");
}

/** One line a base: the found shares, and how much they leave unexplained. */
export function decompositionLines(rows: readonly BaseDecomposition[]): string[] {
  return rows.map((row) => {
    const found = rowsOf(row).filter(({ state }) => state === "found");
    const shares = found.map(({ name, share }) => `${name} ${figure(share)}`).join(", ");
    return `  ${row.base}: ${explainedText(row)}; ${shares || "no share found"}`;
  });
}
