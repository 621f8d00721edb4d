import type { z } from "zod";
import { CfalignError, type OptionNames, ownNames } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import type { CheckFigures, CheckItem, checkSchema, Side } from "../../results/check-item.ts";
import type { Mark } from "../../results/marks.ts";
import type { AccountedFor, BaseDecomposition } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { largestShare } from "../../statistics/binomial.ts";
import { cellState, type Judgement, type RareUse, type Stratum, usedFrom } from "../../statistics/cell-state.ts";
import { mean } from "../../statistics/moments.ts";
import { moreImages } from "../../statistics/more-images.ts";
import { createResamples, type Resamples } from "../../statistics/resamples.ts";
import type { Interval } from "../../statistics/studentized.ts";
import {
  boundOnlyNote,
  checkSentence,
  coverageNote,
  markedSentence,
  otherQuantityNote,
  uncheckedSentence,
} from "../../words/check.ts";
import { judgedShare, type ShareFigure } from "../../words/share.ts";
import { unnamedText } from "../../words/unnamed.ts";
import { type CellColumns, chosen, estimateOf, hasMoved, onSide, usedOf, valuesAt } from "../cells/cell.ts";
import { cellColumns } from "../cells/cell-columns.ts";
import { type Falls, stillFall, unlessStill } from "../cells/fall.ts";
import { type ComparedRun, comparedRun, imagePairs, pairFigures } from "../cells/image-pairs.ts";
import { movements } from "../cells/movements.ts";
import { reconstructionAudit } from "../cells/reconstruction-audit.ts";
import { decompositions } from "../decomposition/decomposition.ts";
import { shareOf } from "../decomposition/share-of.ts";
import { accountedFor } from "../effects/accounted-for.ts";
import { type MovedFeatures, movedFeatures } from "../effects/movements.ts";
import { expectationOutcomes } from "../expectations/expectation-outcome.ts";
import type { ExpectedRelation } from "../expectations/expected-relation.ts";
import { markHolds, markOf } from "../marks.ts";
import { alignmentMatrix } from "../matrix.ts";
import { type MatrixOptions, resolveOptions } from "../options.ts";
import { type Bound, openItem, parseBound } from "./bound.ts";
import { besideEffect, checkEffect, withoutEffect } from "./check-effect.ts";
import { checkShare } from "./check-share.ts";
import { type FiledRun, incomparable } from "./comparable.ts";
import { coveredBounds, missingFrom } from "./covered.ts";
import { parseRenames } from "./renames.ts";

/** Options of a check: those of the statistics, and what else to hold the run against. */
export interface CheckOptions extends MatrixOptions {
  /** An older run: every bound is also checked for a regression against it, paired by image. */
  readonly baseline?: FiledRun;
  /** `old=new` for classifiers that the baseline knows by another name. */
  readonly map?: readonly string[];
  /** What an auditor said of cells: bounds on a dismissed one are said to be so. */
  readonly marks?: readonly Mark[];
  /** Expected relations: a bound with * does not cover their cells, and those with a range are checked against it. */
  readonly expected?: readonly ExpectedRelation[];
  /** What options are called in sentences; by the library's names when absent. */
  readonly named?: OptionNames;
  /** Told before every bound how many are done. */
  readonly progress?: (done: number, total: number) => void;
}

/** What `checkRun` found. */
export type Check = Readonly<z.infer<typeof checkSchema>>;

/**
 * Holds cells of a run, and shares of its decomposition, against bounds (docs/ci.md). A cell passes when its intervals lie within the bound, fails when one lies beyond, and is
 * unresolved otherwise: the states of a cell with the bound in the place of ±minEffect, and Bonferroni over all intervals (two strata a bound, twice
 * with a baseline; one a share) in the place of the false-discovery rate. Errors: CfalignError("usage") for bounds that cannot be read, for names that the run
 * or the baseline does not have, and for options.
 */
