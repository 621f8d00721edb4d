// What docs/results.md claims, each with the rule by which it holds; claims.test.ts checks the rules on a smaller sample.
import { mean } from "../../src/statistics/moments.ts";
import { planted } from "../../src/world/factors.ts";
import { type CellFigures, cellOf, innocentPairs, type Measured } from "./measure.ts";

export type Figure = "2a" | "2b, 2c" | "3" | "ways" | "4" | "5" | "6, 7" | "decomposition" | "benchmark";

export interface Claim {
  readonly figure: Figure;
  readonly text: string;
  readonly holds: boolean;
}

/** Relative change up to which a prediction stays where it is: the smallest effect that matters. */
const nothing = 0.1;

/** Everything that the page claims of some figures. */
export function claims(measured: Measured): readonly Claim[] {
  return [
    ...ofAlignment(measured),
    ...ofCorrelations(measured),
    ...ofExamples(measured),
    ...ofWays(measured),
    ...ofOverlap(measured),
    ...ofInducing(measured),
    ...ofRectification(measured),
    ...ofDecomposition(measured),
    ...ofBenchmark(measured),
  ];
}

export function number(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined) return "–";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** A value with its interval and count. */
export function withInterval({ mean, ci, count }: Pick<CellFigures, "mean" | "ci" | "count">): string {
  return ci === null
    ? `${number(mean)} (${count} images)`
    : `${number(mean)} (${number(ci[0])} to ${number(ci[1])}, ${count} images)`;
}

function ofAlignment({ alignments }: Measured): Claim[] {
  const { cells, bases, downstream } = alignments;
  const clean = cells.filter(
    ({ base, sameConcept, mean }) => downstream.includes(base) && !sameConcept && mean !== null,
  );
  const size = mean(clean.map(({ mean }) => Math.abs(mean ?? 0)));
  const found = clean.filter(({ state }) => state === "found");
  const biased = Object.entries(planted).filter(([base]) => bases.includes(base));
  const first = biased.filter(([base, feature]) => {
    const [strongest] = cells
      .filter((cell) => cell.base === base && !cell.sameConcept)
      .sort((a, b) => Math.abs(strength(b)) - Math.abs(strength(a)));
    return strongest?.downstream === feature;
  });
  const listed = biased.map(
    ([base, feature]) => `\`${base}\` ${number(cellOf(alignments, base, feature).present.mean)}`,
  );
  return [
    {
      figure: "2a",
      text: `Lowering a clean classifier hardly moves the others: mean |RC| is ${number(size, 3)} (at most 0.05), and ${found.length} of ${clean.length} cells ${found.length === 1 ? "is" : "are"} *found* (at most 5 %)${found.length === 0 ? "" : `: ${found.map(({ base, downstream }) => `\`${base}\` → \`${downstream}\``).join(", ")}`}.`,
      holds: size <= 0.05 && found.length <= 0.05 * clean.length,
    },
    {
      figure: "2a",
      text: `The planted feature moves most of the row, the own concept aside, in ${first.length} of ${biased.length} biased classifiers. RC on images that have it: ${listed.join(", ")}.`,
      holds: first.length === biased.length,
    },
  ];
}

/** Mean RC where the feature is present, if there are enough images, else over all. */
function strength({ mean, count, present }: CellFigures): number {
  return present.count >= 5 ? (present.mean ?? 0) : count >= 5 ? (mean ?? 0) : 0;
}

function ofCorrelations({ alignments }: Measured): Claim[] {
  const { bases, downstream, predictionCorrelation, labelCorrelation } = alignments;
  const at = (matrix: Measured["alignments"]["labelCorrelation"], a: string, b: string): number =>
    matrix[bases.indexOf(a)]?.[downstream.indexOf(b)] ?? 0;
  return innocentPairs.map(({ a, b }) => {
    const [prediction, label] = [at(predictionCorrelation, a, b), at(labelCorrelation, a, b)];
    const [there, back] = [cellOf(alignments, a, b), cellOf(alignments, b, a)];
    return {
      figure: "2b, 2c",
      text: `\`${a}\` and \`${b}\` go together in labels (r = ${number(label)}) and predictions (r = ${number(prediction)}), and lowering one hardly moves the other: RC ${number(there.mean)} and ${number(back.mean)}.`,
      holds: prediction >= 0.3 && Math.max(Math.abs(there.mean ?? 1), Math.abs(back.mean ?? 1)) <= nothing,
    };
  });
}

