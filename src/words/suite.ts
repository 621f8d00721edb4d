import type { CheckFigures, CheckItem } from "../results/check-item.ts";
import { intervalWords, plural, quoted, signed } from "./figures.ts";

/** Why there is no effect, and what keeps one from being told, in a few words. */
export const suiteReasons = {
  "own-feature": "its own",
  "one-softmax": "a class of its softmax",
  "own-witness": "only it tells its own feature",
  "no-feature": "the suite does not tell its own feature",
  "no-number": "it gave no number",
  "too-few": "too few pairs",
  straddles: "the interval crosses the bound",
  "not-moved": "the witness hardly saw it move",
  "moves-others": "something else moved along",
  "base-unreachable": "no feature moves it",
  "rare-use": "too few pairs to exclude rare use",
  "told-by-editor": "told only by the network that made the edits, or by a probe",
  unchecked: "named by CLIP, not checked",
} as const;

/** How a classifier differs from the nearest of a suite, on unedited pictures. */
interface Differing {
  readonly against: string;
  readonly difference: number;
  readonly decisions: number;
  readonly pictures: number;
  readonly stale: boolean;
}

/** A feature's effect on one version, and since the first one. */
interface Point {
  readonly version: string;
  readonly value: number | null;
  readonly since: {
    readonly value: number;
    readonly ci: readonly [number, number] | null;
    readonly count: number;
  } | null;
}

/** A feature's effect over versions, and what became of it. */
interface Followed {
  readonly classifier: string;
  readonly feature: string;
  readonly points: readonly Point[];
  readonly outcome: string | null;
}

/** What a classifier that differs from the suite's own, or does not, means for it. most: the mean difference up to which it will do. */
export function stalenessWords(name: string, staleness: Differing | null, most: number): string {
  if (staleness === null)
    return `${quoted(name)}: the suite has no classifier of its question, or nothing was answered: whether the suite will do cannot be told`;
  const { against, difference, decisions, pictures, stale } = staleness;
  const figures = `differs from ${quoted(against)} of the suite by ${difference.toFixed(2)} on average, and in its decision on ${Math.round(100 * decisions)} %, of ${plural(pictures, "unedited picture")}`;
  return `${quoted(name)} ${figures}: ${stale ? `more than ${most}: the suite is stale, write it anew` : `at most ${most}, the suite will do`}`;
}

/** Who tells of a feature without clearing a classifier of it. */
const doubtfulTellers = {
  editor: "the network that made its edits",
  probe: "a probe, which reads what edits change",
};

/** Features that somebody tells who clears nobody of them. */
export function toldNote(teller: keyof typeof doubtfulTellers, features: readonly string[]): string {
  return `told by ${doubtfulTellers[teller]}, so that ${features.map(quoted).join(", ")} ${features.length === 1 ? "is" : "are"} clear of nobody by this suite`;
}

/** A classifier that the suite asks nothing about. */
export function noQuestionNote(classifier: string, features: readonly string[]): string {
  return `${quoted(classifier)} has the name of no feature of the suite (${features.join(", ")}): say what it is about`;
}

/** A classifier that is the witness of its own feature. */
export function witnessItselfNote(classifier: string): string {
  return `${quoted(classifier)} answers as the witness of its own feature does: nothing tells what it uses beside it`;
}

/** Pairs without an answer. */
export function noNumberNote(classifier: string, pairs: number): string {
  return `${quoted(classifier)} gave no number on ${plural(pairs, "pair")}, which ${pairs === 1 ? "is" : "are"} left out`;
}

/** What the check of an effect against a baseline's is told from. */
interface Regression extends Pick<CheckItem, "verdict" | "reason" | "downstream"> {
  readonly effect: CheckFigures;
  /** Of the bound. */
  readonly middle: number;
  /** The smallest effect that matters. */
  readonly reach: number;
}

/** The outcome of a check of an effect against a baseline's. */
export function regressionWords({ verdict, reason, downstream, effect, middle, reach }: Regression): string {
  const { mean, ci, count } = effect;
  const what = middle === 0 ? "size of the effect" : `distance of the effect from ${signed(middle)}`;
  return `${what} of ${quoted(downstream)}, minus the baseline's: ${signed(mean ?? 0)}${intervalWords(ci)} on ${count} edited images: ${regressionOutcome(verdict, reason, reach)}`;
}

function regressionOutcome(verdict: CheckItem["verdict"], reason: CheckItem["reason"], reach: number): string {
  if (verdict === "failed") return `worse than the baseline by more than ${reach}`;
  if (verdict === "passed") return `less than ${reach} worse than the baseline`;
  if (reason === "not-moved") return "the witness hardly saw the feature move, so nothing can be said";
  return reason === "too-few" ? "too few pairs" : `the interval crosses ${reach}`;
}

/** What became of a feature's effect over versions. */
export function versionsSentence({ classifier, feature, points, outcome }: Followed): string {
  const [first, last] = [points[0] as Point, points.at(-1) as Point];
  const what = `${quoted(classifier)} on ${quoted(feature)}`;
  if (outcome === null || first.value === null || last.value === null || last.since === null) {
    return `reliance of ${what}: not told in ${first.value === null ? first.version : last.version}`;
  }
  const { value, ci } = last.since;
  const by = `${signed(value)}${intervalWords(ci)}`;
  return `reliance of ${what} since ${first.version}: ${outcome}, from ${signed(first.value)} to ${signed(last.value)}, by ${by} on ${last.since.count} pairs`;
}

/** Why a feature is not in a suite: a witness that saw it on few of the pictures. */
export function seldomSeen(change: "remove" | "add", count: number, of: number): string {
  return `its witness saw it ${change === "remove" ? "go" : "come"} on ${count} of ${of} pictures only`;
}

/** Why nothing of a feature was edited. */
export const fewToEdit = "fewer than ten pictures with it or without it, or a witness that does not tell them apart";

/** Why nothing else moved it either. */
export function noCounterfactuals(why: string, editor: string): string {
  return `${why}, and there are no counterfactuals: ${editor}`;
}

/** A feature that is not in a suite. */
export function leftNote(feature: string, why: string): string {
  return `"${feature}" is not in it: ${why}`;
}

/** A feature of which no classifier will be clear. */
export function doubtfulNote(feature: string, teller: keyof typeof doubtfulTellers): string {
  return `"${feature}" is told by ${doubtfulTellers[teller]}: no classifier will be clear of it (add a judge of it)`;
}

/** Features with few pairs. all: whether no other is there. */
export function fewPairsNote(features: readonly string[], needed: number, all: boolean): string {
  return `fewer than ${needed} pairs of ${all && features.length > 3 ? "every feature" : features.join(", ")}: no classifier will be clear of them, since rare use cannot be excluded`;
}

/** What nobody said of a classifier and decides what its predictions are. */
export function guessNotes(
  where: string,
  findings: readonly { readonly field: string; readonly value: unknown; readonly guessed: boolean }[],
): string[] {
  const guesses = findings.filter(({ field, guessed }) => guessed && field !== "name");
  if (guesses.length === 0) return [];
  const said = guesses.map(({ field, value }) => {
    const text = JSON.stringify(value);
    return `${field} ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`;
  });
  return [`${where}: guessed: ${said.join(", ")}`];
}

/** A file that is described by the manifest of the one beside it. */
export function takenNote(source: string, manifest: string, file: string): string {
  return `${source} is taken for what ${manifest} says of ${file}`;
}

/** Pictures that an earlier attempt asked about. */
export function answeredNote(pictures: number): string {
  return `${pictures} pictures were answered in an earlier attempt, and not asked about again`;
}
