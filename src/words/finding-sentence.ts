import type { Perturbation } from "../alignment/rows.ts";
import type { Cell, CellEffect, Matrix } from "../results/matrix-schema.ts";
import { intervalWords, plural, quoted, range, signed, withOrWithout } from "./figures.ts";
import { perturbationWords } from "./finding.ts";
import type { ShareFigure } from "./share.ts";
import { judgedShare } from "./share.ts";

type Side = "present" | "absent";
type Confidence = Pick<Matrix, "confidence">;
type Row = Matrix["rows"][number];

/** A feature that moves with a base. */
export function reliance(matrix: Confidence, cell: Cell, side: Side): string {
  return `${moved(cell, side)}: relative change ${figures(matrix, cell, side)}.`;
}

/** A share of a base's direction that does not move along. */
export function hiddenShare(matrix: Confidence, cell: Cell, side: Side, share: ShareFigure): string {
  const part = judgedShare(share);
  return `The direction of ${quoted(cell.base)} has a share of ${part.name}, ${part.figures}, but ${quoted(cell.downstream)} hardly moves along: relative change ${figures(matrix, cell, side)}.`;
}

/** A feature that moves with a base, but has no such share of its direction. */
export function shareDisagrees(matrix: Confidence, cell: Cell, side: Side, share: ShareFigure): string {
  const part = judgedShare(share);
  const otherSign = share.share * (cell[side].mean ?? 0) < 0;
  const against = share.state === "clear" ? "is close to 0" : otherSign ? "has the other sign" : "is small";
  return `${moved(cell, side)}: relative change ${figures(matrix, cell, side)}; but the share of ${part.name} in the direction of ${quoted(cell.base)} ${against}: ${part.figures}.`;
}

/** A share of a base's direction that does not move the base. */
export function shareAgainstEffect(base: string, share: ShareFigure, effect: CellEffect): string {
  const part = judgedShare(share);
  return `The direction of ${quoted(base)} has a share of ${part.name}, ${part.figures}; but ${hardlyChanges(base, effect.feature, effect.value)}.`;
}

/** A feature that moves with a base, but does not move it. */
export function changeAgainstEffect(matrix: Confidence, cell: Cell, side: Side): string {
  const { base, downstream, effect } = cell;
  const still = hardlyChanges(base, effect?.feature ?? downstream, effect?.value ?? 0);
  return `${moved(cell, side)}: relative change ${figures(matrix, cell, side)}; but ${still}.`;
}

/** A classifier that does not move with its own concept. */
export function ownConceptIgnored(matrix: Confidence, cell: Cell): string {
  const change = moved(cell, "present");
  const lower = change.charAt(0).toLowerCase() + change.slice(1);
  return `${quoted(cell.base)} does not rely on its own concept: ${lower}: relative change ${figures(matrix, cell, "present")}.`;
}

/** A relation that was expected elsewhere. */
export function expectedElsewhere({ low, high }: { readonly low: number; readonly high: number }): string {
  return `expected from ${signed(low)} to ${signed(high)}, and found outside of this range`;
}

/** What interventions say of a cell that they leave to relative change. */
export function unsureEffect({ feature, value, ci, reason, moved, count }: CellEffect): string {
  return reason === "not-moved"
    ? `interventions could not move ${quoted(feature)}: its witness saw it on ${moved} of ${count}`
    : `its effect cannot tell: ${signed(value)}${intervalWords(ci)} where ${quoted(feature)} alone is taken out and put in`;
}

/** The judge of a feature that sees another change. */
export function judgeRejects({ name, mean }: NonNullable<Cell["judge"]>): string {
  return `the judge ${quoted(name)} rejects it: ${signed(mean ?? 0)}`;
}

/** A feature that a probe tells. */
export function isProbe({ downstream }: Pick<Cell, "downstream">): string {
  return `${quoted(downstream)} is a probe, and no independent witness: it reads the latent that counterfactuals move in, or an inner value of another model`;
}

/** A feature that the autoencoder loses. */
export function isBlind({ downstream }: Pick<Cell, "downstream">): string {
  return `the autoencoder loses ${quoted(downstream)}`;
}

/** A base that fell on few images. */
export function hardlyMoved({ base, used, selected }: Row): string {
  return `${quoted(base)} moved on only ${used} of ${selected} selected images`;
}

/** Images that the search stopped short. */
export function countedApart({ dropped }: Row): string {
  return `counted apart: ${plural(dropped["at-limit"] ?? 0, "image")} on which the limit of the search came before the drop`;
}

/** A base that seldom fell as far as was asked. */
export function seldomReached({ base, reached, eligible }: Row): string {
  return `${quoted(base)} reached the drop on ${reached} of the ${eligible} images that could: a path (option direction: path) reaches further, and its figures may differ`;
}

/** A fall that a slight change of the picture undoes. */
export function doesNotSurvive({ base, survival }: Row, lost: readonly Perturbation[]): string {
  const each = lost.map((name) => `${perturbationWords[name]} (${signed(survival[name]?.share ?? 0)})`).join(", ");
  return `less than half of the fall of ${quoted(base)} survives ${each}: it may be a pattern that nobody sees`;
}

/** A feature that the used images have more or less often than the dropped ones. */
export function shifted({ feature, used, dropped }: Row["shifts"][number]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  return `${percent(used)} of the used images have ${quoted(feature)}, and ${percent(dropped)} of the dropped ones`;
}

function hardlyChanges(base: string, feature: string, effect: number): string {
  return `${quoted(base)} hardly changes when ${quoted(feature)} alone is taken out or put in: effect ${signed(effect)}`;
}

/** "Lowering a by 0.60 lowers b by 0.41 on average over the images that have it". */
function moved(cell: Cell, side: Side): string {
  const { baseChange, change } = cell[side];
  const verb = (change ?? 0) <= 0 ? "lowers" : "raises";
  const by = Math.abs(change ?? 0).toFixed(2);
  return `Lowering ${quoted(cell.base)} by ${(baseChange ?? 0).toFixed(2)} ${verb} ${quoted(cell.downstream)} by ${by} on average over the images ${withOrWithout(cell.downstream, side)}`;
}

/** "0.66 (95 % interval 0.61–0.75, 57 images; the judge says 0.66)". */
function figures(matrix: Confidence, cell: Cell, side: Side): string {
  const { mean, ci, count } = cell[side];
  const percent = Number((matrix.confidence * 100).toFixed(2));
  const interval = ci === null ? "" : `${percent} % interval ${range(ci[0], ci[1])}, `;
  const judge = cell.judge?.mean == null ? "" : `; the judge says ${signed(cell.judge.mean)}`;
  return `${signed(mean ?? 0)} (${interval}${count} images${judge})`;
}
