import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { type Effects, effects, type Interventions } from "../../src/statistics/effects.ts";

const features = 3;

/** Interventions that move mostly their own feature, and two classifiers that are sums of features. */
function drawn({ pictures = 30, noise = 0 } = {}): {
  readonly interventions: Interventions;
  readonly true: number[][];
} {
  const random = createRandom(11).uniform;
  const weights = [
    [0.5, 0, -0.2],
    [0, 0.9, 0],
  ];
  const picture: number[] = [];
  const movements: number[] = [];
  const falls: number[] = [];
  for (let i = 0; i < pictures; i++) {
    for (let k = 0; k < features; k++) {
      const side = random() < 0.5 ? 1 : -1;
      const row = Array.from({ length: features }, (_, j) => side * (j === k ? 0.8 : 0.1 * random()));
      picture.push(i);
      movements.push(...row);
      falls.push(
        ...weights.map((own) => own.reduce((sum, w, j) => sum + w * (row[j] as number), noise * (random() - 0.5))),
      );
    }
  }
  return {
    interventions: {
      picture: Int32Array.from(picture),
      movements: Float64Array.from(movements),
      features,
      falls: Float64Array.from(falls),
      classifiers: 2,
    },
    true: weights,
  };
}

/** Interventions without those of one picture, by filtering rows: not by sums as the code does. */
function without(id: number, { picture, movements, falls, classifiers }: Interventions): Interventions {
  const rows = [...picture.keys()].filter((row) => picture[row] !== id);
  return {
    picture: Int32Array.from(rows, (row) => picture[row] as number),
    movements: Float64Array.from(rows.flatMap((row) => [...movements.subarray(row * features, (row + 1) * features)])),
    features,
    falls: Float64Array.from(rows.flatMap((row) => [...falls.subarray(row * classifiers, (row + 1) * classifiers)])),
    classifiers,
  };
}

describe("effects", () => {
  it("are the weights of classifiers that are sums of features, however impure the edits", () => {
    const { interventions, true: weights } = drawn();
    const { values, standardErrors } = effects(interventions, { ridge: 0 }) as Effects;
    expect([...values].map((value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual(weights.flat());
    for (const error of standardErrors) expect(error).toBeLessThan(1e-8);
  });

  it("have the errors of a jackknife that leaves out one picture with all of its interventions", () => {
    const { interventions } = drawn({ pictures: 12, noise: 0.3 });
    const whole = effects(interventions, { ridge: 0 }) as Effects;
    const left = Array.from({ length: 12 }, (_, id) => effects(without(id, interventions), { ridge: 0 }) as Effects);
    whole.standardErrors.forEach((error, at) => {
      const sum = left.reduce(
        (total, { values }) => total + ((values[at] as number) - (whole.values[at] as number)) ** 2,
        0,
      );
      expect(error).toBeCloseTo(Math.sqrt((11 / 12) * sum), 10);
    });
  });

  it("have intervals that hold the truth as often as they say", () => {
    const random = createRandom(5).uniform;
    let held = 0;
    const rounds = 400;
    for (let round = 0; round < rounds; round++) {
      const picture = Int32Array.from({ length: 24 }, (_, row) => row >> 1);
      const movements = Float64Array.from({ length: 24 }, () => (random() < 0.5 ? 0.8 : -0.8));
      const falls = movements.map((w) => 0.4 * w + 0.2 * (random() + random() - 1));
      const found = effects({ picture, movements, features: 1, falls, classifiers: 1 }, { ridge: 0 }) as Effects;
      // Student's t with 11 degrees of freedom.
      if (Math.abs((found.values[0] as number) - 0.4) <= 2.201 * (found.standardErrors[0] as number)) held++;
    }
    expect(held / rounds).toBeGreaterThan(0.92);
    expect(held / rounds).toBeLessThan(0.99);
  });

  it("have an error of a whole, not of its parts: pictures that serve twice count once", () => {
    const { interventions } = drawn({ pictures: 12, noise: 0.3 });
    const doubled: Interventions = {
      ...interventions,
      picture: Int32Array.from([...interventions.picture, ...interventions.picture]),
      movements: Float64Array.from([...interventions.movements, ...interventions.movements]),
      falls: Float64Array.from([...interventions.falls, ...interventions.falls]),
    };
    const [once, twice] = [effects(interventions) as Effects, effects(doubled) as Effects];
    once.values.forEach((value, at) => {
      expect(twice.values[at]).toBeCloseTo(value, 10);
    });
    once.standardErrors.forEach((error, at) => {
      expect(twice.standardErrors[at]).toBeCloseTo(error, 10);
    });
  });

  it("are undefined where no feature moved", () => {
    const still = { picture: Int32Array.of(0, 1), movements: new Float64Array(2), falls: new Float64Array(2) };
    expect(effects({ ...still, features: 1, classifiers: 1 })).toBeUndefined();
  });
});
