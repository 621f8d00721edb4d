/** What may be chosen, with what is there in it: by feature whether it has it. */
export interface Candidate {
  readonly has: readonly boolean[];
}

/**
 * Candidates in an order whose every beginning has each feature on about half of its pictures, as far as there are such: the next is always the one that
 * leaves the counts of having and lacking closest, and of equals the first.
 */
export function balanced<T extends Candidate>(candidates: readonly T[]): readonly T[] {
  const left = [...candidates];
  const excess = new Array<number>(candidates[0]?.has.length ?? 0).fill(0);
  const ordered: T[] = [];
  while (left.length > 0) {
    const costs = left.map(({ has }) =>
      has.reduce((sum, own, k) => sum + ((excess[k] as number) + (own ? 1 : -1)) ** 2, 0),
    );
    const [next] = left.splice(costs.indexOf(Math.min(...costs)), 1) as [T];
    next.has.forEach((own, k) => {
      excess[k] = (excess[k] as number) + (own ? 1 : -1);
    });
    ordered.push(next);
  }
  return ordered;
}

/** From several orders the first ones in turn, until there are `limit`: no list gets more than another that has more to give. */
export function inTurn<T>(lists: readonly (readonly T[])[], limit: number): readonly T[] {
  const most = Math.max(0, ...lists.map(({ length }) => length));
  const chosen: T[] = [];
  for (let round = 0; round < most; round++) {
    for (const list of lists) {
      const item = list[round];
      if (item !== undefined && chosen.length < limit) chosen.push(item);
    }
  }
  return chosen;
}
