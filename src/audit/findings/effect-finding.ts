import { quoted, range, signed } from "../../words/figures.ts";
import type { EffectGroup } from "../effects/effect-groups.ts";
import { spokenSide } from "../effects/typical-edit.ts";
import { namedOnly } from "../effects/unchecked.ts";
import { type ExpectedRelation, isExpected } from "../expectations/expected-relation.ts";
import type { Cell, CellEffect, Finding, Matrix } from "../schema.ts";
import { confirmedBy, viewsOfUse } from "./views.ts";

type View = Finding["views"][number];

/**
 * What an effect finds: a cell that it found itself, or one of which it can only say that the feature matters, not that it does by more than
 * `minEffect`. undefined where it says neither.
 */
export function effectFinding(matrix: Matrix, cell: Cell, expected: readonly ExpectedRelation[]): Finding | undefined {
  const { effect, deciding } = cell;
  if (effect === null || effect.ci === null) return undefined;
  const sure = effect.state === "found" && cell.state === "found";
  if (!sure && !isLikely(cell, effect, matrix.minEffect)) return undefined;
  const views = viewsBeside(matrix, cell, effect);
  const group =
    sure && isExpected(expected, effect.value) ? "expected" : sure && isConfirmed(views) ? "confirmed" : "open";
  return {
    kind: "relies-on",
    group,
    base: cell.base,
    downstream: cell.downstream,
    sentence: `${changeSentence(cell, effect)}: effect ${signed(effect.value)} (${supportOf(matrix, effect)}).`,
    unconfirmed: false,
    qualifiers: [
      ...(sure ? [] : [`not found: the interval does not lie beyond ${matrix.minEffect}`]),
      ...settledWords(effect, matrix.minEffect),
      ...sidesDisagree(effect),
      ...(effect.toldByEditor
        ? [`told by the network that made the edits: no other tells ${quoted(effect.feature)} (a judge would)`]
        : []),
    ],
    effect: { value: effect.value, ci: [...effect.ci], count: effect.count },
    relativeChange: deciding.mean,
    ci: deciding.ci,
    count: deciding.count,
    stratum: deciding.stratum,
    views,
  };
}

/** What features that always move together are found to do, told at the cell of the first of them; undefined where nothing is found. */
export function groupFinding(matrix: Matrix, { base, features, effect }: EffectGroup): Finding | undefined {
  const cell = matrix.cells.find((one) => one.base === base && one.effect?.feature === features[0]);
  if (cell === undefined || effect.state !== "found" || effect.ci === null) return undefined;
  const { downstream, deciding } = cell;
  return {
    kind: "relies-on",
    group: "open",
    ...{ base, downstream },
    sentence: `${changeSentence(cell, effect, ", which come together,")}: effect ${signed(effect.value)} (${supportOf(matrix, effect)}).`,
    unconfirmed: false,
    qualifiers: [
      "no edit moves one without the other: which of them it is cannot be told",
      ...features.filter((name) => name !== downstream && matrix.unchecked?.includes(name)).map(namedOnly),
      ...sidesDisagree(effect),
    ],
    effect: { value: effect.value, ci: [...effect.ci], count: effect.count },
    relativeChange: deciding.mean,
    ci: deciding.ci,
    count: deciding.count,
    stratum: deciding.stratum,
    views: [],
  };
}

/** Whether an effect that may be small is surely more than half of what matters. */
function isLikely(cell: Cell, { state, reason, ci, value }: CellEffect, minEffect: number): boolean {
  if (cell.state !== "unresolved" || state !== "unresolved" || reason !== "straddles" || ci === null) return false;
  return (
    Math.abs(value) >= minEffect && Math.min(Math.abs(ci[0]), Math.abs(ci[1])) > minEffect / 2 && ci[0] * ci[1] > 0
  );
}

/** "Without eyeglasses, smiling-eyeglasses-100 falls from 0.80 to 0.27 on average, while attributes-b/smiling goes from 0.81 to 0.80" */
function changeSentence({ base }: Cell, effect: CellEffect, aside = ","): string {
  const out = spokenSide(effect) === "remove";
  const [side, word] = out ? [effect.removed, "Without"] : [effect.added, "With"];
  if (side === null) return `${quoted(effect.feature)} moves ${quoted(base)}`;
  const verb = side.after < side.before ? "falls" : "rises";
  const { name, before, after } = side.own;
  return (
    `${word} ${quoted(effect.feature)}${aside} ${quoted(base)} ${verb} from ${signed(side.before)} to ${signed(side.after)} on average, ` +
    `while ${quoted(name)} goes from ${signed(before)} to ${signed(after)}`
  );
}

function supportOf(matrix: Matrix, { ci, answered, moved }: CellEffect): string {
  const percent = Number((matrix.confidence * 100).toFixed(2));
  const interval = ci === null ? "" : `${percent} % interval ${range(ci[0], ci[1])}, `;
  return `${interval}it answered on ${answered.count} of ${moved} edited images`;
}

/** What unedited images say where they settled it. */
function settledWords({ joint, unedited }: CellEffect, minEffect: number): string[] {
  if (joint === null || unedited === null) return [];
  return [
    `the edits alone leave ${minEffect} open: ${unedited.count} unedited images say ${signed(unedited.value)}, both together ${range(...joint.ci)}`,
  ];
}

/** What taking out and putting in say where they differ by more than they have in common. */
function sidesDisagree({ removed, added }: CellEffect): string[] {
  if (removed === null || added === null || removed.feature === 0 || added.feature === 0) return [];
  const [out, into] = [removed, added].map(({ before, after, feature }) => (before - after) / feature) as [
    number,
    number,
  ];
  return Math.abs(out - into) <= Math.abs(out + into) / 2
    ? []
    : [`taking it out and putting it in disagree: ${signed(out)} and ${signed(into)} per unit of the feature`];
}

/** What views that make no use of the interventions say of the same pair, each with its own figure. */
function viewsBeside(matrix: Matrix, cell: Cell, { value }: CellEffect): View[] {
  const { alignment, deciding } = cell;
  const { mean } = deciding;
  const moved: View[] =
    mean === null
      ? []
      : [{ view: "relative-change", value: mean, confirms: confirmedBy(alignment.state, mean, value) }];
  return [...moved, ...viewsOfUse(matrix, cell, value)];
}

function isConfirmed(views: readonly View[]): boolean {
  return views.some(({ confirms }) => confirms === true);
}
