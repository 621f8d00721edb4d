import type { CellEffect, Matrix } from "../results/matrix-schema.ts";
import { quoted, range, signed } from "./figures.ts";

/** Which edits of a feature a sentence tells of. */
type Side = "remove" | "add";

/** What an effect finds, as a sentence. spoken: the edits that it tells of. */
export function effectSentence(
  base: string,
  effect: CellEffect,
  spoken: Side,
  matrix: Pick<Matrix, "confidence">,
): string {
  return `${changeWords(base, effect, spoken, ",")}: ${effectFigures(effect, matrix)}`;
}

/** The same of features that always move together. */
export function groupSentence(...[base, effect, spoken, matrix]: Parameters<typeof effectSentence>): string {
  return `${changeWords(base, effect, spoken, ", which come together,")}: ${effectFigures(effect, matrix)}`;
}

/** What is to be known of features that always move together. */
export const cannotTellApart = "no edit moves one without the other: which of them it is cannot be told";

/** Why an effect is not found. */
export function notBeyond({ minEffect }: Pick<Matrix, "minEffect">): string {
  return `not found: the interval does not lie beyond ${minEffect}`;
}

/** What is to be known of an effect that the editor of the feature tells. */
export function toldByEditorWords({ feature }: Pick<CellEffect, "feature">): string {
  return `told by the network that made the edits: no other tells ${quoted(feature)} (a judge would)`;
}

/** What is to be known of a name that nobody has checked. */
export function namedOnly(name: string): string {
  return `${quoted(name)} is named by CLIP, not checked`;
}

/** "Without eyeglasses, smiling-eyeglasses-100 falls from 0.80 to 0.27 on average, while attributes-b/smiling goes from 0.81 to 0.80" */
function changeWords(base: string, effect: CellEffect, spoken: Side, aside: string): string {
  const [side, word] = spoken === "remove" ? [effect.removed, "Without"] : [effect.added, "With"];
  if (side === null) return `${quoted(effect.feature)} moves ${quoted(base)}`;
  const verb = side.after < side.before ? "falls" : "rises";
  const { name, before, after } = side.own;
  return (
    `${word} ${quoted(effect.feature)}${aside} ${quoted(base)} ${verb} from ${signed(side.before)} to ${signed(side.after)} on average, ` +
    `while ${quoted(name)} goes from ${signed(before)} to ${signed(after)}`
  );
}

function effectFigures({ value, ci, answered, moved }: CellEffect, { confidence }: Pick<Matrix, "confidence">): string {
  const percent = Number((confidence * 100).toFixed(2));
  const interval = ci === null ? "" : `${percent} % interval ${range(ci[0], ci[1])}, `;
  return `effect ${signed(value)} (${interval}it answered on ${answered.count} of ${moved} edited images).`;
}

/** What unedited images say where they settled it. */
export function settledWords({ joint, unedited }: CellEffect, minEffect: number): string[] {
  if (joint === null || unedited === null) return [];
  return [
    `the edits alone leave ${minEffect} open: ${unedited.count} unedited images say ${signed(unedited.value)}, both together ${range(...joint.ci)}`,
  ];
}

/** What taking out and putting in say where they differ by more than they have in common. */
export function sidesDisagree({ removed, added }: CellEffect): string[] {
  if (removed === null || added === null || removed.feature === 0 || added.feature === 0) return [];
  const [out, into] = [removed, added].map(({ before, after, feature }) => (before - after) / feature) as [
    number,
    number,
  ];
  return Math.abs(out - into) <= Math.abs(out + into) / 2
    ? []
    : [`taking it out and putting it in disagree: ${signed(out)} and ${signed(into)} per unit of the feature`];
}
