import { expect, test } from "vitest";
import { largestShare } from "../../src/statistics/binomial.ts";
import { moreImages } from "../../src/statistics/more-images.ts";

const stratum = (name: "present" | "absent", mean: number, half: number, count: number) => ({
  name,
  mean,
  ci: [mean - half, mean + half] as const,
  count,
});
const ask = (...strata: ReturnType<typeof stratum>[]) => moreImages({ strata, minEffect: 0.1, selected: 100 });

test("a mean beyond the threshold needs the interval's near end to come beyond it", () => {
  // 0.2 ± 0.2 has to become ± 0.1: four times the images.
  expect(ask(stratum("present", 0.2, 0.2, 40))).toBe(300);
  expect(ask(stratum("present", -0.2, 0.2, 40))).toBe(300);
  // The other stratum does not matter then, unless it is nearer.
  expect(ask(stratum("present", 0.2, 0.2, 40), stratum("absent", 0, 0.5, 60))).toBe(300);
  expect(ask(stratum("present", 0.2, 0.2, 40), stratum("absent", 0.3, 0.3, 60))).toBe(125);
});

test("what is to be found among many needs its p to reach what holds for all of them", () => {
  // Beyond by itself, at 1.96 normal deviates; 3.29 are needed: (3.29/1.96)².
  const strata = [{ ...stratum("present", 0.2, 0.05, 40), pValue: 0.05 }];
  const growth = (3.290527 / 1.959964) ** 2;
  expect(moreImages({ strata, minEffect: 0.1, selected: 100, findAt: 0.001 })).toBe(Math.ceil(100 * (growth - 1)));
  // What lies inside is not found, but cleared.
  const inside = [{ ...stratum("present", 0, 0.2, 40), pValue: 1 }, stratum("absent", 0, 0.2, 40)];
  expect(moreImages({ strata: inside, minEffect: 0.1, selected: 100, findAt: 0.001 })).toBe(300);
});

test("means inside need every interval inside", () => {
  // 0.05 ± 0.1 → ± 0.05, 0 ± 0.15 → ± 0.1.
  expect(ask(stratum("present", 0.05, 0.1, 40), stratum("absent", 0, 0.15, 60))).toBe(300);
});

test("the farther end counts where the interval is lopsided", () => {
  expect(
    moreImages({ strata: [{ name: "present", mean: 0.2, ci: [0, 0.9], count: 40 }], minEffect: 0.1, selected: 100 }),
  ).toBe(300);
  const other = stratum("absent", 0, 0.01, 60);
  for (const [mean, ci] of [
    [0.05, [0.04, 0.15]],
    [-0.05, [-0.15, -0.04]],
  ] as const) {
    const strata = [{ name: "present" as const, mean, ci, count: 40 }, other];
    expect(moreImages({ strata, minEffect: 0.1, selected: 100 })).toBe(300);
  }
});

test("means inside need the images that exclude rare use, if as large a share of them answers", () => {
  const asked = (count: number, of: number) => ({
    ...stratum("present", 0, 0.01, of),
    rareUse: { count, atMost: largestShare(count, of, 0.95) },
  });
  const absent = stratum("absent", 0, 0.01, 60);
  const more = (present: ReturnType<typeof asked>, maxRareUse?: number) =>
    moreImages({
      strata: [present, absent],
      minEffect: 0.1,
      selected: 100,
      ...(maxRareUse === undefined ? {} : { maxRareUse }),
    });
  // 29 of 20 images exclude a tenth.
  expect(more(asked(0, 20))).toBe(45);
  // 14 of 20 would do for a fifth, and any number for nothing.
  expect(more(asked(0, 20), 0.2)).toBe(1);
  // Where a tenth of the images answers, more of them exclude nothing.
  expect(more(asked(2, 20))).toBeUndefined();
});

test("a small stratum needs the images that a state needs", () => {
  expect(ask(stratum("present", 0, 0.01, 5), stratum("absent", 0, 0.01, 60))).toBe(300);
  // Without an interval too: one image of twenty.
  const one = [{ name: "present" as const, mean: 0, count: 1 }, stratum("absent", 0, 0.01, 60)];
  expect(moreImages({ strata: one, minEffect: 0.1, selected: 100 })).toBe(1900);
  expect(ask(stratum("present", 0.5, 0.01, 16))).toBe(25);
});

test("a stratum without an image, which has to be looked at, has no answer", () => {
  expect(ask(stratum("absent", 0, 0.01, 60))).toBeUndefined();
});

test("a mean on the threshold, or no interval, has no answer", () => {
  expect(ask(stratum("present", 0.1, 0.05, 40))).toBeUndefined();
  expect(
    moreImages({ strata: [{ name: "present", mean: 0.3, count: 1 }], minEffect: 0.1, selected: 100 }),
  ).toBeUndefined();
});
