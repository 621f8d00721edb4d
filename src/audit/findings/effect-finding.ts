import type { Cell, CellEffect, Finding, Matrix } from "../../results/matrix-schema.ts";
import {
  cannotTellApart,
  effectSentence,
  groupSentence,
  namedOnly,
  notBeyond,
  settledWords,
  sidesDisagree,
  toldByEditorWords,
} from "../../words/effect-finding.ts";
import type { EffectGroup } from "../effects/effect-groups.ts";
import { spokenSide } from "../effects/typical-edit.ts";
import { type ExpectedRelation, isExpected } from "../expectations/expected-relation.ts";
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
    sentence: effectSentence(cell.base, effect, spokenSide(effect), matrix),
    unconfirmed: false,
    qualifiers: [
      ...(sure ? [] : [notBeyond(matrix)]),
      ...settledWords(effect, matrix.minEffect),
      ...sidesDisagree(effect),
      ...(effect.toldByEditor ? [toldByEditorWords(effect)] : []),
    ],
    effect: { value: effect.value, ci: [...effect.ci], count: effect.count },
    ...quoted(deciding, deciding.stratum),
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
    sentence: groupSentence(base, effect, spokenSide(effect), matrix),
    unconfirmed: false,
    qualifiers: [
      cannotTellApart,
      ...features.filter((name) => name !== downstream && matrix.unchecked?.includes(name)).map(namedOnly),
      ...sidesDisagree(effect),
    ],
    effect: { value: effect.value, ci: [...effect.ci], count: effect.count },
    ...quoted(deciding, deciding.stratum),
    views: [],
  };
}

/** The relative change that a finding quotes, and the images that it is over. */
export function quoted(
  { mean, ci, count }: Pick<Cell, "mean" | "ci" | "count">,
  stratum: Finding["stratum"],
): Pick<Finding, "relativeChange" | "ci" | "count" | "stratum"> {
  return { relativeChange: mean, ci, count, stratum };
}

/** Whether an effect that may be small is surely more than half of what matters. */
function isLikely(cell: Cell, { state, reason, ci, value }: CellEffect, minEffect: number): boolean {
  if (cell.state !== "unresolved" || state !== "unresolved" || reason !== "straddles" || ci === null) return false;
  return (
    Math.abs(value) >= minEffect && Math.min(Math.abs(ci[0]), Math.abs(ci[1])) > minEffect / 2 && ci[0] * ci[1] > 0
  );
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
