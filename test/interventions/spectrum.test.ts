import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { rings, spectrumOf, withSpectrum } from "../../src/interventions/spectrum.ts";

const dims = [1, 2, 9, 13];
const { uniform } = createRandom("spectrum");
const coefficients: Tensor = { data: Float32Array.from({ length: sizeOf(dims) }, () => uniform() - 0.5), dims };

/** A change of the same size in all rings of all channels. */
const change = (value: number): Tensor => ({ data: new Float32Array(2 * rings).fill(value), dims: [1, 2, rings] });

/** Rings that hold a coefficient of these pictures: a small picture has fewer than there are. */
const empty = spectrumOf({ data: coefficients.data.map(() => 0), dims }).data[0] as number;

test("a change of the spectrum is found in the spectrum of what it was made in", () => {
  const { uniform: any } = createRandom("change");
  const wanted = { data: Float32Array.from({ length: 2 * rings }, () => 2 * any() - 1), dims: [1, 2, rings] };
  const [before, after] = [coefficients, withSpectrum(coefficients, wanted)].map(spectrumOf) as [Tensor, Tensor];
  let seen = 0;
  for (const [ring, value] of wanted.data.entries()) {
    if (before.data[ring] === empty) continue;
    seen++;
    expect((after.data[ring] as number) - (before.data[ring] as number)).toBeCloseTo(value, 4);
  }
  expect(seen).toBeGreaterThan(20);
});

test("the mean of a channel stays", () => {
  const { data } = withSpectrum(coefficients, change(2));
  const plane = 9 * 13;
  expect([data[0], data[plane]]).toEqual([coefficients.data[0], coefficients.data[plane]]);
  expect(data[1]).toBeCloseTo(Math.E * (coefficients.data[1] as number), 5);
});

test("rings run from coarse to fine, whatever the shape", () => {
  const one = (u: number, v: number): number => {
    const data = coefficients.data.map(() => 0);
    data[u * 13 + v] = 1;
    return spectrumOf({ data, dims })
      .data.subarray(0, rings)
      .findIndex((power) => power > -10);
  };
  expect(one(0, 0)).toBe(-1);
  expect(one(0, 1)).toBe(1);
  expect(one(8, 12)).toBeGreaterThan(one(4, 6));
  expect(one(8, 12)).toBeLessThan(rings);
  // Half of the highest frequency along either side.
  expect(Math.abs(one(4, 0) - one(0, 6))).toBeLessThanOrEqual(1);
});
