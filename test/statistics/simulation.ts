import { createRandom, type Random } from "../../src/base/random.ts";
import { largestShare } from "../../src/statistics/binomial.ts";
import { cellState, minClearCount, type Stratum, usedFrom } from "../../src/statistics/cell-state.ts";
import { qValueAmong } from "../../src/statistics/false-discovery.ts";
import { alphaOfLook, looks } from "../../src/statistics/looks.ts";
import { meanEstimate } from "../../src/statistics/mean-estimate.ts";
import { createResamples, type Resamples } from "../../src/statistics/resamples.ts";

/** A distribution of relative changes over images, with mean 0 and standard deviation 1 unless it says otherwise. */
export interface Shape {
  readonly name: string;
  readonly words: string;
  readonly mean: number;
  draw(random: Random): number;
}

/** p of a stratum, as a cell with two has it. */
const doubled = (pValue: number): number => Math.min(1, 2 * pValue);

const exponential = (random: Random): number => -Math.log(1 - random.uniform());

export const shapes = {
  normal: { name: "normal", words: "normal", mean: 0, draw: (random) => random.normal() },
  skewed: { name: "skewed", words: "exponential (skewness 2)", mean: 0, draw: (random) => exponential(random) - 1 },
  veryskewed: {
    name: "very skewed",
    words: "log-normal, σ = 1 (skewness 6.2)",
    mean: 0,
    draw: (random) => (Math.exp(random.normal()) - Math.exp(0.5)) / Math.sqrt((Math.E - 1) * Math.E),
  },
  bimodal: {
    name: "bimodal",
    words: "30 % of the images at 0.8, the others at 0, each ± 0.08",
    mean: 0.24,
    draw: (random) => (random.uniform() < 0.3 ? 0.8 : 0) + 0.08 * random.normal(),
  },
  rare: {
    name: "rare users",
    words: "5 % of the images at 0.8, the others at 0, each ± 0.03",
    mean: 0.04,
    draw: (random) => (random.uniform() < 0.05 ? 0.8 : 0) + 0.03 * random.normal(),
  },
} as const satisfies Record<string, Shape>;

/** New resamples after this many cells, so that the luck of one table is not the luck of all. */
const cellsPerTable = 100;

function* tables(seed: string, resamples: number): Generator<Resamples, never> {
  for (let table = 0; ; table++) {
    const drawn = createResamples(createRandom(`${seed}/table/${table}`), resamples);
    for (let cell = 0; cell < cellsPerTable; cell++) yield drawn;
  }
}

/** Coverage of 95 % intervals of the mean. */
export function coverage(options: {
  readonly shape: Shape;
  readonly count: number;
  readonly cells: number;
  readonly resamples: number;
  readonly seed: string;
}): { readonly covered: number; readonly missedBelow: number; readonly missedAbove: number } {
  const { shape, count, cells } = options;
  const random = createRandom(`${options.seed}/${shape.name}/${count}`);
  const table = tables(options.seed, options.resamples);
  let [missedBelow, missedAbove] = [0, 0];
  for (let cell = 0; cell < cells; cell++) {
    const values = Float64Array.from({ length: count }, () => shape.draw(random));
    const estimate = meanEstimate(values, table.next().value, { confidence: 0.95, minEffect: 0.1 });
    if (shape.mean < estimate.ci[0]) missedBelow++;
    if (shape.mean > estimate.ci[1]) missedAbove++;
  }
  return {
    covered: 1 - (missedBelow + missedAbove) / cells,
    missedBelow: missedBelow / cells,
    missedAbove: missedAbove / cells,
  };
}

/** Matrices whose cells are null except for a share of true ones. */
export interface MatricesOptions {
  readonly shape: Shape;
  /** True means of the null strata: "boundary" all exactly ±minEffect (the worst case that is still null), "spread" normal around 0 with sd 0.05, cut at ±minEffect. */
  readonly nulls: "boundary" | "spread";
  /** Share of cells with a true relative change of 0.4 on present images. */
  readonly truths: number;
  readonly matrices: number;
  readonly resamples: number;
  readonly seed: string;
}

const [size, images, minEffect, deviation] = [8, 60, 0.1, 0.15];

/**
 * Share of false discoveries, averaged over matrices of 8 × 8 cells with 60 images each, 40 % of them with the feature. Images of one row share a
 * skewed effect (0.6 of the deviation), so cells are dependent; every stratum is skewed to a random side. A discovery is a cell that is *found*.
 */
