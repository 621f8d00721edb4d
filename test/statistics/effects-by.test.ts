import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { effects } from "../../src/statistics/effects.ts";
import { effectsBy } from "../../src/statistics/effects-by.ts";

const random = createRandom("effects by");
const [count, features, classifiers] = [40, 3, 2];
const interventions = {
  picture: Int32Array.from({ length: count }, (_, r) => r >> 1),
  movements: Float64Array.from({ length: count * features }, () => random.uniform() - 0.5),
  features,
  falls: Float64Array.from({ length: count * classifiers }, () => random.uniform()),
  classifiers,
};

test("where every feature explains every classifier it is one regression", () => {
  expect(effectsBy(interventions, () => true)).toEqual(effects(interventions));
});

test("a feature that does not explain a classifier is in its regression as if it had not been moved, and in the others' as before", () => {
  const some = effectsBy(interventions, (m, k) => m === 0 || k !== 1);
  const without = effects({
    ...interventions,
    features: 2,
    movements: interventions.movements.filter((_, at) => at % features !== 1),
  });
  const all = effects(interventions);
  expect([...(some?.values ?? [])].slice(0, 3)).toEqual([...(all?.values ?? [])].slice(0, 3));
  const [one, two] = [...(without?.values ?? [])].slice(2);
  expect([...(some?.values ?? [])].slice(3)).toEqual([one, 0, two]);
  expect(some?.standardErrors[4]).toBeNaN();
  expect(some?.standardErrors[5]).toBe(without?.standardErrors[3]);
});