export function checkRun(run: FiledRun, bounds: readonly string[], options: CheckOptions = {}): Check {
  const { baseline, map = [], expected = [], marks = [], named = ownNames, progress, ...statistics } = options;
  const asked = resolveOptions(statistics);
  const ranges = expected.flatMap(boundsOf);
  if (bounds.length === 0 && ranges.length === 0)
    throw new CfalignError("usage", (named) => `${named("bounds")}: expected at least one, got none`, {
      option: "bounds",
    });
  const { bounds: fromBounds, coverage } = coveredBounds(run, bounds.map(parseBound), expected);
  const parsed = [...fromBounds, ...ranges];
  const ofChanges = baseline === undefined ? 2 : 4;
  const intervals = parsed.reduce((sum, { measure }) => sum + (isOfOneRun(measure) ? 1 : ofChanges), 0);
  const error = (1 - asked.confidence) / intervals;
  const moved = movedFeatures(run);
  const judge: Judge = {
    minBaseChange: asked.minBaseChange,
    minEffect: asked.minEffect,
    maxRareUse: asked.maxRareUse,
    // A check passes where all of it does: what one cell may hide is not multiplied by how many are asked about.
    ofShares: asked.confidence,
    confidence: 1 - error,
    resamples: createResamples(createRandom(asked.seed), asked.resamples),
    // The ends of a share are counted: ten resamples beyond either end of the narrowest interval. Those of a mean are on a fitted tail.
    ofDirection: Math.max(asked.resamples, Math.ceil(20 / error)),
    seed: asked.seed,
    decomposition: parsed.some(({ measure }) => measure === "rc" || measure === "any")
      ? decompositions(run, asked)
      : null,
    moved: parsed.some(({ measure }) => measure === "effect" || measure === "any") ? moved : undefined,
  };
  const now = audited(run);
  const old = baseline === undefined ? undefined : { ...audited(baseline), oldName: oldNames(map, baseline, run) };
  return {
    ...asked,
    intervalConfidence: judge.confidence,
    resamples: judge.resamples.count,
    checks: parsed.flatMap((bound, done) => {
      progress?.(done, parsed.length);
      const items =
        bound.measure === "share"
          ? [checkShare(now, bound, { ...judge, resamples: judge.ofDirection, named })]
          : [
              marked(checkCell(now, bound, judge), marks, asked.minEffect),
              ...(old === undefined || isOfOneRun(bound.measure) ? [] : [checkRegression(old, now, bound, judge)]),
            ];
      return items.map((item) => unlessUnchecked(run, item));
    }),
    expectations: expected.length === 0 ? [] : expectationOutcomes(alignmentMatrix(run, statistics), expected),
    notes: [
      ...coverage.map(coverageNote),
      ...unnamedText({
        accountedFor: accountedForIn(run, moved, { bounds: parsed, confidence: asked.confidence }),
        confidence: asked.confidence,
      }).map(({ sentence }) => sentence),
      ...(baseline === undefined ? [] : baselineNotes(baseline, run, parsed)),
    ],
  };
}

/** What the features explain of the bases that bounds are about. */
function accountedForIn(
  run: FiledRun,
  moved: MovedFeatures | undefined,
  { bounds, confidence }: { readonly bounds: readonly Bound[]; readonly confidence: number },
): AccountedFor[] | null {
  if (moved === undefined) return null;
  const asked = new Set(bounds.map(({ base }) => base));
  const own = movements(run).filter(({ base }) => asked.has(base));
  return accountedFor(moved, own, { confidence });
}

/** With what an auditor said of the cell: a mark is about the relative change, or the effect, that was looked at. */
function marked(item: CheckItem, marks: readonly Mark[], minEffect: number): CheckItem {
  const found = markOf(marks, item);
  if (found === undefined) return item;
  const { verdict, comment } = found;
  const holds =
    item.effect === null
      ? markHolds(found.relativeChange, item.stratum === null ? null : item[item.stratum].mean, minEffect)
      : markHolds(found.effect, item.effect.mean, minEffect);
  const mark = { verdict, comment, holds };
  const dismissed = item.verdict === "failed" && verdict === "dismissed" && mark.holds;
  return { ...item, mark, dismissed, sentence: markedSentence(item.sentence, mark) };
}