function ofExamples({ alignments, examples: { aligned } }: Measured): Claim[] {
  const { present } = cellOf(alignments, aligned.base, aligned.downstream);
  return [
    {
      figure: "3",
      text: `Over all images with the feature, lowering \`${aligned.base}\` takes \`${aligned.downstream}\` with it: RC ${withInterval(present)}, the interval above 0.5.`,
      holds: (present.ci?.[0] ?? 0) > 0.5,
    },
  ];
}

function ofWays({ ways }: Measured): Claim[] {
  const share = (side: "gradient" | "path"): number => {
    const sum = (of: "reached" | "eligible"): number => ways.reduce((total, way) => total + way[side][of], 0);
    return sum("reached") / sum("eligible");
  };
  const agreed = (side: "gradient" | "path"): number => {
    const sum = (of: "judgeAgrees" | "gone"): number => ways.reduce((total, way) => total + way[side][of], 0);
    return sum("judgeAgrees") / sum("gone");
  };
  const size = (side: "gradient" | "path"): number => mean(ways.map((way) => Math.abs(way[side].present.mean ?? 0)));
  return [
    {
      figure: "ways",
      text: `A path reaches the drop on ${number(100 * share("path"), 0)} % of the eligible images of biased classifiers (wanted: 90 %), Eq. 1 on ${number(100 * share("gradient"), 0)} %. No planted feature moves less by more than ${nothing}; its mean RC is ${number(size("path"))} in place of ${number(size("gradient"))}.`,
      holds:
        share("path") >= 0.9 &&
        ways.every(({ gradient, path }) => (path.present.mean ?? 0) >= (gradient.present.mean ?? 0) - nothing),
    },
    {
      figure: "ways",
      text: `Where a classifier no longer sees the planted feature after a path, neither does the judge in ${number(100 * agreed("path"), 0)} % (wanted: 85 %; along Eq. 1: ${number(100 * agreed("gradient"), 0)} %).`,
      holds: agreed("path") >= 0.85,
    },
  ];
}

/** The pair is the first by overlap that does not move along, so that what can fail is how far one has to look for it, and the other methods. */
function ofOverlap({ overlap, alignments }: Measured): Claim[] {
  const { base, downstream, maps, place, pairs, images } = overlap;
  const cell = cellOf(alignments, base, downstream);
  const each = maps.map(({ method, cosine }) => `${method} ${number(cosine)}`);
  return [
    {
      figure: "4",
      text: `Whose maps overlap need not move together. Of ${pairs} pairs by overlap number ${place} (at most one in twenty down the list) is the first that does not: \`${base}\` and \`${downstream}\`, RC ${withInterval(cell)}. Mean cosine of their maps over ${images} faces (at least 0.5): ${each.join(", ")}.`,
      holds: place <= Math.max(1, pairs / 20) && maps.every(({ cosine }) => cosine >= 0.5),
    },
  ];
}

function ofInducing({ induced }: Measured): Claim[] {
  const means = induced.map(({ cell }) => cell.present.mean ?? 0);
  const listed = induced.map(({ coefficient, cell }) => `${number(cell.present.mean)} at c = ${coefficient}`);
  return [
    {
      figure: "5",
      text: `Adding c·arched_eyebrows makes the eyebrows move, the more the larger c. RC where they are arched: ${listed.join(", ")}.`,
      holds: Math.abs(means[0] ?? 1) <= nothing && means.every((mean, i) => i === 0 || mean > (means[i - 1] ?? 0)),
    },
  ];
}