export function falseDiscoveries(options: MatricesOptions): {
  readonly share: number;
  readonly standardError: number;
  readonly power: number | undefined;
} {
  const { shape } = options;
  const random = createRandom(`${options.seed}/${shape.name}/${options.nulls}/${options.truths}`);
  const table = tables(options.seed, options.resamples);
  const scale = shape === shapes.bimodal ? Math.sqrt(0.8 ** 2 * 0.3 * 0.7 + 0.08 ** 2) : 1;
  const noise = (): number => (shape.draw(random) - shape.mean) / scale;
  const shares: number[] = [];
  let [truths, discovered] = [0, 0];
  for (let matrix = 0; matrix < options.matrices; matrix++) {
    // One table for a matrix, as in a run.
    const resamples = table.next().value;
    const cells: { strata: (Stratum & { pValue: number })[]; pValue: number; isTrue: boolean }[] = [];
    for (let row = 0; row < size; row++) {
      const shared = Array.from({ length: images }, noise);
      for (let column = 0; column < size; column++) {
        const isTrue = random.uniform() < options.truths;
        const sides: [number[], number[]] = [[], []];
        for (const effect of shared) sides[random.uniform() < 0.4 ? 0 : 1].push(effect);
        const strata = sides.map((effects, side) => {
          const sign = random.uniform() < 0.5 ? -1 : 1;
          const nullMean =
            options.nulls === "boundary"
              ? (random.uniform() < 0.5 ? -1 : 1) * minEffect
              : Math.max(-minEffect, Math.min(minEffect, 0.05 * random.normal()));
          const center = isTrue && side === 0 ? 0.4 : nullMean;
          const values = effects.map((effect) => center + sign * deviation * (0.6 * effect + 0.8 * noise()));
          const estimate = meanEstimate(Float64Array.from(values), resamples, { confidence: 0.95, minEffect });
          const name = side === 0 ? ("present" as const) : ("absent" as const);
          return { name, mean: estimate.value, ci: estimate.ci, count: values.length, pValue: estimate.pValue };
        });
        const tested = strata.filter(({ count }) => count >= 10);
        cells.push({ strata, isTrue, pValue: doubled(Math.min(...tested.map(({ pValue }) => pValue))) });
      }
    }
    const qValueOf = qValueAmong(cells.map(({ pValue }) => pValue));
    let [found, wrong] = [0, 0];
    cells.forEach(({ strata: tested, isTrue }) => {
      const strata = tested.map((stratum) => ({ ...stratum, qValue: qValueOf(doubled(stratum.pValue)) }));
      const { state } = cellState({ strata, minEffect, selected: images, used: images, blind: false });
      if (isTrue) truths++;
      if (state !== "found") return;
      found++;
      if (isTrue) discovered++;
      else wrong++;
    });
    shares.push(wrong / Math.max(1, found));
  }
  const share = shares.reduce((sum, value) => sum + value, 0) / shares.length;
  const spread = shares.reduce((sum, value) => sum + (value - share) ** 2, 0) / (shares.length - 1);
  return {
    share,
    standardError: Math.sqrt(spread / shares.length),
    power: truths === 0 ? undefined : discovered / truths,
  };
}

/** Cells that are looked at until they are resolved. */
export interface StopsOptions {
  readonly shape: Shape;
  /** True mean of both strata, each with a random sign. */
  readonly effect: number;
  readonly cells: number;
  readonly resamples: number;
  readonly seed: string;
}

/**
 * How cells stop that are looked at after 25, 50, 100, 200 and 400 images, 40 % of them with the feature, each look with a fifth of the error. At
 * an effect of exactly `minEffect` both *found* and *clear* are wrong.
 */
export function stops(options: StopsOptions): {
  readonly found: number;
  readonly clear: number;
  /** Mean number of images at the end. */
  readonly images: number;
} {
  const { shape, effect, cells } = options;
  const random = createRandom(`${options.seed}/stops/${shape.name}/${effect}`);
  const table = tables(options.seed, options.resamples);
  const scale = shape === shapes.bimodal ? Math.sqrt(0.8 ** 2 * 0.3 * 0.7 + 0.08 ** 2) : 1;
  const asked = { confidence: 1 - alphaOfLook(0.05), minEffect };
  const ends = { found: 0, clear: 0, unresolved: 0 };
  let seen = 0;
  for (let cell = 0; cell < cells; cell++) {
    const resamples = table.next().value;
    const sides = (["present", "absent"] as const).map((name) => ({
      name,
      values: [] as number[],
      center: (random.uniform() < 0.5 ? -1 : 1) * effect,
      sign: random.uniform() < 0.5 ? -1 : 1,
    }));
    let images = 0;
    let state: keyof typeof ends = "unresolved";
    for (const look of looks) {
      for (; images < look; images++) {
        const side = sides[random.uniform() < 0.4 ? 0 : 1] as (typeof sides)[number];
        side.values.push(side.center + (side.sign * deviation * (shape.draw(random) - shape.mean)) / scale);
      }
      const strata = sides.flatMap(({ name, values }) => {
        if (values.length < 2) return [];
        const { value, ci, pValue, equivalence } = meanEstimate(Float64Array.from(values), resamples, asked);
        const answered = values.filter((one) => Math.abs(one) > usedFrom).length;
        const rareUse = { count: answered, atMost: largestShare(answered, values.length, asked.confidence) };
        return [{ name, mean: value, ci, count: values.length, qValue: doubled(pValue), equivalence, rareUse }];
      });
      ({ state } = cellState({
        strata,
        clearQValue: Math.max(...strata.map(({ equivalence }) => equivalence)),
        maxFalseDiscovery: alphaOfLook(0.05),
        minFound: minClearCount,
        minEffect,
        selected: look,
        used: look,
        blind: false,
      }));
      if (state !== "unresolved") break;
    }
    ends[state]++;
    seen += images;
  }
  return { found: ends.found / cells, clear: ends.clear / cells, images: seen / cells };
}

