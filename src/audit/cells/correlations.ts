import type { RunData } from "../../results/run-data.ts";
import { correlation } from "../../statistics/correlation.ts";
import type { Decisions } from "./presence.ts";

/** Pearson correlations, rows in the order of the bases, columns of the downstream classifiers; null where undefined. */
export type Correlations = (number | null)[][];

/** Correlation of the predictions on the input images (the paper's Fig. 2b), over all images that have both. */
export function predictionCorrelations(run: RunData, decided: Decisions): Correlations {
  return pairs(run, (base, downstream) => {
    const others = decided.predictions(downstream);
    const [xs, ys]: [number[], number[]] = [[], []];
    for (const [image, row] of decided.predictions(base)) {
      const other = others.get(image);
      if (other === undefined) continue;
      xs.push(row.input);
      ys.push(other.input);
    }
    return correlation(xs, ys);
  });
}

/** Correlation of the ground-truth labels named like the classifiers' concepts (the paper's Fig. 2c), over all images that have both. */
export function labelCorrelations(run: RunData, conceptOf: (classifier: string) => string): Correlations {
  return pairs(run, (base, downstream) => {
    const [own, other] = [conceptOf(base), conceptOf(downstream)];
    const [xs, ys]: [number[], number[]] = [[], []];
    for (const { labels } of run.images) {
      const [x, y] = [labels[own], labels[other]];
      if (x === undefined || y === undefined) continue;
      xs.push(x);
      ys.push(y);
    }
    return correlation(xs, ys);
  });
}

function pairs(run: RunData, value: (base: string, downstream: string) => number | undefined): Correlations {
  return run.bases.map((base) => run.downstream.map((downstream) => value(base, downstream) ?? null));
}
