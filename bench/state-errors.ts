import type { Matrix, OpenRun } from "../src/index.ts";
import { shareInterval } from "../src/statistics/binomial.ts";
import type { Question } from "./question.ts";
import type { StateErrors } from "./schema.ts";
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

/** How often the states of some subjects are wrong, with Clopper and Pearson's intervals: nothing seen among few is no certainty. */
export function stateErrors(
  question: Question,
  stated: readonly StatedCell[],
  { subjects }: { readonly subjects: readonly number[] },
): StateErrors {
  const counts = new Map(subjects.map((subject) => [subject, noCounts()]));
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
  const all = sumsOf(subjects.map((subject) => counts.get(subject) as Counts));
  const rate = (count: (sums: Sums) => number, of: (sums: Sums) => number) => {
    const [some, whole] = [count(all), of(all)];
    const ci = whole === 0 ? null : ([...shareInterval(some, whole, 0.95)] as [number, number]);
    return { count: some, of: whole, share: whole === 0 ? null : some / whole, ci };
  };
  return {
    models: subjects.length,
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
