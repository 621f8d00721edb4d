import type { NotFinite } from "../alignment/rows.ts";

/** What was left out because a classifier gave no finite number, one sentence a classifier. */
export function notFiniteNotes(pairs: readonly NotFinite[]): string[] {
  const byClassifier = new Map<string, Set<string>>();
  for (const { classifier, image } of pairs) {
    byClassifier.set(classifier, (byClassifier.get(classifier) ?? new Set()).add(image));
  }
  return [...byClassifier].map(([classifier, images]) => {
    const [first] = images;
    const count = images.size === 1 ? `image "${first}"` : `${images.size} images, such as "${first}"`;
    return `"${classifier}" gives no finite number on ${count}: its rows of ${images.size === 1 ? "it" : "them"} are left out`;
  });
}