/** The bounds of a relation that is expected in a range. */
export function boundsOf({ range, cells, relation }: ExpectedRelation): Bound[] {
  if (range === undefined) return [];
  const end = relation.slice(relation.lastIndexOf("="));
  return cells.map((cell) => ({ ...cell, ...range, measure: "any", text: `${cell.base}->${cell.downstream}${end}` }));
}

/** Whether a figure is of one run alone: nothing pairs it with a baseline's. */
function isOfOneRun(measure: Bound["measure"]): boolean {
  return measure === "share" || measure === "effect";
}

/** What the baseline does not say. */
function baselineNotes(baseline: FiledRun, run: FiledRun, bounds: readonly Bound[]): string[] {
  const alone = (of: "share" | "effect"): string[] => {
    const own = bounds.filter(({ measure }) => measure === of).map(({ text }) => text);
    return own.length === 0 ? [] : [boundOnlyNote(of, own)];
  };
  return [...incomparable(baseline, run).map(otherQuantityNote), ...alone("share"), ...alone("effect")];
}

interface Judge {
  readonly minBaseChange: number;
  readonly minEffect: number;
  readonly maxRareUse: number;
  /** Confidence of the largest share of images that a use may be on. */
  readonly ofShares: number;
  readonly confidence: number;
  readonly resamples: Resamples;
  /** Resamples of a decomposition. */
  readonly ofDirection: number;
  readonly seed: number;
  /** Of the run; null without `--decompose`. */
  readonly decomposition: readonly BaseDecomposition[] | null;
  /** The interventions of the run; undefined where there are none, or no bound is about them. */
  readonly moved: MovedFeatures | undefined;
}

interface AuditedRun extends ComparedRun {
  readonly blind: ReadonlySet<string>;
  readonly saturated: ReadonlySet<string>;
}

function audited(run: FiledRun): AuditedRun {
  const compared = comparedRun(run);
  const audit = reconstructionAudit(run, compared.decided);
  const named = (rows: typeof audit): ReadonlySet<string> => new Set(rows.map((row) => row.classifier));
  return {
    ...compared,
    blind: named(audit.filter((row) => row.blind)),
    saturated: named(audit.filter((row) => row.saturated)),
  };
}

function oldNames(map: readonly string[], baseline: FiledRun, run: FiledRun): (name: string) => string {
  const old = new Map([...parseRenames(map, baseline, run)].map(([before, after]) => [after, before]));
  return (name) => old.get(name) ?? name;
}

/** The effect where it is asked for, or where there is one and nothing else is; else the relative change. */
function checkCell(now: AuditedRun, bound: Bound, judge: Judge): CheckItem {
  if (bound.measure === "rc") return checkBound(now, bound, judge);
  const effect = checkEffect(now.run, judge.moved, bound, judge);
  if (bound.measure === "effect") return effect ?? withoutEffect(bound);
  const changes = checkBound(now, bound, judge);
  if (effect === undefined) return changes;
  const share = shareOf(judge.decomposition, bound);
  const shareBeyond = share !== undefined && isShareBeyond(share, bound) ? judgedShare(share).name : undefined;
  return besideEffect(effect, { changes, shareBeyond });
}

