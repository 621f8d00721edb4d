import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { calibrated } from "../../src/rectify/calibrate.ts";
import { groupName, groupOf, groupSizes, type Label } from "../../src/rectify/groups.ts";
import type { Row } from "../../src/rectify/layer.ts";
import { meanAlong, projectedWherePresent } from "../../src/rectify/reading.ts";
import { balanced, refit } from "../../src/rectify/refit.ts";
import { folded, signalsOf, withoutSignals } from "../../src/rectify/signals.ts";

/** Class and feature agree in so many of a hundred; numbers: class, feature, and noise of another spread each. */
function world(count: number, agreement: number, seed: string) {
  const random = createRandom(seed);
  const all = Array.from({ length: count }, () => {
    const label: Label = random.uniform() < 0.5 ? 1 : 0;
    const has: Label = random.uniform() < agreement ? label : label === 1 ? 0 : 1;
    const numbers = [2 * label, 3 * has, 0].map((value, i) => (i + 1) * (value + random.normal()));
    return { read: Float32Array.from(numbers), label, has, group: groupOf(label, [has]) };
  });
  return {
    read: all.map(({ read }) => read),
    labels: all.map(({ label }) => label),
    features: all.map(({ has }): Label[] => [has]),
    groups: all.map(({ group }) => group),
  };
}

const logit = ({ weights, bias }: Row, read: ArrayLike<number>): number =>
  weights.reduce((sum, weight, i) => sum + weight * (read[i] as number), bias);

describe("groups", () => {
  test("are named by class and features", () => {
    expect(groupName(groupOf(1, [1, 0]), "smiling", ["hat", "beard"])).toBe("smiling with hat without beard");
    expect(groupName(groupOf(0, [0, 0]), "smiling", ["hat", "beard"])).toBe("not smiling without hat or beard");
  });

  test("are balanced by drawing as many of each as the smallest has, none twice", () => {
    const { groups } = world(400, 0.9, "balance");
    const places = balanced(groups, 4, createRandom("draw"));
    const most = Math.min(...groupSizes(groups, 4));
    const drawn = places.map((place) => groups[place] as number);
    expect(groupSizes(drawn, 4)).toEqual([most, most, most, most]);
    expect(new Set(places).size).toBe(places.length);
  });
});

describe("a last layer fitted anew", () => {
  const numbers = world(1500, 0.95, "fit");
  const options = { fits: 20, random: createRandom("refit") };

  test("leans on the class where the feature came with it in 95 of 100 pictures", () => {
    const { row, perGroup } = refit(numbers, 4, options);
    expect(perGroup).toBe(Math.min(...groupSizes(numbers.groups, 4)));
    const [own, other] = [row.weights[0] as number, row.weights[1] as number];
    // Per unit of the numbers' spread; the feature adds 3 and the class 2 of their own spreads.
    expect(Math.abs(2 * other * 3)).toBeLessThan(0.15 * own * 2);
  });

  test("is the same for the same seed, and not where fits differ", () => {
    const again = refit(numbers, 4, { ...options, random: createRandom("refit") });
    expect(again).toEqual(refit(numbers, 4, { ...options, random: createRandom("refit") }));
    expect(refit(numbers, 4, { ...options, random: createRandom("other") }).row).not.toEqual(again.row);
  });

  test("takes what other classes of a softmax say as given", () => {
    // What a row says already is not said again.
    const { row } = refit(numbers, 4, options);
    const rest = refit({ ...numbers, offsets: numbers.read.map((read) => logit(row, read)) }, 4, options);
    expect(Math.abs(rest.row.weights[0] as number)).toBeLessThan(0.1 * (row.weights[0] as number));
  });
});

describe("a signal", () => {
  const numbers = world(3000, 0.9, "signals");

  test("is what the feature adds while the class stays, though they come together", () => {
    const [signal] = signalsOf(numbers);
    // The feature adds 3 to the second number, twice as large, and nothing to the others.
    [0, 1, 0].forEach((value, i) => {
      expect(Math.abs((signal?.[i] as number) - value)).toBeLessThan(0.06);
    });
  });

  test("has no part in a row from which it was projected, which says of pictures what it said of the projected numbers", () => {
    const signals = signalsOf(numbers);
    const row = { weights: Float64Array.from([1, -2, 0.5]), bias: 0.25 };
    const without = folded(row, signals);
    const along = (signals[0] as Float64Array).reduce(
      (sum, value, i) => sum + value * (without.weights[i] as number),
      0,
    );
    expect(along).toBeCloseTo(0, 9);
    const read = Float32Array.from([1, 2, 3]);
    expect(logit(without, read)).toBeCloseTo(logit(row, withoutSignals(read, signals)), 5);
  });
});

describe("a signal that goes where the feature is present", () => {
  const numbers = world(3000, 0.9, "signals");
  const [signal] = signalsOf(numbers) as [Float64Array];
  const without = numbers.read.filter((_, i) => numbers.features[i]?.[0] === 0);
  const absent = meanAlong(signal, without);
  /** Says yes from the middle of the second number on. */
  const gate = { weights: Float64Array.from([0, 40, 0]), bias: -40 * 3 };
  const reading = projectedWherePresent([{ signal, gate, absent }]);

  test("leaves pictures without it as they are, and makes the others like these on average", () => {
    const sides = [0, 1].map((side) => numbers.read.filter((_, i) => numbers.features[i]?.[0] === side));
    const [lacking, having] = sides as [Float32Array[], Float32Array[]];
    const changed = having.map((read) => reading.changed(read));
    expect(Math.abs(meanAlong(signal, changed) - absent)).toBeLessThan(0.5);
    expect(meanAlong(signal, having) - absent).toBeGreaterThan(5);
    const kept = lacking.filter((read) => read.every((value, i) => reading.changed(read)[i] === value));
    expect(kept.length).toBeGreaterThan(0.8 * lacking.length);
  });

  test("comes into a file as what is added beside a row", () => {
    const row = { weights: Float64Array.from([1, -2, 0.5]), bias: 0.25 };
    for (const read of numbers.read.slice(0, 50)) {
      const beside = reading.beside(row).map(({ weights, bias, gate }) => {
        const share = 1 / (1 + Math.exp(-logit(gate as Row, read)));
        return share * logit({ weights: Float64Array.from(weights), bias }, read);
      });
      const added = beside.reduce((sum, part) => sum + part, logit(reading.folded(row), read));
      expect(added).toBeCloseTo(logit(row, reading.changed(read)), 4);
    }
  });
});

describe("a scale", () => {
  test("says what share of pictures is positive where groups are as frequent", () => {
    const random = createRandom("scale");
    const logits = Array.from({ length: 4000 }, () => 3 * random.normal());
    const labels = logits.map((value): Label => (random.uniform() < 1 / (1 + Math.exp(-(0.5 * value + 1))) ? 1 : 0));
    const on = { logits, labels, groups: labels.map(() => 0) };
    const row = { weights: Float64Array.from([1]), bias: 0 };
    const { weights, bias } = calibrated(row, on, 1);
    expect(weights[0]).toBeCloseTo(0.5, 1);
    expect(bias).toBeCloseTo(1, 1);
  });

  test("stays finite where labels are separable", () => {
    const logits = [-2, -1, 1, 2];
    const { weights } = calibrated(
      { weights: Float64Array.from([1]), bias: 0 },
      { logits, labels: [0, 0, 1, 1], groups: [0, 0, 1, 1] },
      2,
    );
    expect((weights[0] as number) * 2).toBeLessThanOrEqual(Math.log(3) + 1e-9);
  });
});
