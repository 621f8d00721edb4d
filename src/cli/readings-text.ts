import type { LabelReading } from "../index.ts";
import { textTable } from "./table.ts";

const reasons = {
  "too-few": "refused: too few pictures of one kind",
  "not-readable": "refused: not readable surely enough",
  "not-0-or-1": "refused: expected 0 and 1",
} as const;

/** Every label with its AUROC, and which are targets now. */
export function readingsText({
  readings,
  images,
  heldOut,
  minAuroc,
  manifest,
  workspace,
}: {
  readonly readings: readonly LabelReading[];
  readonly images: number;
  readonly heldOut: number;
  readonly minAuroc: number;
  readonly manifest: string | null;
  readonly workspace: string | null;
}): string {
  const rows = readings.map(({ label, ones, zeros, auroc, refused }) => [
    label,
    String(ones),
    String(zeros),
    auroc === null ? "–" : `${auroc.value.toFixed(3)} (${auroc.ci.map((end) => end.toFixed(3)).join(" to ")})`,
    refused === null ? "" : reasons[refused],
  ]);
  const made = readings.filter(({ refused }) => refused === null).length;
  return [
    textTable([["label", "1", "0", "AUROC (95 % interval)", ""], ...rows], new Set([0, 4])),
    "",
    `learned from ${images} pictures, judged on ${heldOut} others; the whole interval has to lie above ${minAuroc}`,
    manifest === null
      ? "no label can be read: nothing was written"
      : `${made} of ${readings.length} labels are targets of ${manifest}${workspace === null ? "" : `, now in ${workspace}`}`,
  ].join("\n");
}
