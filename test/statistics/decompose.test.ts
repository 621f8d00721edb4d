import { describe, expect, test } from "vitest";
import { createRandom, type Random } from "../../src/base/random.ts";
import { decompose } from "../../src/statistics/decompose.ts";

const dimensions = 12;

/** Vectors of one image: the base first, then the concepts. */
type Vectors = readonly (readonly number[])[];

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function gramOf(vectors: Vectors): Float64Array {
  return Float64Array.from(vectors.flatMap((a) => vectors.map((b) => dot(a, b))));
}

const noise = (random: Random, size: number): number[] =>
  Array.from({ length: dimensions }, () => size * random.normal());

/** Images whose base is a known mixture of `weights.length` concepts plus noise; concepts vary a little from image to image. */
function planted(
  weights: readonly number[],
  options: { count?: number; noise?: number; seed?: string } = {},
): Vectors[] {
  const random = createRandom(options.seed ?? "planted");
  const centres = weights.map(() => noise(random, 1));
  return Array.from({ length: options.count ?? 20 }, () => {
    const concepts = centres.map((centre) => {
      const own = noise(random, 0.4);
      return centre.map((value, i) => value + (own[i] as number));
    });
    const rest = noise(random, options.noise ?? 0.2);
    const base = rest.map((value, i) =>
      concepts.reduce((sum, concept, k) => sum + (weights[k] as number) * (concept[i] as number), value),
    );
    return [base, ...concepts];
  });
}

/** The slow twin: rows of all images stacked, √α·I below, Householder QR, back substitution. */
function leastSquares(images: readonly Vectors[], alpha: number): number[] {
  const size = (images[0] as Vectors).length - 1;
  const diagonal = images.reduce(
    (sum, [, ...concepts]) => sum + concepts.reduce((inner, concept) => inner + dot(concept, concept), 0),
    0,
  );
  const penalty = Math.sqrt((alpha * diagonal) / size);
  const rows: number[][] = images.flatMap(([base, ...concepts]) =>
    Array.from({ length: dimensions }, (_, i) => [
      ...concepts.map((concept) => concept[i] as number),
      (base as number[])[i] as number,
    ]),
  );
  for (let k = 0; k < size; k++) rows.push(Array.from({ length: size + 1 }, (_, j) => (j === k ? penalty : 0)));
  for (let k = 0; k < size; k++) {
    const x = rows.slice(k).map((row) => row[k] as number);
    const norm = Math.sqrt(dot(x, x));
    const v = [...x];
    v[0] = (v[0] as number) + (Math.sign(v[0] as number) || 1) * norm;
    const square = dot(v, v);
    for (let column = k; column <= size; column++) {
      const along =
        (2 *
          dot(
            v,
            rows.slice(k).map((row) => row[column] as number),
          )) /
        square;
      v.forEach((value, i) => {
        const row = rows[k + i] as number[];
        row[column] = (row[column] as number) - along * value;
      });
    }
  }
  const w: number[] = new Array(size).fill(0);
  for (let k = size - 1; k >= 0; k--) {
    const row = rows[k] as number[];
    w[k] =
      ((row[size] as number) - w.reduce((sum, value, j) => (j > k ? sum + value * (row[j] as number) : sum), 0)) /
      (row[k] as number);
  }
  return w;
}

const concepts = (count: number): number[] => Array.from({ length: count }, (_, k) => k + 1);
const fast = { resamples: 400 };

