import { decompose } from "../src/index.ts";
import type { Products } from "./decomposition-method.ts";
import type { Question } from "./question.ts";
import type { StatedCell } from "./state-errors.ts";
import { negativeEffect } from "./truth.ts";

/** Resamples behind the states of shares: enough for a 95 % interval. */
const alarmResamples = 500;

/** Share of the trained models without a bias (decoys, controls) which have a found cell without a true effect. */
export function alarmsOf(question: Question, stated: readonly StatedCell[]): number | undefined {
  const found = new Set(
    stated.filter(({ state }) => state === "found").map(({ subject, feature }) => `${subject}\n${feature}`),
  );
  return shareWithAlarm(question, (subject, feature) => found.has(`${subject}\n${feature}`));
}

/** The same by the states of shares where every concept has a weight. */
export function alarmsOfRidge(question: Question, { grams, features }: Products): number | undefined {
  const concepts = Array.from({ length: features }, (_, k) => k + 1);
  const found = new Map<number, Set<string>>();
  for (const index of unbiased(question)) {
    const parts = decompose(grams[index] ?? [], { base: 0, concepts, minCosine: 0, resamples: alarmResamples });
    const names = (parts?.shares ?? [])
      .filter(({ state }) => state === "found")
      .map(({ concept }) => question.features[concept - 1] as string);
    found.set(index, new Set(names));
  }
  return shareWithAlarm(question, (subject, feature) => found.get(subject)?.has(feature) === true);
}

function shareWithAlarm(question: Question, found: (subject: number, feature: string) => boolean): number | undefined {
  const clean = unbiased(question);
  if (clean.length === 0) return undefined;
  const alarmed = clean.filter((index) =>
    question.features.some(
      (feature) =>
        feature !== question.subjects[index]?.target &&
        Math.abs(question.effects.get(feature)?.[index] ?? 0) <= negativeEffect &&
        found(index, feature),
    ),
  );
  return alarmed.length / clean.length;
}

/** By index. */
function unbiased({ subjects }: Question): number[] {
  return subjects.flatMap(({ kind }, index) => (kind === "decoy" || kind === "control" ? [index] : []));
}
