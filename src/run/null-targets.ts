import type { NullTarget } from "../alignment/null-draws.ts";

/** What an image moves towards, `draws` others of the panel in turn by its place in the order: the same for every base. */
export function nullTargetsOf(
  { image, position }: { readonly image: string; readonly position: number },
  panel: readonly NullTarget[],
  draws: number,
): readonly NullTarget[] {
  const others = panel.filter((target) => target.image !== image);
  return Array.from(
    { length: Math.min(draws, others.length) },
    (_, draw) => others[(position * draws + draw) % others.length] as NullTarget,
  );
}
