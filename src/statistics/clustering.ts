/**
 * An order of items in which similar ones stand together: agglomerative clustering by average linkage, whose clusters are
 * joined at the ends that are most alike. distance: between two items by their place, symmetric. Ties go to the first.
 */
export function similarOrder(count: number, distance: (a: number, b: number) => number): number[] {
  const between = Array.from({ length: count }, (_, a) =>
    Float64Array.from({ length: count }, (_, b) => (a === b ? 0 : distance(a, b))),
  );
  const of = (a: number, b: number): number => (between[a] as Float64Array)[b] as number;
  // Mean distances of clusters, by the first item that each was begun with.
  const means = between.map((row) => Float64Array.from(row));
  const clusters = new Map(Array.from({ length: count }, (_, item) => [item, [item]]));
  while (clusters.size > 1) {
    const [first, second] = nearest([...clusters.keys()], means);
    const [one, other] = [clusters.get(first) as number[], clusters.get(second) as number[]];
    for (const each of clusters.keys()) {
      const mean =
        (one.length * at(means, first, each) + other.length * at(means, second, each)) / (one.length + other.length);
      (means[first] as Float64Array)[each] = mean;
      (means[each] as Float64Array)[first] = mean;
    }
    clusters.set(first, joined(one, other, of));
    clusters.delete(second);
  }
  return [...clusters.values()].flat();
}

function at(means: readonly Float64Array[], a: number, b: number): number {
  return (means[a] as Float64Array)[b] as number;
}

function nearest(keys: readonly number[], means: readonly Float64Array[]): readonly [number, number] {
  let best: readonly [number, number] = [keys[0] as number, keys[1] as number];
  for (const [place, a] of keys.entries()) {
    for (const b of keys.slice(place + 1)) if (at(means, a, b) < at(means, ...best)) best = [a, b];
  }
  return best;
}

/** Two orders as one, each turned so that the ends that meet are the nearest. */
function joined(one: readonly number[], other: readonly number[], of: (a: number, b: number) => number): number[] {
  const ways = [one, one.toReversed()].flatMap((left) =>
    [other, other.toReversed()].map((right) => ({ left, right, gap: of(left.at(-1) as number, right[0] as number) })),
  );
  const { left, right } = ways.reduce((best, way) => (way.gap < best.gap ? way : best));
  return [...left, ...right];
}
