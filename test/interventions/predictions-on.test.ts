import { expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { type Predictor, predictionsOn } from "../../src/interventions/predictions-on.ts";
import { width } from "../../src/models/whole-calls.ts";

const picture = (value: number): Tensor => ({ data: Float32Array.of(value), dims: [1, 1, 1, 1] });

test("calls that are answered in another order give predictions in the order of the items", async () => {
  const items = Array.from({ length: 3 * width + 2 }, (_, place) => place);
  let [working, most] = [0, 0];
  const predictor: Predictor = {
    calls: 2,
    async predict(pictures) {
      most = Math.max(most, ++working);
      await new Promise((done) => setTimeout(done, (pictures[0]?.data[0] as number) === 0 ? 30 : 1));
      working -= 1;
      return pictures.map(({ data }) => [2 * (data[0] as number)]);
    },
  };
  const told: number[] = [];
  const found = await predictionsOn(items, (some) => some.map(picture), [], {
    ...{ signal: undefined, predictor },
    tell: (done) => told.push(done),
  });
  expect(found).toEqual(items.map((item) => [2 * item]));
  expect(most).toBe(2);
  expect(told.toSorted((a, b) => a - b)).toEqual(told);
  expect(told.at(-1)).toBe(items.length);
});
