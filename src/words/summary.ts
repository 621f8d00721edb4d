import type { Matrix, Summary } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import { capital, plural, quoted, spelled } from "./figures.ts";

/** What a headline is told from. */
interface Outcome {
  /** Bases with a confirmed finding, and the others with one that stays open. */
  readonly confirmed: number;
  readonly open: number;
  readonly bases: number;
  /** Bases that do not rely on their own concept. */
  readonly own: number;
  /** Cells where relative change and decomposition, or one of them and an effect, disagree. */
  readonly contradicted: number;
  readonly withEffects: boolean;
  /** Bases that something lowers which no feature names. */
  readonly unnamed: number;
  /** Findings that were expected, and whether anything was. */
  readonly expected: number;
  readonly withExpectations: boolean;
  readonly cells: Summary["cells"];
}

/** What came out of a run, in one sentence. */
export function headline({
  confirmed,
  open,
  bases,
  own,
  contradicted,
  cells,
  expected,
  withExpectations,
  withEffects,
  unnamed,
}: Outcome): string {
  /** "Three of 28 classifiers"; of one it is the one. */
  const some = (count: number): string =>
    bases === 1 ? "The classifier" : `${capital(spelled(count))} of ${bases} classifiers`;
  const foreign = (count: number): string => {
    const own = `${count === 1 ? "its" : "their"} own`;
    return withExpectations ? `neither ${own} nor expected` : `not ${own}`;
  };
  const lowered = bases === 1 ? "the classifier" : `${spelled(unnamed)} of ${bases} classifiers`;
  const onOther = (count: number): string =>
    `${count === 1 ? "relies" : "rely"} on a feature that is ${foreign(count)}`;
  if (confirmed > 0) {
    return `${some(confirmed)} ${onOther(confirmed)}${open === 0 ? "" : `; ${spelled(open)} more may`}`;
  }
  if (open > 0) {
    return `${some(open)} may rely on a feature that is ${foreign(open)}${cells.found === 0 ? "" : ": found, but not confirmed"}`;
  }
  const views = withEffects ? "effect, relative change and decomposition" : "relative change and decomposition";
  const opposed = contradicted === 0 ? "" : `: ${views} disagree in ${contradicted}`;
  const unknown =
    cells.unresolved > 0 ? `, and ${plural(cells.unresolved, "cell")} could not be resolved${opposed}` : "";
  const something = unnamed === 0 ? "" : `; something that no feature names lowers ${lowered}`;
  if (own > 0) {
    const verb = own === 1 ? "does not rely on its own concept" : "do not rely on their own concept";
    return `${some(own)} ${verb}${unknown}${something}`;
  }
  if (expected > 0) return `Nothing unexpected was found${unknown}${something}`;
  if (cells.unresolved > 0) return `Nothing found${unknown}${something}`;
  if (cells.found > 0) return `The judge rejects everything that was found${something}`;
  if (cells.clear === 0) return `No cell could be judged${something}`;
  if (unnamed > 0) return `Nothing found, but something that no feature names lowers ${lowered}`;
  return bases === 1
    ? "The classifier keeps to its own feature, as far as the other classifiers can tell"
    : `All ${bases} classifiers keep to their own features, as far as the other classifiers can tell`;
}

/** What is told of how a run was made. */
interface Method {
  readonly options: Pick<RunData["options"], "drop" | "limit" | "select" | "minPrediction" | "direction">;
  readonly matrix: Matrix;
  readonly counts: Summary["counts"];
  /** Bases that reached the drop on less than half of the images that could. */
  readonly far: readonly string[];
  /** What interventions looked at. */
  readonly moved: string;
}

