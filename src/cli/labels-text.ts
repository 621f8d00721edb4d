import type { LabelsSummary } from "../index.ts";
import { textTable } from "./table.ts";

/** What was read, column by column, and what did not fit. */
export function labelsText(summary: LabelsSummary): string {
  const { format, metadata, images, labels, splits, notes } = summary;
  const lines = [
    textTable([
      ["label", "1", "0", "blank"],
      ...labels.map(({ label, ones, zeros, blank }) => [label, String(ones), String(zeros), String(blank)]),
    ]),
    "",
    `${count(images, "image")} and ${count(labels.length, "label")} of ${format} tables in ${metadata}`,
  ];
  const parts = Object.entries(splits).map(([split, size]) => `${split} ${size}`);
  if (parts.length > 0) lines.push(`splits: ${parts.join(", ")}`);
  const misfits: readonly [LabelsSummary["rowsWithoutFile"], string][] = [
    [summary.rowsWithoutFile, "in the table without a file"],
    [summary.filesWithoutRow, "in the folder without a row"],
    [summary.ambiguousRows, "in the table that fit several files alike, and were left out"],
    [summary.repeatedRows, "described a second time, the first counts"],
  ];
  for (const [{ count: many, example }, what] of misfits) {
    if (many > 0) lines.push(`note: ${many} ${what}, such as "${example}"`);
  }
  return [...lines, ...notes.map((note) => `note: ${note}`)].join("\n");
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? "" : "s"}`;
}
