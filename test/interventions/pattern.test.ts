import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { fitPatterns } from "../../src/interventions/pattern.ts";

/** Pictures that are a constant plus what each of their features adds: what the fit has to find is known. */
function worldOf(count: number, { agreement = 0.5, noise = 0 } = {}) {
  const random = createRandom(7).uniform;
  const adds = [
    [0.2, 0, -0.1, 0.3],
    [0, 0.4, 0.1, 0],
    [-0.3, 0.05, 0, 0.2],
  ];
  const pictures = Array.from({ length: count }, () => {
    const first = random() < 0.5 ? 1 : 0;
    const labels = [first, random() < agreement ? first : 1 - first, random() < 0.3 ? 1 : 0];
    const data = Float32Array.from([0.5, 0.4, 0.3, 0.2], (value, p) =>
      labels.reduce((sum, label, k) => sum + label * (adds[k]?.[p] as number), value + noise * (random() - 0.5)),
    );
    return { labels, picture: { data, dims: [1, 1, 2, 2] } };
  });
  return { adds, pictures };
}

function fitted({ pictures }: ReturnType<typeof worldOf>, ridge: number): number[][] {
  const fit = fitPatterns(3, { ridge });
  for (const { picture, labels } of pictures) fit.add(picture, labels);
  const { data, dims } = fit.patterns();
  expect(dims).toEqual([3, 1, 2, 2]);
  return [0, 1, 2].map((k) => [...data.subarray(4 * k, 4 * k + 4)]);
}

describe("patterns", () => {
  it("are what each feature adds to a picture", () => {
    const world = worldOf(60);
    fitted(world, 0).forEach((pattern, k) => {
      pattern.forEach((value, p) => {
        expect(value).toBeCloseTo(world.adds[k]?.[p] as number, 5);
      });
    });
  });

  it("charge no feature with another that comes with it on 95 of 100 pictures", () => {
    const world = worldOf(400, { agreement: 0.95, noise: 0.1 });
    const [first, second] = fitted(world, 1e-3) as [number[], number[]];
    // The first pixel is the first feature's alone, the second pixel the second's.
    expect(Math.abs(first[1] as number)).toBeLessThan(0.05);
    expect(Math.abs(second[0] as number)).toBeLessThan(0.05);
    expect(second[1]).toBeCloseTo(0.4, 1);
  });

  it("take a label that nobody gave for the feature's mean", () => {
    const world = worldOf(300);
    const fit = fitPatterns(3, { ridge: 0 });
    for (const [index, { picture, labels }] of world.pictures.entries()) {
      fit.add(picture, index % 5 === 0 ? [Number.NaN, labels[1] as number, labels[2] as number] : labels);
    }
    const { data } = fit.patterns();
    expect(data[0]).toBeCloseTo(0.2, 1);
    expect(data[5]).toBeCloseTo(0.4, 1);
  });

  it("are 0 for a feature that every picture has", () => {
    const world = worldOf(40);
    const fit = fitPatterns(2);
    for (const { picture, labels } of world.pictures) fit.add(picture, [labels[0] as number, 1]);
    expect([...fit.patterns().data.subarray(4)]).toEqual([0, 0, 0, 0]);
  });

  it("shrink with the ridge, by the closed form of one feature", () => {
    const ridge = 0.25;
    const fit = fitPatterns(1, { ridge });
    const pictures = [
      [1, 0.9],
      [1, 0.7],
      [0, 0.1],
      [0, 0.3],
    ] as const;
    for (const [label, value] of pictures) fit.add({ data: Float32Array.of(value), dims: [1, 1, 1, 1] }, [label]);
    // Centred labels ±½: Σl·x = ½(0.9 + 0.7 − 0.1 − 0.3), Σl² = 1, and the penalty is ridge · 4.
    expect(fit.patterns().data[0]).toBeCloseTo(0.6 / (1 + ridge * 4), 6);
  });
});