/** What was done, and on how many images it came to what it was meant to. */
export function methodWords({ options, matrix, counts, far, moved }: Method): string {
  const { drop, limit, select, minPrediction } = options;
  const positive = minPrediction === 0.5 ? "that it calls positive" : `with a prediction of at least ${minPrediction}`;
  const which = select === "all" ? "images" : `images ${positive}`;
  const upTo = limit === null ? `the ${which}` : `up to ${limit} ${which}`;
  const rows = matrix.rows.filter(({ selected }) => selected > 0);
  const shareOf = (row: (typeof rows)[number]): number => row.reached / row.selected;
  const worst = rows.reduce<(typeof rows)[number] | undefined>(
    (least, row) => (least === undefined || shareOf(row) < shareOf(least) ? row : least),
    undefined,
  );
  const least =
    worst === undefined || rows.every((row) => shareOf(row) === shareOf(worst))
      ? ""
      : `, fewest for ${quoted(worst.base)} (${worst.reached} of ${worst.selected})`;
  const stopped = matrix.rows.reduce((total, { dropped }) => total + (dropped["at-limit"] ?? 0), 0);
  const apart =
    stopped === 0 ? "" : `, without ${stopped} that the limit of the search stopped where most others reached the drop`;
  return [
    `Of ${plural(counts.listed, "image")}, ${counts.lookedAt} ${counts.lookedAt === 1 ? "was" : "were"} looked at.`,
    `For each of ${plural(matrix.bases.length, "classifier")}, ${upTo} were chosen. Each was changed just far enough for the prediction to fall by ${drop.toFixed(2)} (the drop), or until the search ended.`,
    `${counts.reached} of the ${plural(counts.counterfactuals, "changed image")} (counterfactuals) reached the drop${least}.${farWords(far, options)}`,
    `${counts.used} are behind the figures: those whose prediction fell by more than ${matrix.minBaseChange}${apart}.`,
    moved,
  ]
    .filter((text) => text !== "")
    .join(" ");
}

/** Warns of rows that hold only for their direction. */
function farWords(far: readonly string[], { direction }: Method["options"]): string {
  if (far.length === 0) return "";
  const further =
    direction === "path" ? "" : "; a path (option direction: path) reaches further, and its figures may differ";
  return ` The figures of ${far.map(quoted).join(", ")} hold for this direction only: fewer than half of the images that could reached the drop${further}.`;
}

/** How many cells are clear and unresolved, and what that means. */
export function statesWords(
  { cells, minEffect, maxRareUse, confidence, decomposition }: Matrix,
  { found, clear, unresolved }: Summary["cells"],
): string {
  const byChange = cells.filter(({ state, effect }) => state === "found" && effect?.state !== "found").length;
  const alone =
    byChange > 0 && decomposition === null
      ? ` What ${byChange === found ? "was" : "relative change"} found rests only on what moves along in the changed images: no decomposition was made (option decompose), which asks the classifier's own direction.`
      : "";
  const percent = Number((confidence * 100).toFixed(2));
  const rareShare = Number((100 * maxRareUse).toFixed(2));
  const single = maxRareUse < 1 ? `, and a use on ${rareShare} % of the images is excluded` : "";
  const byEffect = cells.filter(({ state, effect }) => state === "clear" && effect !== null).length;
  const reasons = [
    ...(byEffect === 0
      ? []
      : [
          `${byEffect === clear ? "" : `in ${byEffect} of them `}the effect on the prediction lies within ±${minEffect} when the feature alone is taken out and put in`,
        ]),
    ...(byEffect === clear
      ? []
      : [
          `${byEffect === 0 ? "" : `in ${clear - byEffect} `}the mean relative change lies within ±${minEffect}, on at least 20 images with the feature and on 20 without it`,
        ]),
  ];
  const known =
    clear === 0
      ? "No cell is clear."
      : `${plural(clear, "cell")} ${clear === 1 ? "is" : "are"} clear: ${reasons.join(", ")} (${percent} % intervals)${single}.`;
  const rare = cells.filter(({ reason }) => reason === "rare-use").length;
  const small =
    rare === 0
      ? ""
      : ` In ${rare} of them what is measured on average lies within ±${minEffect}, too, but on too few images to exclude a use on ${rareShare} % of them.`;
  return unresolved === 0
    ? `${known} None is unresolved.${alone}`
    : `${known} ${plural(unresolved, "cell")} ${unresolved === 1 ? "is" : "are"} unresolved: there is no answer, which is no all-clear.${small}${alone}`;
}