/** What a verdict demands of a target is not claimed again: how many reach it is, what all targets have gained, and the labels. */
function ofRectification({ rectified }: Measured): Claim[] {
  const repaired = rectified.filter(({ verdict }) => verdict === "rectified");
  const others = rectified.filter(({ verdict }) => verdict !== "rectified");
  const sizes = rectified.map(({ features: [feature] }) => {
    const { before, after } = feature?.splits.test ?? {};
    const was = Math.abs(before?.all.mean ?? 1);
    return [was, Math.abs(after?.all.mean ?? was)] as const;
  });
  const used = (when: "before" | "after"): number =>
    rectified.reduce((sum, { features: [feature] }) => sum + (feature?.splits.test?.[when]?.all.used ?? 0), 0);
  const [was, is] = ([0, 1] as const).map((side) => mean(sizes.map((size) => size[side]))) as [number, number];
  const labels = repaired.map(({ target, performance: [performance] }) => {
    const [before, after] = [performance?.before.auroc ?? null, performance?.after.auroc ?? null];
    return { text: `\`${target}\` ${number(before)} → ${number(after)}`, before: before ?? 1, after: after ?? 0 };
  });
  return [
    {
      figure: "6, 7",
      text: `${repaired.length} of ${rectified.length} targets are rectified (wanted: two of three).${others.length === 0 ? "" : ` The others: ${others.map(({ target, verdict }) => `\`${target}\` *${verdict}*`).join("; ")}.`}`,
      holds: 3 * repaired.length >= 2 * rectified.length,
    },
    {
      figure: "6, 7",
      text: `Over all ${rectified.length} targets |mean RC| to the feature goes from ${number(was)} to ${number(is)} on test images (wanted: half; ${used("before")} used images before, ${used("after")} after).`,
      holds: is <= was / 2,
    },
    {
      figure: "6, 7",
      text: `By labels, AUROC of each rectified target is at least 0.95 and no lower than before: ${labels.map(({ text }) => text).join("; ") || "none"}.`,
      holds: labels.length > 0 && labels.every(({ before, after }) => after >= 0.95 && after >= before - 0.005),
    },
  ];
}

function ofDecomposition({ alignments: { decomposition } }: Measured): Claim[] {
  const biased = decomposition.filter(({ base }) => planted[base] !== undefined);
  const right = biased.filter(({ base, shares }) => {
    const own = shares.map(({ concept }) => concept).filter((concept) => !base.startsWith(`${concept}-`));
    return own[0] === planted[base];
  });
  return [
    {
      figure: "decomposition",
      text: `The own concept aside, the planted feature has the largest share of the direction in ${right.length} of ${biased.length} biased classifiers.`,
      holds: biased.length > 0 && right.length === biased.length,
    },
  ];
}

function ofBenchmark({ benchmark }: Measured): Claim[] {
  if (benchmark === null) return [];
  const score = (name: string) => benchmark.scores.find((one) => one.name === name);
  const [headline, alignment] = [score(benchmark.headline), score("alignment")];
  const baselines = benchmark.scores.filter(({ role }) => role === "baseline");
  const best = [...baselines].sort((a, b) => (b.auroc.value ?? 0) - (a.auroc.value ?? 0))[0];
  const beaten = baselines.filter(({ behind }) => (behind.ci?.[0] ?? 0) > 0).map(({ name }) => name);
  return [
    {
      figure: "benchmark",
      text: `The headline method, *${benchmark.headline}*, has AUROC ${number(headline?.auroc.value, 3)} (wanted: 0.99) with ${benchmark.images.perModel} images per model and r = ${number(headline?.pearson.value, 3)} with the true effect (wanted: 0.9).`,
      holds: (headline?.auroc.value ?? 0) >= 0.99 && (headline?.pearson.value ?? 0) >= 0.9,
    },
    {
      figure: "benchmark",
      text: `Relative change has AUROC ${number(alignment?.auroc.value, 3)} (wanted: 0.95).`,
      holds: (alignment?.auroc.value ?? 0) >= 0.95,
    },
    {
      figure: "benchmark",
      text: `No baseline is ahead of the headline method: the best is *${best?.name}* with ${number(best?.auroc.value, 3)}; ${beaten.length} of ${baselines.length} are surely behind (by intervals that are too narrow).`,
      holds: (best?.auroc.value ?? 1) <= (headline?.auroc.value ?? 0),
    },
    {
      figure: "benchmark",
      text: `It raises a false alarm on ${number(100 * (headline?.falseAlarms ?? Number.NaN), 1)} % of the models without a true effect (wanted: at most 5 %).`,
      holds: (headline?.falseAlarms ?? 1) <= 0.05,
    },
  ];
}
