import { expect, test } from "vitest";
import { labelCorrelations, predictionCorrelations } from "../../../src/audit/cells/correlations.ts";
import { decisions } from "../../../src/audit/cells/presence.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { runFile } from "../../results/run-file.ts";

const seen = { width: 4, height: 4, dropReason: null, clampedShare: 0 };
const inputs: Readonly<Record<string, readonly (number | undefined)[]>> = {
  smiling: [0.1, 0.4, undefined, 0.8, 0.9, 0.3],
  young: [0.7, undefined, 0.2, 0.5, 0.1, 0.6],
};
const young = [1, 0, 1, undefined, 0, 1];
const images = young.map((label, position) => ({
  ...seen,
  image: `${position}.png`,
  sha256: null,
  position,
  labels: { smiling: position, ...(label === undefined ? {} : { young: label }) },
}));
const run: RunData = {
  ...runFile,
  images,
  predictions: Object.entries(inputs).flatMap(([classifier, values]) =>
    values.flatMap((input, place) =>
      input === undefined ? [] : [{ image: `${place}.png`, classifier, input, reconstruction: 0 }],
    ),
  ),
  counterfactuals: [],
  changes: [],
};

/** Σ(x − x̄)(y − ȳ) / √(Σ(x − x̄)²·Σ(y − ȳ)²) from sums of products. */
function pearson(xs: readonly number[], ys: readonly number[]): number {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const product = (a: readonly number[], b: readonly number[]) =>
    xs.length * sum(a.map((value, i) => value * (b[i] as number))) - sum(a) * sum(b);
  return product(xs, ys) / Math.sqrt(product(xs, xs) * product(ys, ys));
}

test("predictions are correlated over the images that both classifiers have seen", () => {
  const [row] = predictionCorrelations(run, decisions(run)) as [(number | null)[]];
  expect(row[0]).toBeCloseTo(1, 12);
  expect(row[1]).toBeCloseTo(pearson([0.1, 0.8, 0.9, 0.3], [0.7, 0.5, 0.1, 0.6]), 12);
});

test("labels are correlated over the images that have both", () => {
  const [row] = labelCorrelations(run, (classifier) => classifier) as [(number | null)[]];
  expect(row[1]).toBeCloseTo(pearson([0, 1, 2, 4, 5], [1, 0, 1, 0, 1]), 12);
});

test("there is no correlation with what no image has", () => {
  expect(labelCorrelations(run, () => "hat")).toEqual([[null, null]]);
});
