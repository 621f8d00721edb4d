import { isPlural, plural } from "./figures.ts";

/** Counterfactuals that change alike: their share of all and its interval, where they change, and what features did. */
interface Mode {
  readonly share: number;
  readonly ci: readonly [number, number];
  readonly unnamed: boolean | null;
  readonly unaccountedShare: number | null;
  readonly place: string;
  readonly features: readonly { readonly feature: string; readonly change: number; readonly explains: number | null }[];
}

/** Movement of a feature from which on it is said to fade, or to come. */
const seen = 0.25;
/** Part of a fall that a feature explains before it is said. */
const matters = 0.1;
/** Features that a sentence names at most. */
const mostNamed = 3;

/** "37 % of the pictures (95 % interval 28 to 46 %): eyeglasses go.", "…: something at the lower left that no feature names; it holds 71 % of the fall that is not accounted for." */
export function modeSentence(mode: Mode, confidence: number): string {
  const { share, ci, unnamed, unaccountedShare, place } = mode;
  const how = `${percent(share)} % of the pictures (${Number((100 * confidence).toFixed(2))} % interval ${percent(ci[0])} to ${percent(ci[1])} %)`;
  if (unnamed !== true) return `${how}: ${movedWords(mode)}.`;
  const held =
    unaccountedShare === null ? "" : `; it holds ${percent(unaccountedShare)} % of the fall that is not accounted for`;
  // A feature that was not moved may be the very thing.
  const along = mode.features.filter(({ explains, change }) => explains === null && Math.abs(change) >= seen);
  if (along.length === 0) return `${how}: something ${place} that no feature names${held}.`;
  const whose = along.length === 1 ? "whose effect is" : "whose effects are";
  return `${how}: something ${place} that no feature of known effect names${held}; ${movedList(along)} along, ${whose} not known.`;
}

/** What moved in a mode that features name, or where it is. */
function movedWords({ features, place, unnamed }: Mode): string {
  const moved = features.filter(({ change }) => Math.abs(change) >= seen);
  const named = moved.filter(({ explains }) => explains === null || explains >= matters).slice(0, mostNamed);
  if (named.length > 0) return movedList(named);
  if (unnamed === null) return `something ${place}; no feature moves by ${seen} on average`;
  const some = features.filter(({ explains }) => (explains ?? 0) >= matters / 2).slice(0, mostNamed);
  if (some.length === 0) return `${plural(features.length, "feature")} a little each, ${place}`;
  return `a little of ${listed(some.map(({ feature }) => feature))}, ${place}`;
}

/** "eyeglasses go and smiling comes" */
function movedList(some: Mode["features"]): string {
  return listed(
    some.slice(0, mostNamed).map(({ feature, change }) => {
      const verb = change < 0 ? "go" : "come";
      return isPlural(feature) ? `${feature} ${verb}` : `${feature} ${verb}${verb === "go" ? "es" : "s"}`;
    }),
  );
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

function percent(part: number): string {
  return (100 * part).toFixed(0);
}
