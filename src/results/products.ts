import type { ProductRow } from "../alignment/rows.ts";

/** Classifiers whose gradients an image's bases need, in the order of its rows. bases: those that decompose the image, in the order of the run. */
export function productClassifiers(
  bases: readonly string[],
  conceptSets: Readonly<Record<string, readonly string[]>>,
): string[] {
  return [...new Set(bases.flatMap((base) => [base, ...(conceptSets[base] ?? [])]))];
}

/** Rows of one image: a Gram matrix (row-major, in the order of `classifiers`) without its lower half. */
export function productRows(image: string, classifiers: readonly string[], gram: Float64Array): ProductRow[] {
  const size = classifiers.length;
  return classifiers.map((classifier, i) => ({
    image,
    classifier,
    products: Object.fromEntries(classifiers.slice(i).map((other, j) => [other, gram[i * size + i + j] as number])),
  }));
}

/** The Gram matrix of some classifiers on one image, from its rows; undefined where the rows do not hold it. */
export function gramOf(rows: readonly ProductRow[], classifiers: readonly string[]): Float64Array | undefined {
  const byName = new Map(rows.map(({ classifier, products }) => [classifier, products]));
  const size = classifiers.length;
  const gram = new Float64Array(size * size);
  for (const [i, a] of classifiers.entries()) {
    for (const [j, b] of classifiers.entries()) {
      const value = byName.get(a)?.[b] ?? byName.get(b)?.[a];
      if (value === undefined) return undefined;
      gram[i * size + j] = value;
    }
  }
  return gram;
}
