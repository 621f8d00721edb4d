import type { NamedConcepts, NameReading } from "../index.ts";
import { textTable } from "./table.ts";

const reasons = {
  "as-control-words": "refused: spreads pictures no further than words that have nothing to do with them",
  "too-few": "refused: too few pictures of one kind",
  "not-readable": "refused: not readable surely enough",
  "judged-otherwise": "refused: pictures that were judged by hand say otherwise",
} as const;

const figure = (auroc: NameReading["auroc"]): string =>
  auroc === null ? "–" : `${auroc.value.toFixed(3)} (${auroc.ci.map((end) => end.toFixed(3)).join(" to ")})`;

/** Every word with its figures, and which are targets now. */
export function namesText({ readings, images, heldOut, minAuroc, manifest, workspace }: NamedConcepts): string {
  const rows = readings.map(({ word, ones, zeros, pValue, auroc, judged, checked, refused }) => [
    word,
    String(ones),
    String(zeros),
    pValue.toFixed(3),
    figure(auroc),
    `${judged.count}${judged.auroc === null ? "" : `: ${figure(judged.auroc)}`}`,
    refused === null ? (checked ? "checked" : "named by CLIP, not checked") : reasons[refused],
  ]);
  const head = ["word", "has it", "has not", "p", "AUROC (95 % interval)", "judged", ""];
  const made = readings.filter(({ refused }) => refused === null);
  const open = made.filter(({ checked }) => !checked).length;
  return [
    textTable([head, ...rows], new Set([0, 4, 5, 6])),
    "",
    `learned from ${images} pictures, judged on ${heldOut} others against what CLIP says; the whole interval has to lie above ${minAuroc}`,
    manifest === null
      ? "no word can be read: nothing was written"
      : `${made.length} of ${readings.length} words are targets of ${manifest}${workspace === null ? "" : `, now in ${workspace}`}`,
    ...(open === 0
      ? []
      : [
          "to check a name, judge forty pictures of it under the same name (cfalign serve --label), and run this again",
        ]),
  ].join("\n");
}
