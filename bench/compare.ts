import { createRandom } from "../src/random.ts";
import { percentileInterval } from "../src/statistics/percentile.ts";
import { type Draw, everyImage, resampledClusters, resampledImages } from "./draws.ts";
import type { Method } from "./method.ts";
import type { Question } from "./question.ts";
import type { PlantedScore } from "./schema.ts";
import { figuresOf, pearsonOf, rightSigns, rising, type ScoredCell, withinAuroc } from "./scores.ts";
import { type StatedCell, stateErrors } from "./state-errors.ts";
import type { Subject } from "./subjects.ts";
import { sideOf } from "./truth.ts";

/** Subjects that a figure is about, by index; a cluster of a resample may appear twice. */
type Clusters = ReadonlyMap<string, readonly number[]>;

/** The cells of some subjects under a method: every feature but the subject's own target. */
export function cellsOf(question: Question, method: Method, subjects: readonly number[], draw: Draw): ScoredCell[] {
  return subjects.flatMap((subject, place) =>
    cellsOfSubject(question, subject, method.scores(subject, draw)).map((cell) => ({ ...cell, subject: place })),
  );
}

/** The cells of one subject for scores in the order of the features. */
function cellsOfSubject(
  { subjects, features, effects }: Question,
  subject: number,
  scores: readonly (number | undefined)[],
): ScoredCell[] {
  return features.flatMap((feature, k) => {
    if (feature === subjects[subject]?.target) return [];
    const effect = effects.get(feature)?.[subject];
    if (effect === undefined) return [];
    return [{ subject, score: scores[k], effect, positive: sideOf(effect) }];
  });
}

/** Scores of methods over a family, the first of `methods` being what the others are held against. */
export function compare(
  question: Question,
  family: Subject["family"],
  methods: readonly Method[],
  options: {
    /** By name of a method. */
    readonly falseAlarms: Readonly<Record<string, number | undefined>>;
    /** What the product says of the cells, by name of a method. */
    readonly stated: Readonly<Record<string, readonly StatedCell[]>>;
    readonly resamples: number;
    readonly seed: number;
  },
): PlantedScore[] {
  const subjects = question.subjects.flatMap((subject, index) => (subject.family === family ? [index] : []));
  const clusters = clustersOf(question, subjects);
  const drawn = methods.map(() => ({ auroc: [] as number[], pearson: [] as number[], behind: [] as number[] }));
  const names = [...clusters.keys()];
  for (let resample = 0; resample < options.resamples; resample++) {
    const random = createRandom(`${options.seed}/pairs/${resample}`);
    const chosen = resampledClusters(names, random).flatMap((name) => clusters.get(name) ?? []);
    const draw = resampledImages(`${options.seed}/images/${resample}`);
    let headline: number | undefined;
    methods.forEach((method, m) => {
      const once = new Map([...new Set(chosen)].map((subject) => [subject, method.scores(subject, draw)]));
      const cells = chosen.flatMap((subject, place) =>
        cellsOfSubject(question, subject, once.get(subject) ?? []).map((cell) => ({ ...cell, subject: place })),
      );
      const auroc = withinAuroc(cells);
      const pearson = pearsonOf(cells);
      if (m === 0) headline = auroc;
      const into = drawn[m] as (typeof drawn)[number];
      if (auroc !== undefined) into.auroc.push(auroc);
      if (pearson !== undefined) into.pearson.push(pearson);
      if (auroc !== undefined && headline !== undefined) into.behind.push(headline - auroc);
    });
  }
  const interval = (values: number[]): [number, number] | null =>
    values.length < 20 || names.length < 2
      ? null
      : [...percentileInterval(Float64Array.from(values), names.length, 0.95)];
  let first: number | undefined;
  return methods.flatMap((method, m) => {
    const cells = cellsOf(question, method, subjects, everyImage);
    if (cells.every(({ score }) => score === undefined)) return [];
    const figures = figuresOf(cells);
    if (m === 0) first = figures.within;
    const into = drawn[m] as (typeof drawn)[number];
    const stated = options.stated[method.name];
    const difference = m === 0 || first === undefined || figures.within === undefined ? null : first - figures.within;
    return [
      {
        world: question.world,
        name: method.name,
        role: method.role,
        auroc: { value: figures.within ?? null, ci: interval(into.auroc) },
        pooledAuroc: figures.pooled ?? null,
        auprc: figures.auprc ?? null,
        tprAt5: figures.tprAt5 ?? null,
        pearson: { value: figures.pearson ?? null, ci: interval(into.pearson) },
        rising: risingOf(question, method, subjects) ?? null,
        falseAlarms: options.falseAlarms[method.name] ?? null,
        signs: { for: rightSigns(cells, 1) ?? null, against: rightSigns(cells, -1) ?? null },
        stateErrors: stated === undefined ? null : stateErrors(question, stated, { subjects }),
        behind: { value: difference, ci: difference === null ? null : interval(into.behind) },
      },
    ];
  });
}

/** Subjects by pair; controls by target. */
function clustersOf({ subjects }: Question, some: readonly number[]): Clusters {
  const clusters = new Map<string, number[]>();
  for (const index of some) {
    const { cluster } = subjects[index] as Subject;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), index]);
  }
  return clusters;
}

/** Monotonicity in strength: planted models of a pair and seed, signed scores of their feature. */
function risingOf({ subjects, features }: Question, method: Method, some: readonly number[]): number | undefined {
  const series = new Map<string, { strength: number; score: number }[]>();
  for (const index of some) {
    const { kind, cluster, seed, strength, feature } = subjects[index] as Subject;
    if (kind === "decoy" || kind === "control" || strength === undefined || feature === undefined) continue;
    const score = method.scores(index, everyImage)[features.indexOf(feature)] ?? 0;
    const key = `${cluster}/${seed}`;
    series.set(key, [...(series.get(key) ?? []), { strength, score }]);
  }
  return rising([...series.values()]);
}
