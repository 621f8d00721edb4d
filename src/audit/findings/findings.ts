import type { Perturbation } from "../../alignment/rows.ts";
import type { Cell, CellEffect, Finding, Matrix } from "../../results/matrix-schema.ts";
import * as say from "../../words/finding-sentence.ts";
import { isRejected } from "../cells/rejected.ts";
import { rarelyReached } from "../cells/selection.ts";
import { lostTo } from "../cells/survival.ts";
import { shareOf } from "../decomposition/share-of.ts";
import { uncheckedQualifiers } from "../effects/unchecked.ts";
import { type ExpectedRelation, isExpected, relationsOf } from "../expectations/expected-relation.ts";
import { thresholds } from "../thresholds.ts";
import { effectFinding, groupFinding, quoted } from "./effect-finding.ts";
import { viewsOf } from "./views.ts";

/** What was expected of a run. */
export interface ExpectedOptions {
  readonly expected?: readonly ExpectedRelation[];
}

type Side = "present" | "absent";

/** RC on present images below which a classifier does not rely on its own concept. */
const ownConcept = 0.5;
/** Images from which that is said. */
const minOwnCount = 10;
/** Shifts of prevalence that one finding names. */
const maxShifts = 3;

/** The groups of findings in their order. */
export const findingGroups: readonly Finding["group"][] = [
  "confirmed",
  "open",
  "contradicted",
  "own-concept",
  "expected",
  "rejected",
];

/** The order of `findings` within a group, to be said where they are listed. */
export const findingsOrder =
  "in each group by the end of the interval nearer to 0, largest first; last those of relative changes of classifiers that reached the drop on less than half of the images that could";

/**
 * What a matrix says, as plain sentences, by group (`findingGroups`) and then as `findingsOrder` says: a wide interval does not lead. Classifiers
 * that do not rely on their own concept come weakest first. Same-concept cells, classes of one softmax, and cells that are clear or unresolved
 * are no findings, but for those where relative change and decomposition disagree. A found cell that is expected stays a
 * finding, in a group of its own.
 */
export function findings(matrix: Matrix, { expected = [] }: ExpectedOptions = {}): Finding[] {
  const failing = matrix.bases.flatMap((base) => failingOwnConcept(matrix, base) ?? []);
  failing.sort((a, b) => (a.relativeChange ?? 0) - (b.relativeChange ?? 0));
  const reliances = matrix.cells.flatMap(
    (cell) =>
      effectFinding(matrix, cell, relationsOf(expected, cell)) ??
      reliance(matrix, cell, relationsOf(expected, cell)) ??
      contradiction(matrix, cell) ??
      [],
  );
  reliances.push(...(matrix.effectGroups ?? []).flatMap((group) => groupFinding(matrix, group) ?? []));
  const far = new Set(matrix.rows.filter(rarelyReached).map(({ base }) => base));
  const strained = ({ effect, base }: Finding): number => (effect === null && far.has(base) ? 1 : 0);
  reliances.sort((a, b) => strained(a) - strained(b) || strength(b) - strength(a));
  const all = [...reliances, ...failing].map((finding) => withUnchecked(matrix, finding));
  return findingGroups.flatMap((group) => all.filter((finding) => finding.group === group));
}

/** Says first what nobody has checked. */
function withUnchecked(matrix: Matrix, finding: Finding): Finding {
  const { base, downstream, qualifiers } = finding;
  const cell = matrix.cells.find((one) => one.base === base && one.downstream === downstream);
  const named = uncheckedQualifiers(matrix, { base, downstream, effect: cell?.effect ?? null });
  return named.length === 0 ? finding : { ...finding, qualifiers: [...named, ...qualifiers] };
}

/**
 * Whether a view of what the classifier itself uses confirms a finding (its direction, its predictions): judge and robustness see that the
 * picture changed, not that the classifier looks there.
 */
function isConfirmed(views: Finding["views"]): boolean {
  return views.some(({ view, confirms }) => (view === "decomposition" || view === "partial") && confirms === true);
}

function strength({ effect, ci }: Finding): number {
  const [low, high] = effect?.ci ?? ci ?? [0, 0];
  return Math.min(Math.abs(low), Math.abs(high));
}

function reliance(matrix: Matrix, cell: Cell, expected: readonly ExpectedRelation[]): Finding | undefined {
  if (cell.state !== "found" || cell.stratum === null) return undefined;
  const figures = cell[cell.stratum];
  if (figures.mean === null || figures.ci === null) return undefined;
  const views = viewsOf(matrix, cell);
  const { rejected } = cell;
  return {
    kind: "relies-on",
    group: rejected
      ? "rejected"
      : isExpected(expected, figures.mean)
        ? "expected"
        : isConfirmed(views)
          ? "confirmed"
          : "open",
    base: cell.base,
    downstream: cell.downstream,
    sentence: say.reliance(matrix, cell, cell.stratum),
    unconfirmed: rejected,
    qualifiers: [
      ...expectedElsewhere(expected, figures.mean),
      ...unsureEffect(cell),
      ...qualifiers(matrix, cell, rejected),
    ],
    effect: null,
    ...quoted(figures, cell.stratum),
    views,
  };
}

/**
 * A cell where relative change and decomposition disagree: no finding that counts, and no all-clear. Something at the same
 * place may move along in the picture, or the concepts may leave out what the classifier looks at.
 */
