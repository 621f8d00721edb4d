import type { Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { mean } from "../../statistics/moments.ts";

/** How alike the classifiers' saliency maps are, mean over images; null for a run that did not ask for them. */
export function saliencySimilarity(run: RunData): Matrix["saliencySimilarity"] {
  const { saliency } = run.options;
  if (saliency === undefined) return null;
  const names = [...new Set([...run.bases, ...run.downstream])];
  const rows = run.saliency ?? [];
  const values = { cosine: new Map<string, number[]>(), rank: new Map<string, number[]>() };
  const key = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a]);
  for (const measure of ["cosine", "rank"] as const) {
    for (const row of rows) {
      for (const [other, value] of Object.entries(row[measure])) {
        const pair = key(row.classifier, other);
        const list = values[measure].get(pair);
        if (list === undefined) values[measure].set(pair, [value]);
        else list.push(value);
      }
    }
  }
  const matrix = (measure: "cosine" | "rank"): (number | null)[][] =>
    names.map((a) =>
      names.map((b) => {
        if (a === b) return 1;
        const list = values[measure].get(key(a, b));
        return list === undefined ? null : mean(list);
      }),
    );
  return {
    method: saliency.method,
    cosine: matrix("cosine"),
    rank: matrix("rank"),
    names,
    count: new Set(rows.map(({ image }) => image)).size,
  };
}