describe("a decomposition", () => {
  test.each([0, 1e-3, 0.1, 3])("has the weights of stacked least squares by QR, α = %d", (alpha) => {
    const images = planted([0.8, -0.4, 0, 0.2], { noise: 0.7 });
    const result = decompose(images.map(gramOf), { base: 0, concepts: concepts(4), alpha, minCosine: 0, ...fast });
    // Shrunk in units of the concepts' lengths.
    const lengths = [1, 2, 3, 4].map((k) =>
      Math.sqrt(images.reduce((sum, vectors) => sum + dot(vectors[k] as number[], vectors[k] as number[]), 0)),
    );
    const unit = images.map(
      ([base, ...others]): Vectors => [
        base as number[],
        ...others.map((concept, k) => concept.map((value) => value / (lengths[k] as number))),
      ],
    );
    const parts = leastSquares(unit, alpha);
    const expected = parts.map((part, k) => part / (lengths[k] as number));
    result?.shares.forEach(({ share, weight }, k) => {
      expect(share).toBeCloseTo((parts[k] as number) / Math.hypot(...parts), 10);
      expect(weight).toBeCloseTo(expected[k] as number, 10);
    });
    const [left, total] = [0, 0].map((_, which) =>
      images.reduce((sum, [base = [], ...others]) => {
        const fitted = base.map((_, i) =>
          others.reduce((inner, concept, k) => inner + (expected[k] as number) * (concept[i] as number), 0),
        );
        return (
          sum + base.reduce((inner, value, i) => inner + (value - (which === 0 ? (fitted[i] as number) : 0)) ** 2, 0)
        );
      }, 0),
    ) as [number, number];
    expect(result?.explained.value).toBeCloseTo(1 - left / total, 10);
  });

  test.each([10, 0.1, 1000])(
    "says the same of a concept whose logit is multiplied by %d, but for its weight",
    (times) => {
      const images = planted([1, 0.4, -0.3, 0], { noise: 0.6 });
      const scaled = images.map((vectors) =>
        vectors.map((vector, k) => (k === 2 ? vector.map((value) => times * value) : vector)),
      );
      const [before, after] = [images, scaled].map((some) =>
        decompose(some.map(gramOf), { base: 0, concepts: [1, 2, 3, 4], ...fast }),
      );
      expect(after?.alpha).toBe(before?.alpha);
      expect(after?.explained.value).toBeCloseTo(before?.explained.value as number, 9);
      before?.shares.forEach(({ share, ci, state, weight }, k) => {
        expect(after?.shares[k]).toMatchObject({
          state,
          share: expect.closeTo(share, 9),
          ci: [expect.closeTo(ci?.[0] as number, 9), expect.closeTo(ci?.[1] as number, 9)],
          weight: expect.closeTo(weight / (k === 1 ? times : 1), 9),
        });
      });
      expect(before?.shares.map(({ state }) => state)).toEqual(["found", "found", "found", "clear"]);
    },
  );

  test("finds a planted mixture, clears what is not in it, and explains less without what is", () => {
    const images = planted([1, 0.5, 0, 0]).map(gramOf);
    const all = decompose(images, { base: 0, concepts: [1, 2, 3, 4], ...fast });
    const length = Math.hypot(1, 0.5);
    expect(all?.shares.map(({ state }) => state)).toEqual(["found", "found", "clear", "clear"]);
    expect(all?.shares[0]?.share).toBeCloseTo(1 / length, 1);
    expect(all?.shares[1]?.share).toBeCloseTo(0.5 / length, 1);
    expect(all?.explained.value).toBeGreaterThan(0.9);
    expect(all?.count).toBe(20);
    const without = decompose(images, { base: 0, concepts: [1, 3, 4], ...fast });
    expect(without?.shares.map(({ concept }) => concept)).toEqual([1, 3, 4]);
    expect(without?.explained.value).toBeLessThan((all?.explained.value ?? 0) - 0.1);
  });

  test("is undefined without images, without concepts, and for a base without gradient", () => {
    const images = planted([1, 0.5]).map(gramOf);
    expect(decompose([], { base: 0, concepts: [1] })).toBeUndefined();
    expect(decompose(images, { base: 0, concepts: [] })).toBeUndefined();
    const still = planted([1, 0.5]).map(([, ...others]) => gramOf([noise(createRandom(1), 0), ...others]));
    expect(decompose(still, { base: 0, concepts: [1, 2] })).toBeUndefined();
  });

  test("says nothing but the numbers below ten images, and gives no interval of one", () => {
    const few = decompose(planted([1, 0.5], { count: 9 }).map(gramOf), { base: 0, concepts: [1, 2], ...fast });
    expect(few?.shares.map(({ state }) => state)).toEqual(["unresolved", "unresolved"]);
    const one = decompose(planted([1, 0.5], { count: 1 }).map(gramOf), { base: 0, concepts: [1, 2], ...fast });
    expect([one?.shares[0]?.ci, one?.explained.ci, one?.alpha]).toEqual([undefined, undefined, 0.01]);
  });

  test("has shares along the cosines under ever stronger shrinkage", () => {
    const images = planted([0.8, -0.4, 0.3], { noise: 0.5 });
    const result = decompose(images.map(gramOf), { base: 0, concepts: [1, 2, 3], alpha: 1e6, minCosine: 0, ...fast });
    const pooled = (i: number, k: number): number =>
      images.reduce((sum, vectors) => sum + dot(vectors[i] as number[], vectors[k] as number[]), 0);
    const along = [1, 2, 3].map((k) => pooled(0, k) / Math.sqrt(pooled(k, k)));
    const length = Math.hypot(...along);
    result?.shares.forEach(({ share }, k) => {
      expect(share).toBeCloseTo((along[k] as number) / length, 5);
    });
    expect(result?.explained.value).toBeLessThan(1e-4);
  });

  test("chooses little shrinkage where images agree, and is the same for gradients of another size and for images counted twice", () => {
    const images = planted([1, 0.5, 0, 0]).map(gramOf);
    const result = decompose(images, { base: 0, concepts: [1, 2, 3, 4], ...fast });
    expect(result?.alpha).toBeLessThanOrEqual(0.1);
    const scaled = decompose(
      images.map((gram) => gram.map((value) => 1e6 * value)),
      { base: 0, concepts: [1, 2, 3, 4], ...fast },
    );
    expect(scaled?.alpha).toBe(result?.alpha);
    scaled?.shares.forEach(({ share, ci }, k) => {
      expect(share).toBeCloseTo(result?.shares[k]?.share as number, 10);
      expect(ci?.[0]).toBeCloseTo(result?.shares[k]?.ci?.[0] as number, 10);
    });
    const twice = decompose([...images, ...images], {
      base: 0,
      concepts: [1, 2, 3, 4],
      alpha: result?.alpha as number,
      ...fast,
    });
    twice?.shares.forEach(({ share }, k) => {
      expect(share).toBeCloseTo(result?.shares[k]?.share as number, 10);
    });
  });

  test("reports collinear concepts together: the group is found, the members are not judged", () => {
    const random = createRandom("collinear");
    const images = planted([1, 0.6, 0]).map(([base, first, second, third]) => {
      const twin = noise(random, 0.15).map((value, i) => value - 2 * ((second as number[])[i] as number));
      return gramOf([base as number[], first as number[], second as number[], third as number[], twin]);
    });
    const result = decompose(images, { base: 0, concepts: [1, 2, 3, 4], ...fast });
    expect(result?.shares.map(({ group }) => group)).toEqual([0, 1, 2, 1]);
    expect(result?.shares.map(({ state }) => state)).toEqual(["found", undefined, "clear", undefined]);
    expect(result?.groups).toHaveLength(1);
    expect(result?.groups[0]).toMatchObject({ concepts: [2, 4], state: "found" });
    const [, second, , twin] = (result?.shares ?? []).map(({ share }) => share);
    // The twin points the other way.
    expect(result?.groups[0]?.share).toBeCloseTo((second as number) - (twin as number), 10);
    expect(result?.shares[1]?.inflation).toBeGreaterThan(10);
    expect(result?.shares[2]?.inflation).toBeLessThan(2);
    expect(result?.conditionNumber).toBeGreaterThan(40);
  });

  test("has the condition number and inflation of two concepts in closed form, and none where they are the same", () => {
    const cosine = 0.6;
    const gram = Float64Array.from([2, 1, 1, 1, 1, cosine * 3, 1, cosine * 3, 9]);
    const images = Array.from({ length: 12 }, () => gram);
    const result = decompose(images, { base: 0, concepts: [1, 2], ...fast });
    expect(result?.conditionNumber).toBeCloseTo((1 + cosine) / (1 - cosine), 10);
    expect(result?.shares[0]?.inflation).toBeCloseTo(1 / (1 - cosine ** 2), 10);
    expect(result?.shares.map(({ group }) => group)).toEqual([0, 1]);
    const same = decompose(images, { base: 0, concepts: [1, 1], ...fast });
    expect([same?.conditionNumber, same?.shares[0]?.inflation]).toEqual([undefined, undefined]);
    expect(decompose(images, { base: 0, concepts: [1, 1], alpha: 0, minCosine: 0, ...fast })).toBeUndefined();
  });

  test("finds no share whose sign depends on the shrinkage", () => {
    // Both concepts lean the same way; unshrunk, the second is subtracted, strongly shrunk it is added.
    const random = createRandom("sign");
    const images = Array.from({ length: 40 }, () => {
      const first = noise(random, 1);
      const second = noise(random, 0.75).map((value, i) => value + (first[i] as number));
      const base = noise(random, 0.02).map((value, i) => value + (first[i] as number) - 0.3 * (second[i] as number));
      return gramOf([base, first, second]);
    });
    const sure = { ...fast, minCosine: 0 };
    const [loose, tight] = [1e-4, 1].map(
      (alpha) => decompose(images, { base: 0, concepts: [1, 2], alpha, ...sure })?.shares[1],
    );
    expect(loose).toMatchObject({ state: "found" });
    expect(loose?.share).toBeLessThan(-0.2);
    expect(tight?.share).toBeGreaterThan(0);
    const chosen = decompose(images, { base: 0, concepts: [1, 2], ...sure });
    expect(chosen?.shares[1]?.ci?.[1]).toBeLessThan(-0.15);
    expect(chosen?.shares.map(({ state }) => state)).toEqual(["found", "unresolved"]);
  });

  test("has nothing to say for a concept that hardly points along, and is all of it where that is every concept", () => {
    const images = planted([1, 0, 0, 0], { noise: 0.7 }).map(gramOf);
    const [sparse, plain] = [0.15, 0].map((minCosine) =>
      decompose(images, {
        base: 0,
        concepts: [1, 2, 3, 4],
        ...(minCosine === undefined ? {} : { minCosine }),
        ...fast,
      }),
    );
    expect(sparse?.shares.slice(1).map(({ share }) => share)).toEqual([0, 0, 0]);
    expect(plain?.shares.slice(1).every(({ share }) => share !== 0)).toBe(true);
    expect(sparse?.shares[0]).toMatchObject({ share: 1, state: "found" });
    const none = decompose(images, { base: 0, concepts: [2, 3], minCosine: 0.5, ...fast });
    expect(none).toMatchObject({ explained: { value: 0, ci: [0, 0] } });
    expect(none?.shares.map(({ share, state }) => [share, state])).toEqual([
      [0, "clear"],
      [0, "clear"],
    ]);
  });

  test("covers the true share about as often as it says", () => {
    let covered = 0;
    const worlds = 150;
    for (let world = 0; world < worlds; world++) {
      // Weights that vary from image to image: what the interval is about.
      const random = createRandom(`coverage/${world}`);
      const images = Array.from({ length: 20 }, () => {
        const [first, second] = [noise(random, 1), noise(random, 1)];
        const [a, b] = [1 + 0.5 * random.normal(), 0.5 + 0.5 * random.normal()];
        return gramOf([first.map((value, i) => a * value + b * (second[i] as number)), first, second]);
      });
      const ci = decompose(images, { base: 0, concepts: [1, 2], alpha: 1e-4, resamples: 300 })?.shares[1]?.ci;
      if (ci !== undefined && ci[0] <= 0.5 / Math.hypot(1, 0.5) && ci[1] >= 0.5 / Math.hypot(1, 0.5)) covered++;
    }
    // 95 % wanted; three standard errors of 150 worlds are 5.3 %.
    expect(covered / worlds).toBeGreaterThan(0.88);
  });
});
