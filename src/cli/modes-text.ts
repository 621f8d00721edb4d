import type { Modes } from "../index.ts";
import { figure, textTable } from "./table.ts";

/** Features that are listed of a mode. */
const listed = 5;
/** Images that are named of a mode. */
const shown = 6;

/** Modes as sentences, each with what the features did and its clearest images. */
export function modesText({ base, count, withoutPicture, smallest, modes }: Modes): string {
  const rest = withoutPicture === 0 ? "" : `, ${withoutPicture} more without a picture`;
  const head = `${base}: ${count} counterfactuals${rest} in ${modes.length === 1 ? "one mode" : `${modes.length} modes`}, of at least ${smallest} each`;
  return [head, ...modes.map((mode, place) => modeText(mode, place, modes.length))].join("\n\n");
}

function modeText(
  { sentence, stability, fall, features, images }: Modes["modes"][number],
  place: number,
  all: number,
): string {
  const again =
    all === 1 ? "no more modes come back in resamples" : `of the mode ${figure(stability)} comes back in resamples`;
  const table = textTable([
    ["", "change", "of the fall"],
    ...features
      .slice(0, listed)
      .map(({ feature, change, explains }) => [`   ${feature}`, figure(change), figure(explains)]),
  ]);
  return [
    `${place + 1}. ${sentence}`,
    `   The classifier falls by ${figure(fall)}; ${again}.`,
    table,
    `   clearest: ${images.slice(0, shown).join(", ")}`,
  ].join("\n");
}
