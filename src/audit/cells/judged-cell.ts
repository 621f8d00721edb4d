import type { Cell, Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { largestShare } from "../../statistics/binomial.ts";
import { cellState, type Judgement, type RareUse, type Stratum } from "../../statistics/cell-state.ts";
import type { Discoveries } from "../../statistics/false-discovery.ts";
import { mean } from "../../statistics/moments.ts";
import { moreImages } from "../../statistics/more-images.ts";
import type { Resamples } from "../../statistics/resamples.ts";
import { shareOf } from "../decomposition/share-of.ts";
import type { MatrixOptions } from "../options.ts";
import { type CellColumns, type CellFigures, estimateOf, type Figures, onSide, type Side, usedOf } from "./cell.ts";
import { decidingFigure } from "./deciding.ts";
import { unlessStill } from "./fall.ts";
import type { Movements } from "./movements.ts";
import { isRejected } from "./rejected.ts";

type Interval = [number, number] | null;

/** A cell before q-values, which need all cells. */
export interface Draft {
  readonly movements: Movements;
  readonly downstream: string;
  readonly cell: CellColumns;
  readonly row: Matrix["rows"][number];
  readonly figures: CellFigures;
  readonly sameConcept: boolean;
  /** Whether the cell gets a state. */
  readonly judged: boolean;
  readonly judge: string | undefined;
  readonly pValue: number | undefined;
  readonly clearPValue: number | undefined;
}

/** What all cells are judged by. */
export interface Standards {
  readonly run: RunData;
  readonly resolved: Required<MatrixOptions>;
  readonly decomposition: Matrix["decomposition"];
  /** Discoveries among the cells that are found, and among those that are clear. */
  readonly found: Discoveries;
  readonly cleared: Discoveries;
  readonly maxFalseDiscovery: number;
  /** Images of a stratum from which it is tested. */
  readonly minFound: number;
  readonly resamples: Resamples;
  /** Classifiers whose feature the autoencoder loses, and those that hardly move whatever happens. */
  readonly blind: ReadonlySet<string>;
  readonly saturated: ReadonlySet<string>;
}

/** A cell with its state, the figure that speaks for it, and whether its judge rejects it. */
export function judgedCell(draft: Draft, standards: Standards): Cell {
  const { downstream, figures, judged } = draft;
  const { confidence } = standards.resolved;
  const strata = testedStrata(figures, standards);
  const judgement = judgementOf(draft, strata, standards);
  const { state, reason, stratum } = shownOf(judgement, judged);
  const deciding = decidingFigure(figures, stratum);
  const judge = judgeOf(draft, deciding.stratum, standards);
  return {
    base: draft.movements.base,
    downstream,
    mean: figures.all.mean,
    median: figures.all.median,
    standardError: figures.all.estimate?.standardError ?? null,
    ci: intervalOf(figures.all),
    count: figures.all.count,
    ratioOfMeans: {
      value: figures.ratio?.value ?? null,
      ci: figures.ratio?.ci === undefined ? null : [...figures.ratio.ci],
      count: figures.ratioCount,
    },
    present: stratumCell(figures.present, confidence),
    absent: stratumCell(figures.absent, confidence),
    pValue: draft.pValue ?? null,
    qValue: draft.pValue === undefined ? null : standards.found.qValueOf(draft.pValue),
    clearQValue: clearQValueOf(draft, standards) ?? null,
    ...{ state, reason, stratum, deciding },
    moreImages: judged && helped.has(judgement.reason) ? moreImagesOf(draft, strata, standards) : null,
    sameConcept: draft.sameConcept,
    judge,
    effect: null,
    alignment: { state, reason },
    rejected: state === "found" && isRejected({ deciding, judge }),
  };
}

function shownOf(judgement: Judgement, judged: boolean): Pick<Cell, "state" | "reason" | "stratum"> {
  return {
    state: judged ? judgement.state : null,
    reason: judged ? (judgement.reason ?? null) : null,
    stratum: judged ? (judgement.stratum ?? null) : null,
  };
}

/** Strata with what they were tested for. */
function testedStrata(figures: CellFigures, { found, minFound, resolved }: Standards): Stratum[] {
  return strataOf(figures).map((stratum) => {
    const { estimate, ...rest } = figures[stratum.name];
    const tested = stratumPValue({ estimate, ...rest }, minFound);
    const rareUse = rareUseOf(rest, resolved.confidence);
    return {
      ...stratum,
      ...(estimate === undefined ? {} : { pValue: estimate.pValue, equivalence: estimate.equivalence }),
      ...(tested === undefined ? {} : { qValue: found.qValueOf(tested) }),
      ...(rareUse === null ? {} : { rareUse }),
    };
  });
}

function judgementOf(draft: Draft, strata: readonly Stratum[], standards: Standards): Judgement {
  const { downstream, figures, row, movements } = draft;
  const { run, resolved, decomposition, minFound, blind, saturated } = standards;
  const share = shareOf(decomposition, { base: movements.base, downstream });
  const clearQValue = clearQValueOf(draft, standards);
  const byFigures = cellState({
    strata,
    ...(figures.withCut === undefined ? {} : { withCut: strataOf(figures.withCut) }),
    ...(clearQValue === undefined ? {} : { clearQValue }),
    maxFalseDiscovery: standards.maxFalseDiscovery,
    minFound,
    ...{ minEffect: resolved.minEffect, maxRareUse: resolved.maxRareUse },
    selected: row.selected,
    used: row.used,
    blind: blind.has(downstream),
    saturated: saturated.has(downstream),
    ...(share === undefined ? {} : { share }),
  });
  const falls = { present: figures.present.baseChange, absent: figures.absent.baseChange };
  return unlessStill(byFigures, falls, run.options.drop);
}

function clearQValueOf({ clearPValue }: Draft, { cleared }: Standards): number | undefined {
  return clearPValue === undefined ? undefined : cleared.qValueOf(clearPValue);
}

/** Why a cell is unresolved where more images would resolve it. */
const helped: ReadonlySet<Judgement["reason"]> = new Set(["multiplicity", "straddles", "too-few", "rare-use"] as const);

function moreImagesOf({ row }: Draft, strata: readonly Stratum[], standards: Standards): number | null {
  const { found, cleared } = standards;
  const { minEffect, maxRareUse, confidence } = standards.resolved;
  // A stratum's p is doubled for the cell's.
  const levels = { findAt: found.nextAt / 2, clearAt: cleared.nextAt, confidence };
  return moreImages({ strata, minEffect, selected: row.selected, maxRareUse, ...levels }) ?? null;
}

/** What the judge says on the images that decided. */
function judgeOf(draft: Draft, side: Side | null, { resolved, resamples }: Standards): Cell["judge"] {
  const { cell, judge, movements } = draft;
  if (judge === undefined || side === null) return null;
  const { confidence, minBaseChange, minEffect } = resolved;
  const rows = movements.changes(judge);
  const values = [...onSide(cell, usedOf(cell, minBaseChange), side)].flatMap((at) => {
    const row = rows[cell.places[at] as number] as number;
    const value = row < 0 ? Number.NaN : (movements.table.relativeChange[row] as number);
    return Number.isNaN(value) ? [] : [value];
  });
  const ci = estimateOf(values, resamples, { confidence, minEffect })?.ci;
  return values.length === 0
    ? null
    : { name: judge, mean: mean(values), ci: ci === undefined ? null : [...ci], count: values.length };
}

/** p of a stratum, doubled because a cell has two; undefined with fewer than `least` images. */
export function stratumPValue({ count, estimate }: Figures, least: number): number | undefined {
  return count >= least && estimate !== undefined ? Math.min(1, 2 * estimate.pValue) : undefined;
}

function rareUseOf({ count, answered }: Pick<Figures, "count" | "answered">, confidence: number): RareUse | null {
  return count === 0 ? null : { count: answered, atMost: largestShare(answered, count, confidence) };
}

function strataOf({ present, absent }: Pick<CellFigures, "present" | "absent">): Stratum[] {
  return [stratum("present", present), stratum("absent", absent)].filter((one) => one !== undefined);
}

function stratum(name: Stratum["name"], { count, mean, estimate }: Figures): Stratum | undefined {
  if (mean === null) return undefined;
  return { name, mean, count, ...(estimate === undefined ? {} : { ci: estimate.ci }) };
}

function stratumCell(figures: Figures, confidence: number): Cell["present"] {
  const { mean, count, baseChange, change } = figures;
  return { mean, ci: intervalOf(figures), count, baseChange, change, rareUse: rareUseOf(figures, confidence) };
}

function intervalOf({ estimate }: Figures): Interval {
  return estimate === undefined ? null : [...estimate.ci];
}