function checkBound(now: AuditedRun, bound: Bound, judge: Judge): CheckItem {
  const cell = cellOf(now, bound);
  const used = usedOf(cell, judge.minBaseChange);
  const moved = chosen(cell, (at) => hasMoved(cell, at, judge.minBaseChange));
  const figures = (side: Side, some = used): CheckFigures => {
    const values = valuesAt(cell.relativeChange, onSide(cell, some, side));
    const estimate = estimateOf(values, judge.resamples, judge);
    return {
      mean: values.length === 0 ? null : mean(values),
      ci: estimate === undefined ? null : [...estimate.ci],
      count: values.length,
    };
  };
  // What the bound allows is no use that it forbids.
  const [low, high] = [Math.min(bound.low, -usedFrom), Math.max(bound.high, usedFrom)];
  const rareUse = (side: Side): RareUse => {
    const values = valuesAt(cell.relativeChange, onSide(cell, used, side));
    const count = values.filter((relativeChange) => relativeChange < low || relativeChange > high).length;
    return { count, atMost: largestShare(count, values.length, judge.ofShares) };
  };
  const middle = (bound.low + bound.high) / 2;
  const fromMiddle = (interval: Interval): Interval => [interval[0] - middle, interval[1] - middle];
  return decided("bound", bound, {
    present: figures("present"),
    absent: figures("absent"),
    ...(moved.length > used.length
      ? { withCut: { present: figures("present", moved), absent: figures("absent", moved) } }
      : {}),
    rareUse: { present: rareUse("present"), absent: rareUse("absent") },
    ...{ maxRareUse: judge.maxRareUse, confidence: judge.ofShares },
    tested: fromMiddle,
    reach: (bound.high - bound.low) / 2,
    selected: cell.places.length,
    used: used.length,
    falls: fallsOf(cell, used),
    drop: now.run.options.drop,
    blind: now.blind.has(bound.downstream),
    saturated: now.saturated.has(bound.downstream),
    share: shareOf(judge.decomposition, bound),
  });
}

/** How much farther from the middle of the bound RC is than in the baseline, on the same images. */
function checkRegression(
  old: AuditedRun & { readonly oldName: (name: string) => string },
  now: AuditedRun,
  bound: Bound,
  judge: Judge,
): CheckItem {
  const there = { ...bound, base: old.oldName(bound.base), downstream: old.oldName(bound.downstream) };
  const missing = missingFrom(old.run, there, "the baseline");
  if (missing !== undefined) {
    throw new CfalignError(
      "usage",
      (named) => `${named("bounds")} "${bound.text}" against ${named("baseline")}: ${missing(named)}`,
      { option: "baseline" },
    );
  }
  const pairs = imagePairs(old, now, { before: there, after: bound }, judge.minBaseChange);
  const middle = (bound.low + bound.high) / 2;
  const figures = (side: Side): CheckFigures => {
    // Linear in the pairs, with mean |after − middle| − |before − middle| of the means.
    const { count, estimate } = pairFigures(pairs, side, {
      ...judge,
      contrast: (before, after, means) => {
        const [wasAbove, isAbove] = [Math.sign(means.before - middle), Math.sign(means.after - middle)];
        return isAbove * (after - middle) - wasAbove * (before - middle);
      },
    });
    return { mean: estimate?.value ?? null, ci: estimate === undefined ? null : [...estimate.ci], count };
  };
  // Nearer is as good as no change.
  const worse = (interval: Interval): Interval => [Math.max(0, interval[0]), Math.max(0, interval[1])];
  const cell = cellOf(now, bound);
  const used = usedOf(cell, judge.minBaseChange);
  return decided("regression", bound, {
    present: figures("present"),
    absent: figures("absent"),
    tested: worse,
    reach: judge.minEffect,
    selected: cell.places.length,
    used: used.length,
    falls: fallsOf(cell, used),
    drop: now.run.options.drop,
    blind: now.blind.has(bound.downstream) || old.blind.has(there.downstream),
    saturated: now.saturated.has(bound.downstream) || old.saturated.has(there.downstream),
  });
}

/** How far the base fell on images with the downstream feature, and on those without it. */
function fallsOf(cell: CellColumns, used: Uint32Array): Falls {
  const over = (side: Side): number | null => {
    const own = valuesAt(cell.baseChange, onSide(cell, used, side));
    return own.length === 0 ? null : mean(own);
  };
  return { present: over("present"), absent: over("absent") };
}

function cellOf({ run, decided, movements }: AuditedRun, { base, downstream }: Bound): CellColumns {
  const moved = movements.get(base);
  if (moved === undefined) throw new Error(`no base "${base}" in the run`);
  return cellColumns({ run, movements: moved, decided, downstream });
}

