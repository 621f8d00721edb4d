import type { Perturbation } from "../alignment/rows.ts";
import type { Finding, Witness } from "../results/matrix-schema.ts";
import { quoted } from "./figures.ts";

type View = Finding["views"][number]["view"];

/** Views of a pair, in a line. */
export const viewNames: Readonly<Record<View, string>> = {
  "relative-change": "relative change",
  judge: "the judge",
  decomposition: "decomposition",
  partial: "partial regression",
  robustness: "robustness",
};

/** Views of a pair, before their figure. */
export const viewFigures: Readonly<Record<View, string>> = {
  "relative-change": "relative change",
  judge: "the judge",
  decomposition: "share of the direction",
  partial: "regression on predictions",
  robustness: "least that a perturbation leaves",
};

/** What each group is called, with its count. */
export const groupNames: Readonly<Record<Finding["group"], (count: number) => string>> = {
  confirmed: (count) => `${count} confirmed by another view`,
  open: (count) =>
    `${count} not certain: perhaps smaller than what matters, or no view of what the classifier itself uses confirms ${count === 1 ? "it" : "them"}`,
  contradicted: (count) => `${count} where the views disagree: no all-clear, and not counted`,
  "own-concept": (count) =>
    `${count} about a classifier's own concept: lowering the classifier moves it by less than half as far`,
  expected: (count) => `${count} that ${count === 1 ? "was" : "were"} expected`,
  rejected: (count) => `${count} rejected by the judge, and not counted`,
};

/** The same groups over their findings, in the order in which the audit gives them, and what is to be known of each. */
export const groupTitles: readonly {
  readonly group: Finding["group"];
  readonly title: string;
  readonly note?: string;
}[] = [
  { group: "confirmed", title: "Confirmed by what the classifier uses" },
  {
    group: "open",
    title: "Found, but not confirmed",
    note: "No view of what the classifier itself uses (decomposition, regression) confirms these. A judge only says that the image changed.",
  },
  {
    group: "contradicted",
    title: "Relative change and decomposition disagree",
    note: "Another feature at the same place of the image may move along, or the concepts may lack what the classifier looks at. The headline does not count these, and they are no all-clear.",
  },
  {
    group: "own-concept",
    title: "Not relying on their own concept",
    note: "Lowering the classifier moves its own concept by less than half as far.",
  },
  {
    group: "expected",
    title: "Found, and expected",
    note: "The file of expectations names these. The headline does not count them.",
  },
  {
    group: "rejected",
    title: "Rejected by the judge",
    note: "An unrelated classifier of the same target (the judge) sees less than half of the change, or the opposite. Then the downstream classifier may look at something else. The headline does not count these.",
  },
];

/** What a fall is measured again before: perturbations, and a judge. */
export const witnessWords: Readonly<Record<Witness, string>> = {
  reencoded: "re-encoded",
  jpeg: "as JPEG",
  blurred: "slightly blurred",
  shifted: "shifted by a pixel",
  judge: "for the judge",
};

/** What the perturbations of a run are called in a sentence. */
export const perturbationWords: Readonly<Record<Perturbation, string>> = {
  reencoded: "re-encoding",
  jpeg: "JPEG",
  blurred: "a slight blur",
  shifted: "a shift of one pixel",
};

/** "a relies on b, c on d and e on f". */
export function openingSentence(shown: readonly Pick<Finding, "base" | "downstream">[], verb: string): string {
  const parts = shown.map(
    ({ base, downstream }, at) => `${quoted(base)} ${at === 0 ? `${verb} on` : "on"} ${quoted(downstream)}`,
  );
  return `${parts.slice(0, -1).join(", ")}${parts.length > 1 ? " and " : ""}${parts.at(-1)}`;
}
