import { expect, test } from "vitest";
import type { Question } from "../../bench/question.ts";
import { shareStates } from "../../bench/share-states.ts";
import type { Subject } from "../../bench/subjects.ts";

/** Inner products of a base's gradient √(1 − s²)·e₁ + s·e₂ and of concepts e₁ (its own), e₂ and e₃. */
function gram(share: number): Float64Array {
  const own = Math.sqrt(1 - share * share);
  return Float64Array.from([1, own, share, 0, own, 1, 0, 0, share, 0, 1, 0, 0, 0, 0, 1]);
}

test("counts used and unused cells of trained models by the smallest share that matters, their own concept left out", () => {
  const features = ["own", "used", "unused"];
  const subjects = ["trained", "composed"].map((family) => ({ family, target: "own" }) as Subject);
  const effects = new Map([
    ["own", [0.9, 0.9]],
    ["used", [0.3, 0.3]],
    ["unused", [0, 0]],
  ]);
  const question: Question = { world: "cartoon-faces", subjects, features, effects };
  const names = Array.from({ length: 12 }, (_, i) => `${i}.png`);
  const grams = subjects.map(() => names.map(() => gram(0.12)));
  const products = { images: subjects.map(() => names), grams, features: features.length };

  const states = shareStates(question, products, { minCosines: [0, 0.2], minShares: [0.1, 0.15] });

  const unused = { all: 1, found: 0, clear: 1 };
  expect(states).toEqual([
    { minCosine: 0, minShare: 0.1, used: { all: 1, found: 1, clear: 0 }, unused },
    { minCosine: 0, minShare: 0.15, used: { all: 1, found: 0, clear: 1 }, unused },
    // A cosine of 0.12 is below 0.2: no weight at all.
    { minCosine: 0.2, minShare: 0.1, used: { all: 1, found: 0, clear: 1 }, unused },
    { minCosine: 0.2, minShare: 0.15, used: { all: 1, found: 0, clear: 1 }, unused },
  ]);
});