const verdicts = { found: "failed", clear: "passed", unresolved: "unresolved" } as const;

interface Evidence {
  readonly present: CheckFigures;
  readonly absent: CheckFigures;
  /** With the images that are counted apart, where there are such. */
  readonly withCut?: { readonly present: CheckFigures; readonly absent: CheckFigures };
  /** Images that answer by themselves, where a bound is on what a feature does. */
  readonly rareUse?: Readonly<Record<Side, RareUse>>;
  readonly maxRareUse?: number;
  readonly confidence?: number;
  /** Puts an interval where ±reach is allowed. */
  readonly tested: (interval: Interval) => Interval;
  readonly reach: number;
  readonly selected: number;
  readonly used: number;
  readonly falls: Falls;
  /** Of the base, asked for by the run. */
  readonly drop: number;
  readonly blind: boolean;
  readonly saturated: boolean;
  readonly share?: ShareFigure | undefined;
}

function isShareBeyond({ state, judged }: ShareFigure, { low, high }: Bound): boolean {
  return state === "found" && judged !== null && (judged[0] > high || judged[1] < low);
}

function decided(kind: CheckItem["kind"], bound: Bound, evidence: Evidence): CheckItem {
  const {
    present,
    absent,
    withCut,
    rareUse,
    maxRareUse,
    confidence,
    tested,
    reach,
    selected,
    used,
    falls,
    drop,
    blind,
    share,
  } = evidence;
  const rarely = {
    ...(maxRareUse === undefined ? {} : { maxRareUse }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  const strataOf = (of: { readonly present: CheckFigures; readonly absent: CheckFigures }): Stratum[] =>
    (["present", "absent"] as const).flatMap((name) => {
      const { mean, ci, count } = of[name];
      if (mean === null) return [];
      // The intervals are corrected already.
      return [
        {
          ...{ name, mean: tested([mean, mean])[0], count, qValue: 0 },
          ...(ci === null ? {} : { ci: tested(ci) }),
          ...(rareUse === undefined ? {} : { rareUse: rareUse[name] }),
        },
      ];
    });
  const strata = strataOf({ present, absent });
  const byFigures = cellState({
    strata,
    ...(withCut === undefined ? {} : { withCut: strataOf(withCut) }),
    minEffect: reach,
    ...rarely,
    ...{ selected, used, blind, saturated: evidence.saturated },
  });
  const byMovements = unlessStill(byFigures, falls, drop);
  // A share beyond the bound keeps a cell from passing; none keeps it from failing, since the bound is on what moves.
  const judgement: Judgement =
    byMovements.state === "clear" && share !== undefined && isShareBeyond(share, bound)
      ? { ...byMovements, state: "unresolved", reason: "contradicted" }
      : byMovements;
  const open: readonly Judgement["reason"][] = ["too-few", "straddles", "rare-use"];
  const more = open.includes(judgement.reason)
    ? moreImages({ strata, minEffect: reach, selected, ...rarely })
    : undefined;
  const item: Omit<CheckItem, "sentence"> = {
    ...openItem(bound, "rc"),
    kind,
    verdict: verdicts[judgement.state],
    reason: judgement.reason ?? null,
    moreImages: more ?? null,
    stratum: judgement.stratum ?? null,
    ...{ present, absent },
  };
  return {
    ...item,
    sentence: checkSentence(item, { selected, used, reach, share, rareUse, still: stillFall(falls, drop), drop }),
  };
}

/** A check that does not pass where it is about a feature that a model of texts named and nobody has checked: what lies within the bound may be something else. */
function unlessUnchecked({ unchecked = [] }: Pick<RunData, "unchecked">, item: CheckItem): CheckItem {
  const named = [item.base, item.downstream].find((name) => unchecked.includes(name));
  if (named === undefined || item.verdict !== "passed") return item;
  return { ...item, verdict: "unresolved", reason: "unchecked", sentence: uncheckedSentence(item.sentence, named) };
}
