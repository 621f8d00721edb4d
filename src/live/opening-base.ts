import type { Look, Offers } from "./questions.ts";

/**
 * The classifier that is lowered where nobody chose one: of those that call the picture positive one of the file with the fewest targets. A file of many is about features, which
 * are watched; one of its own is what is audited. refused: classifiers that turned out to have no gradient.
 */
export function openingBase(
  { classifiers }: Offers,
  look: Pick<Look, "positive"> | undefined,
  refused: readonly string[] = [],
): string | undefined {
  const modelOf = new Map(classifiers.map(({ name, model }) => [name, model]));
  const targets = (name: string): number => classifiers.filter(({ model }) => model === modelOf.get(name)).length;
  const positive = look?.positive.toSorted((a, b) => targets(a) - targets(b)) ?? [];
  const names = [...positive, ...classifiers.map(({ name }) => name)];
  return names.find((name) => !refused.includes(name)) ?? names[0];
}
