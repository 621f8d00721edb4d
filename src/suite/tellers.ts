import { z } from "zod";

/**
 * Who says that a feature went or came: another network than made the edit; a probe, which reads what edits change; or the network that made the edit. By the last two no
 * classifier is clear of a feature.
 */
export const tellers = z.enum(["another", "probe", "editor"]);
export type Teller = z.infer<typeof tellers>;

/** Features of a suite whose witness is a probe. */
export function probedFeatures({
  pairs,
}: {
  readonly pairs: readonly { readonly feature: string; readonly toldBy: Teller }[];
}): ReadonlySet<string> {
  return new Set(pairs.filter(({ toldBy }) => toldBy === "probe").map(({ feature }) => feature));
}
