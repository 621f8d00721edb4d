import { type Draw, everyImage, withoutPart } from "./draws.ts";
import { jackknifeInterval, perfectInterval } from "./jackknife.ts";
import type { Method } from "./method.ts";
import type { Question } from "./question.ts";
import type { PlantedScore } from "./schema.ts";
import { figuresOf, pearsonOf, rightSigns, rising, type ScoredCell, withinAuroc } from "./scores.ts";
import { type StatedCell, stateErrors } from "./state-errors.ts";
import type { Subject } from "./subjects.ts";
import { sideOf } from "./truth.ts";

/** Into so many parts the pictures are divided, each of which is left out once. */
const pictureParts = 10;
const confidence = 0.95;

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

/**
 * Scores of methods over a family, the first of `methods` being what the others are held against. Intervals are jackknives over feature pairs (with
 * all their strengths and seeds) and over pictures.
 */
export function compare(
  question: Question,
  family: Subject["family"],
  methods: readonly Method[],
  options: {
    /** By name of a method. */
    readonly falseAlarms: Readonly<Record<string, number | undefined>>;
    /** What the product says of the cells, by name of a method. */
    readonly stated: Readonly<Record<string, readonly StatedCell[]>>;
    readonly intervals: boolean;
  },
): PlantedScore[] {
  const subjects = question.subjects.flatMap((subject, index) => (subject.family === family ? [index] : []));
  const draws = options.intervals
    ? Array.from({ length: pictureParts }, (_, part) => withoutPart(part, pictureParts))
    : [];
  let headline: Jackknifed | undefined;
  return methods.flatMap((method, m) => {
    const cells = cellsOf(question, method, subjects, everyImage);
    if (cells.every(({ score }) => score === undefined)) return [];
    const clusterOf = ({ subject }: ScoredCell): string =>
      question.subjects[subjects[subject] as number]?.cluster ?? "";
    const clusters = options.intervals ? [...new Set(cells.map(clusterOf))] : [];
    const without = draws.map((draw) => cellsOf(question, method, subjects, draw));
    const jackknifed = (figure: Figure): Jackknifed => {
      // A cluster that says nothing by itself, as of models without a planted feature, is no part of an AUROC.
      const counted = clusters.filter((name) => figure(cells.filter((cell) => clusterOf(cell) === name)) !== undefined);
      return {
        value: figure(cells),
        pairs: counted.map((name) => figure(cells.filter((cell) => clusterOf(cell) !== name))),
        pictures: without.map(figure),
      };
    };
    const figures = figuresOf(cells);
    const within = jackknifed(withinAuroc);
    if (m === 0) headline = within;
    const stated = options.stated[method.name];
    return [
      {
        world: question.world,
        name: method.name,
        role: method.role,
        auroc: withCi(within, "auroc"),
        pooledAuroc: figures.pooled ?? null,
        auprc: figures.auprc ?? null,
        tprAt5: figures.tprAt5 ?? null,
        pearson: withCi(jackknifed(pearsonOf), "correlation"),
        rising: risingOf(question, method, subjects) ?? null,
        falseAlarms: options.falseAlarms[method.name] ?? null,
        signs: { for: rightSigns(cells, 1) ?? null, against: rightSigns(cells, -1) ?? null },
        stateErrors: stated === undefined ? null : stateErrors(question, stated, { subjects }),
        behind: withCi(m === 0 ? undefined : differenceOf(headline, within), "difference"),
      },
    ];
  });
}

type Figure = (cells: readonly ScoredCell[]) => number | undefined;

/** A figure, and without each feature pair and each part of the pictures. */
interface Jackknifed {
  readonly value: number | undefined;
  readonly pairs: readonly (number | undefined)[];
  readonly pictures: readonly (number | undefined)[];
}

function differenceOf(first: Jackknifed | undefined, other: Jackknifed): Jackknifed | undefined {
  if (first === undefined) return undefined;
  const less = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a - b;
  return {
    value: less(first.value, other.value),
    pairs: first.pairs.map((value, place) => less(value, other.pairs[place])),
    pictures: first.pictures.map((value, place) => less(value, other.pictures[place])),
  };
}

function withCi(figure: Jackknifed | undefined, scale: "auroc" | "correlation" | "difference"): PlantedScore["auroc"] {
  const { value, pairs = [], pictures = [] } = figure ?? {};
  if (value === undefined) return { value: null, ci: null };
  const samples = [pairs, pictures].map((left) => left.filter((one) => one !== undefined));
  const ci = jackknifeInterval(value, samples, { scale, confidence });
  if (ci !== undefined || scale !== "auroc" || value !== 1 || pairs.length < 2) return { value, ci: ci ?? null };
  return { value, ci: perfectInterval(pairs.length, confidence) };
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
