import type { BaseDecomposition } from "../../results/matrix-schema.ts";
import type { ShareFigure } from "../../words/share.ts";

/** The share of a column's concept in a base's direction; undefined where no decomposition knows it. */
export function shareOf(
  decompositions: readonly BaseDecomposition[] | null | undefined,
  { base, downstream }: { readonly base: string; readonly downstream: string },
): ShareFigure | undefined {
  const decomposition = decompositions?.find((each) => each.base === base);
  const own = decomposition?.shares.find((row) => row.downstream.includes(downstream));
  if (decomposition === undefined || own === undefined) return undefined;
  const { concept, share, ci } = own;
  const group = own.state === null ? decomposition.groups.find((each) => each.group === own.group) : undefined;
  return {
    concept,
    share,
    ci,
    state: group?.state ?? own.state ?? "unresolved",
    judged: group === undefined ? ci : turned(group, share),
    together: group?.concepts ?? null,
    count: decomposition.count,
  };
}

/** A group's share has the sign of its first member; the member's own sign is what a cell is about. */
function turned(group: BaseDecomposition["groups"][number], share: number): readonly [number, number] | null {
  if (group.ci === null) return null;
  const [low, high] = group.ci;
  return group.share * share < 0 ? [-high, -low] : [low, high];
}
