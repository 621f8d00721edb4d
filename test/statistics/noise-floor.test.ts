import { expect, test } from "vitest";
import { createRandom } from "../../src/random.ts";
import { type NullScore, noiseFloor } from "../../src/statistics/noise-floor.ts";

/** Null scores of images that go one of `groups` ways in turn, and the mean of a row of images that all go one more way. */
function row(options: {
  readonly seed: string;
  readonly images: number;
  readonly way: number;
  readonly image: number;
}) {
  const { images } = options;
  const random = createRandom(options.seed);
  const ways = Array.from({ length: 16 }, () => options.way * random.normal());
  const own = (way: number): number => 0.2 + way + options.image * random.normal();
  const scores: NullScore[] = Array.from({ length: images }, (_, i) => ({
    group: `${i % 16}`,
    value: own(ways[i % 16] as number),
  }));
  const way = options.way * random.normal();
  const values = Array.from({ length: images }, () => own(way));
  return { scores, mean: values.reduce((sum, value) => sum + value, 0) / images };
}

for (const [images, way, image] of [
  [25, 0.1, 0.2],
  [60, 0.2, 0.1],
  [200, 0.1, 0.5],
  [60, 0, 0.3],
] as const) {
  test(`a row of ${images} images that goes any way (ways differ by ${way}, images by ${image}) is rarely two deviations off`, () => {
    const repeats = 1500;
    let [off, squares] = [0, 0];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { scores, mean } = row({ seed: `${repeat}`, images, way, image });
      const floor = noiseFloor(scores, images);
      const z = (mean - (floor?.mean ?? 0)) / (floor?.standardDeviation ?? 0);
      squares += (mean - 0.2) ** 2;
      if (Math.abs(z) > 2) off++;
    }
    // Student's t with 15 degrees of freedom leaves 6.4 % beyond 2; simulation error 0.6 %.
    expect(off / repeats).toBeLessThan(0.085);
    expect(squares / repeats / (way ** 2 + image ** 2 / images)).toBeCloseTo(1, 0);
    // Nor is the floor so high that nothing would be above it.
    const { scores } = row({ seed: "height", images, way, image });
    const deviation = noiseFloor(scores, images)?.standardDeviation as number;
    expect(deviation).toBeLessThan(2.5 * Math.sqrt(way ** 2 + image ** 2 / images));
  });
}

test("groups of equal size give the textbook's estimates", () => {
  // Four groups of three; by hand: group means 2, 4, 6, 8, MSB = 20, MSW = 1.
  const scores = [2, 4, 6, 8].flatMap((center) =>
    [-1, 0, 1].map((offset) => ({ group: `${center}`, value: center + offset })),
  );
  const floor = noiseFloor(scores, 12);
  expect(floor?.mean).toBe(5);
  const ofWay = (20 - 1) / 3;
  expect(floor?.standardDeviation).toBeCloseTo(Math.sqrt(ofWay * (1 + 1 / 4) + 1 / 12 + 1 / 12), 12);
});

test("few scores, few ways, or one score a way give no floor", () => {
  const scores = (count: number, groups: number): NullScore[] =>
    Array.from({ length: count }, (_, i) => ({ group: `${i % groups}`, value: i }));
  expect(noiseFloor(scores(9, 4), 9)).toBeUndefined();
  expect(noiseFloor(scores(30, 3), 30)).toBeUndefined();
  expect(noiseFloor(scores(16, 16), 16)).toBeUndefined();
  expect(noiseFloor(scores(17, 16), 17)).toBeDefined();
});
