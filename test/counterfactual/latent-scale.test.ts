import { expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { latentScaleOf } from "../../src/counterfactual/latent-scale.ts";

const latent = (...values: number[]): Tensor => ({ data: Float32Array.from(values), dims: [1, values.length] });

test("the latent scale is the median distance between latents", () => {
  // On a line at 0, 1, 3 and 7 the distances are 1, 2, 3, 4, 6, 7.
  expect(latentScaleOf([0, 1, 3, 7].map((z) => latent(z, 2)))).toBe(3.5);
});

test("the latent scale of an odd number of pairs is the middle one", () => {
  expect(latentScaleOf([latent(0, 0), latent(3, 0), latent(0, 4)])).toBe(4);
});

test("one image, or equal ones, have no latent scale", () => {
  const same = latent(0.1, 0.2);
  expect(latentScaleOf([same])).toBeUndefined();
  expect(latentScaleOf([same, same, same])).toBeUndefined();
});
