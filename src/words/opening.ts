import type { Finding } from "../results/matrix-schema.ts";
import { quoted } from "./figures.ts";

/** "a relies on b, c on d and e on f". */
export function openingSentence(shown: readonly Pick<Finding, "base" | "downstream">[], verb: string): string {
  const parts = shown.map(
    ({ base, downstream }, at) => `${quoted(base)} ${at === 0 ? `${verb} on` : "on"} ${quoted(downstream)}`,
  );
  return `${parts.slice(0, -1).join(", ")}${parts.length > 1 ? " and " : ""}${parts.at(-1)}`;
}
