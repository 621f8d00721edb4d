import type { Matrix, OpenRun } from "../src/index.ts";
import { createRandom } from "../src/random.ts";
import { percentileInterval } from "../src/statistics/percentile.ts";
import { resampledClusters } from "./draws.ts";
import type { Question } from "./question.ts";
import type { StateErrors } from "./schema.ts";
import type { Subject } from "./subjects.ts";
import { sideOf } from "./truth.ts";

/** What an audit says of one cell of one subject: its own state, and why it does not know. */
export interface StatedCell {
  /** By index. */
  readonly subject: number;
  readonly feature: string;
  readonly state: "found" | "clear" | "unresolved";
  readonly reason: string | undefined;
  /** Sign of the figure that decided. */
  readonly sign: number;
}

/** The cells of an alignment matrix as its states have them, of every subject and every feature but its target. */
export function statedByAlignment(run: OpenRun, { cells }: Matrix, question: Question): StatedCell[] {
  const places = placesOf(question);
  return cells.flatMap(({ base, downstream, state, reason, deciding, effect }) => {
    const feature = run.concepts[downstream] ?? downstream;
    const subject = places.get(base);
    if (subject === undefined || state === null || feature === question.subjects[subject]?.target) return [];
    return [
      {
        subject,
        feature,
        state,
        reason: reason ?? undefined,
        sign: Math.sign((effect?.state === "found" ? effect.value : deciding.mean) ?? 0),
      },
    ];
  });
}

/**
 * The shares of the decompositions as their states have them. A concept that is judged with collinear ones alone has no state of
 * its own: nobody learns from it whether this one is used.
 */
export function statedByDecomposition({ decomposition }: Matrix, question: Question): StatedCell[] {
  const places = placesOf(question);
  return (decomposition ?? []).flatMap(({ base, shares }) => {
    const subject = places.get(base);
    if (subject === undefined) return [];
    return shares
      .filter(({ concept }) => concept !== question.subjects[subject]?.target)
      .map(({ concept, share, state }): StatedCell => {
        const reason = state === null ? "collinear" : state === "unresolved" ? "straddles" : undefined;
        return { subject, feature: concept, state: state ?? "unresolved", reason, sign: Math.sign(share) };
      });
  });
}

/** How often the states of some subjects are wrong, with intervals over resampled pairs. */
export function stateErrors(
  question: Question,
  stated: readonly StatedCell[],
  options: { readonly subjects: readonly number[]; readonly resamples: number; readonly seed: number },
): StateErrors {
  const counts = new Map(options.subjects.map((subject) => [subject, noCounts()]));
  const reasons: Record<string, number> = {};
  for (const { subject, feature, state, reason, sign } of stated) {
    const own = counts.get(subject);
    const effect = question.effects.get(feature)?.[subject];
    if (own === undefined || effect === undefined) continue;
    const used = sideOf(effect);
    own.cells++;
    if (state === "unresolved") {
      own.unresolved++;
      reasons[reason ?? "unknown"] = (reasons[reason ?? "unknown"] ?? 0) + 1;
    }
    if (used === true) {
      own.used++;
      if (state === "clear") own.usedClear++;
      if (state === "found" && sign === Math.sign(effect)) own.usedFound++;
      if (state === "found" && sign !== Math.sign(effect)) own.usedWrongSign++;
    }
    if (used === false && state === "found") own.unusedFound++;
  }
  const clusters = new Map<string, number[]>();
  for (const index of options.subjects) {
    const { cluster } = question.subjects[index] as Subject;
    clusters.set(cluster, [...(clusters.get(cluster) ?? []), index]);
  }
  const names = [...clusters.keys()];
  const sums = (some: readonly number[]): Sums => sumsOf(some.map((subject) => counts.get(subject) as Counts));
  const resampled = Array.from({ length: options.resamples }, (_, resample) => {
    const random = createRandom(`${options.seed}/states/${resample}`);
    return sums(resampledClusters(names, random).flatMap((name) => clusters.get(name) ?? []));
  });
  const all = sums(options.subjects);
  const rate = (count: (sums: Sums) => number, of: (sums: Sums) => number) => {
    const values = resampled.flatMap((one) => (of(one) === 0 ? [] : [count(one) / of(one)]));
    const enough = values.length >= 20 && names.length >= 2;
    const share = of(all) === 0 ? null : count(all) / of(all);
    const ci = enough ? percentileInterval(Float64Array.from(values), names.length, 0.95) : undefined;
    return { count: count(all), of: of(all), share, ci: ci === undefined ? null : ([...ci] as [number, number]) };
  };
  return {
    models: options.subjects.length,
    falseClear: rate(
      ({ usedClear }) => usedClear,
      ({ used }) => used,
    ),
    falseFound: rate(
      ({ modelsFalselyFound }) => modelsFalselyFound,
      ({ models }) => models,
    ),
    found: rate(
      ({ usedFound }) => usedFound,
      ({ used }) => used,
    ),
    wrongSign: rate(
      ({ usedWrongSign }) => usedWrongSign,
      ({ used }) => used,
    ),
    unresolved: {
      ...rate(
        ({ unresolved }) => unresolved,
        ({ cells }) => cells,
      ),
      reasons,
    },
  };
}

interface Counts {
  cells: number;
  unresolved: number;
  used: number;
  usedClear: number;
  usedFound: number;
  usedWrongSign: number;
  unusedFound: number;
}

interface Sums extends Readonly<Omit<Counts, "unusedFound">> {
  readonly models: number;
  readonly modelsFalselyFound: number;
}

function noCounts(): Counts {
  return { cells: 0, unresolved: 0, used: 0, usedClear: 0, usedFound: 0, usedWrongSign: 0, unusedFound: 0 };
}

function sumsOf(counts: readonly Counts[]): Sums {
  const sum = (count: (one: Counts) => number): number => counts.reduce((total, one) => total + count(one), 0);
  return {
    models: counts.length,
    modelsFalselyFound: counts.filter(({ unusedFound }) => unusedFound > 0).length,
    cells: sum(({ cells }) => cells),
    unresolved: sum(({ unresolved }) => unresolved),
    used: sum(({ used }) => used),
    usedClear: sum(({ usedClear }) => usedClear),
    usedFound: sum(({ usedFound }) => usedFound),
    usedWrongSign: sum(({ usedWrongSign }) => usedWrongSign),
  };
}

function placesOf({ subjects }: Question): ReadonlyMap<string, number> {
  return new Map(subjects.map(({ classifier }, index) => [classifier.name, index]));
}
