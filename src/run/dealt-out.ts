/** Items in so many parts (fewer where there are fewer items), each a run of neighbours, as equal as can be. */
export function inRuns<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  const count = Math.min(parts, items.length);
  const at = (part: number): number => Math.round((part * items.length) / count);
  return Array.from({ length: count }, (_, part) => items.slice(at(part), at(part + 1)));
}
