/** Names that every object of JavaScript has something under, so that what is kept by name cannot be kept by these. */
export const isReserved = (name: string): boolean => name in {};

/**
 * Names of the outputs of a classifier file as a user writes them, each once: a name that stands at several places gets the
 * place appended (ImageNet's two cranes are `crane-134` and `crane-517`); null, an output that means nothing, stays null.
 */
export function targetNames(targets: readonly (string | null)[]): readonly (string | null)[] {
  const counts = new Map<string | null, number>();
  for (const target of targets) counts.set(target, (counts.get(target) ?? 0) + 1);
  return targets.map((target, place) => (target === null || counts.get(target) === 1 ? target : `${target}-${place}`));
}