/** Matrices in which some cells use a feature fully, on a few images. */
export interface RareUseOptions {
  /** Share of the images with the feature on which it is used. */
  readonly share: number;
  /** Images of each stratum. */
  readonly count: number;
  readonly matrices: number;
  readonly resamples: number;
  readonly seed: string;
}

/** Relative change where a feature is used fully, and the deviation of every relative change. */
const [fully, around] = [0.8, 0.1];

/**
 * How often cells are clear: every tenth of 8 × 8 uses the feature on a share of the images that have it, the others not at all. "means": by the
 * means of both strata alone.
 */
export function clears(options: RareUseOptions): {
  readonly rare: { readonly means: number; readonly now: number };
  readonly unused: { readonly means: number; readonly now: number };
} {
  const { share, count, matrices } = options;
  const random = createRandom(`${options.seed}/clears/${share}/${count}`);
  const table = tables(options.seed, options.resamples);
  const tally = { rare: { all: 0, means: 0, now: 0 }, unused: { all: 0, means: 0, now: 0 } };
  for (let matrix = 0; matrix < matrices; matrix++) {
    const resamples = table.next().value;
    const cells = Array.from({ length: size * size }, () => {
      const isRare = random.uniform() < 0.1;
      const strata = (["present", "absent"] as const).map((name) => {
        const values = Float64Array.from({ length: count }, () => {
          const isUsed = isRare && name === "present" && random.uniform() < share;
          return (isUsed ? fully : 0) + around * random.normal();
        });
        const { value, ci, equivalence } = meanEstimate(values, resamples, { confidence: 0.95, minEffect });
        const answered = values.filter((one) => Math.abs(one) > usedFrom).length;
        const rareUse = { count: answered, atMost: largestShare(answered, count, 0.95) };
        return { name, mean: value, ci, count, equivalence, rareUse };
      });
      return { isRare, strata, clearPValue: Math.max(...strata.map(({ equivalence }) => equivalence)) };
    });
    const qValueOf = qValueAmong(cells.map(({ clearPValue }) => clearPValue));
    for (const { isRare, strata, clearPValue } of cells) {
      const counts = tally[isRare ? "rare" : "unused"];
      const asked = { strata, minEffect, selected: 2 * count, used: 2 * count, blind: false };
      counts.all++;
      if (cellState({ ...asked, maxRareUse: 1 }).state === "clear") counts.means++;
      if (cellState({ ...asked, clearQValue: qValueOf(clearPValue) }).state === "clear") counts.now++;
    }
  }
  const shares = ({ all, means, now }: typeof tally.rare) => ({ means: means / all, now: now / all });
  return { rare: shares(tally.rare), unused: shares(tally.unused) };
}

/**
 * Intervals of what was found: of matrices of 64 cells with one stratum each, a fifth of which have a true mean from 0.1 to 0.5 and the others one around
 * 0 (deviation 0.04); images scatter by 0.3. `adjusted`: at the confidence that holds over what was selected (Benjamini & Yekutieli 2005).
 */
export function afterSelection(options: {
  readonly count: number;
  readonly matrices: number;
  readonly resamples: number;
  readonly seed: string;
}): {
  readonly found: number;
  readonly missed: number;
  readonly adjusted: number;
  /** Mean of what is quoted minus the truth. */
  readonly bias: number;
} {
  const random = createRandom(`${options.seed}/selection/${options.count}`);
  const table = tables(options.seed, options.resamples);
  let [found, missed, adjusted, bias] = [0, 0, 0, 0];
  for (let matrix = 0; matrix < options.matrices; matrix++) {
    const resamples = table.next().value;
    const cells = Array.from({ length: size * size }, () => {
      const truth = random.uniform() < 0.2 ? 0.1 + 0.4 * random.uniform() : 0.04 * random.normal();
      const values = Float64Array.from({ length: options.count }, () => truth + 0.3 * random.normal());
      return { truth, values, estimate: meanEstimate(values, resamples, { confidence: 0.95, minEffect }) };
    });
    const qValueOf = qValueAmong(cells.map(({ estimate }) => estimate.pValue));
    const selected = cells.filter(({ estimate }) => qValueOf(estimate.pValue) <= 0.05);
    const confidence = 1 - (0.05 * selected.length) / cells.length;
    for (const { truth, values, estimate } of selected) {
      const misses = ({ ci }: typeof estimate): number => (truth < ci[0] || truth > ci[1] ? 1 : 0);
      found++;
      missed += misses(estimate);
      adjusted += misses(meanEstimate(values, resamples, { confidence, minEffect }));
      bias += estimate.value - truth;
    }
  }
  return { found, missed: missed / found, adjusted: adjusted / found, bias: bias / found };
}