function contradiction(matrix: Matrix, cell: Cell): Finding | undefined {
  const { base, downstream, reason, stratum } = cell;
  if (reason === "contradicted" && cell.effect?.state === "clear" && cell.alignment.state !== "found") {
    return shareAgainstEffect(matrix, cell, cell.effect);
  }
  if (reason !== "contradicted" || stratum === null) return undefined;
  const { mean, ci } = cell[stratum];
  if (mean === null || ci === null) return undefined;
  if (cell.effect?.state === "clear" && cell.alignment.state === "found") return againstEffect(matrix, cell, stratum);
  const share = shareOf(matrix.decomposition, cell);
  if (share === undefined) return undefined;
  /** Nothing moved: it is the share that was found. */
  const hidden = Math.abs(mean) < matrix.minEffect;
  const sentence = hidden
    ? say.hiddenShare(matrix, cell, stratum, share)
    : say.shareDisagrees(matrix, cell, stratum, share);
  const rejected = !hidden && isRejected(cell);
  return {
    kind: "contradicted",
    group: rejected ? "rejected" : "contradicted",
    ...{ base, downstream, sentence },
    unconfirmed: rejected,
    qualifiers: qualifiers(matrix, cell, rejected),
    effect: null,
    ...quoted(cell[stratum], stratum),
    views: hidden ? [] : viewsOf(matrix, cell),
  };
}

/** What the base's direction is made of, but does not move it. */
function shareAgainstEffect(matrix: Matrix, cell: Cell, effect: CellEffect): Finding | undefined {
  const { value, ci, count } = effect;
  const { base, downstream, deciding } = cell;
  const share = shareOf(matrix.decomposition, cell);
  if (share === undefined || ci === null) return undefined;
  return {
    kind: "contradicted",
    group: "contradicted",
    ...{ base, downstream },
    sentence: say.shareAgainstEffect(base, share, effect),
    unconfirmed: false,
    qualifiers: qualifiers(matrix, cell, false),
    effect: { value, ci: [...ci], count },
    ...quoted(deciding, deciding.stratum),
    views: [],
  };
}

/** What moves with the base, but does not move it. */
function againstEffect(matrix: Matrix, cell: Cell, side: Side): Finding {
  const { base, downstream } = cell;
  return {
    kind: "contradicted",
    group: "contradicted",
    ...{ base, downstream },
    sentence: say.changeAgainstEffect(matrix, cell, side),
    unconfirmed: false,
    qualifiers: qualifiers(matrix, cell, false),
    effect: null,
    ...quoted(cell[side], side),
    views: viewsOf(matrix, cell),
  };
}

/**
 * The base against the first other classifier of its concept. When the base itself comes first it is the reference for its concept, and only a
 * judge can speak against it; a judge that moves with the base always clears it, since the other classifier may be the one that is wrong.
 */
function failingOwnConcept(matrix: Matrix, base: string): Finding | undefined {
  const own = matrix.cells.filter((cell) => cell.base === base && cell.sameConcept);
  const cell = own.find((candidate) => candidate.downstream !== base);
  if (cell === undefined || (cell.judge === null && own[0]?.downstream === base)) return undefined;
  if (cell.judge !== null && (cell.judge.mean === null || cell.judge.mean >= ownConcept)) return undefined;
  const { mean, ci, count } = cell.present;
  if (mean === null || ci === null || count < minOwnCount || ci[1] >= ownConcept) return undefined;
  return {
    kind: "ignores-own-concept",
    group: "own-concept",
    base,
    downstream: cell.downstream,
    sentence: say.ownConceptIgnored(matrix, cell),
    unconfirmed: false,
    qualifiers: selectionQualifiers(matrix, cell),
    effect: null,
    ...quoted(cell.present, "present"),
    views: [],
  };
}

/** Where a relation was expected, if it was and the finding is not there. */
function expectedElsewhere(expected: readonly ExpectedRelation[], relativeChange: number): string[] {
  if (isExpected(expected, relativeChange)) return [];
  return expected.flatMap(({ range }) => (range === undefined ? [] : [say.expectedElsewhere(range)]));
}

/** What interventions say of a cell that they leave to relative change. */
function unsureEffect({ effect }: Cell): string[] {
  if (effect === null || effect.ci === null) return [];
  return [say.unsureEffect(effect)];
}

function qualifiers(matrix: Matrix, cell: Cell, rejected: boolean): string[] {
  const found: string[] = [];
  if (cell.judge !== null && rejected) found.push(say.judgeRejects(cell.judge));
  if (matrix.probes.includes(cell.downstream)) found.push(say.isProbe(cell));
  const audit = matrix.audit.find((row) => row.classifier === cell.downstream);
  if (audit?.blind) found.push(say.isBlind(cell));
  return [...found, ...selectionQualifiers(matrix, cell)];
}

/** What the choice of images says against taking a row for the whole: its own feature first. */
function selectionQualifiers(matrix: Matrix, { base, downstream }: Cell): string[] {
  const row = matrix.rows.find((candidate) => candidate.base === base);
  if (row === undefined) return [];
  const found: string[] = [];
  if (row.used * 2 < row.selected) found.push(say.hardlyMoved(row));
  if ((row.dropped["at-limit"] ?? 0) > 0) found.push(say.countedApart(row));
  if (rarelyReached(row)) found.push(say.seldomReached(row));
  const lost = lostTo(row, thresholds.minSurvival).filter((name): name is Perturbation => name !== "judge");
  if (lost.length > 0) found.push(say.doesNotSurvive(row, lost));
  const own = row.shifts.filter(({ feature }) => feature === downstream);
  const others = row.shifts.filter(({ feature }) => feature !== downstream);
  found.push(...[...own, ...others].slice(0, maxShifts).map(say.shifted));
  return found;
}
