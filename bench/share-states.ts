import { decompose } from "../src/index.ts";
import type { Products } from "./decomposition-method.ts";
import type { Question } from "./question.ts";
import { sideOf } from "./truth.ts";

/** How the states of shares turn out under one choice of thresholds, trained models. */
export interface ShareStates {
  readonly minCosine: number;
  readonly minShare: number;
  /** Of the used cells (true effect of at least 0.1): all, those found, those called clear. */
  readonly used: { readonly all: number; readonly found: number; readonly clear: number };
  /** Of the unused ones (at most 0.03) the same. */
  readonly unused: { readonly all: number; readonly found: number; readonly clear: number };
}

/** Resamples behind the intervals. */
const resamples = 500;

/** The states of all cells under every pair of thresholds. */
export function shareStates(
  question: Question,
  { grams, features }: Products,
  { minCosines, minShares }: { readonly minCosines: readonly number[]; readonly minShares: readonly number[] },
): ShareStates[] {
  const concepts = Array.from({ length: features }, (_, k) => k + 1);
  return minCosines.flatMap((minCosine) =>
    minShares.map((minShare): ShareStates => {
      const used = { all: 0, found: 0, clear: 0 };
      const unused = { all: 0, found: 0, clear: 0 };
      for (const [index, { family, target }] of question.subjects.entries()) {
        if (family !== "trained") continue;
        const parts = decompose(grams[index] ?? [], { base: 0, concepts, minCosine, minShare, resamples });
        for (const { concept, state } of parts?.shares ?? []) {
          const feature = question.features[concept - 1] as string;
          const side = feature === target ? undefined : sideOf(question.effects.get(feature)?.[index] ?? 0);
          if (side === undefined) continue;
          const counts = side ? used : unused;
          counts.all++;
          if (state === "found") counts.found++;
          if (state === "clear") counts.clear++;
        }
      }
      return { minCosine, minShare, used, unused };
    }),
  );
}
