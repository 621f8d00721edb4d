import { createRandom } from "../random.ts";
import { type RowList, rowList } from "../results/row-list.ts";
import type { RunData } from "../results/run-data.ts";
import { largestShare } from "../statistics/binomial.ts";
import { cellState, type Judgement, minClearCount, type RareUse, type Stratum } from "../statistics/cell-state.ts";
import type { Decomposition } from "../statistics/decompose.ts";
import { discoveries } from "../statistics/false-discovery.ts";
import { alphaOfLook } from "../statistics/looks.ts";
import { mean } from "../statistics/moments.ts";
import { moreImages } from "../statistics/more-images.ts";
import { createResamples } from "../statistics/resamples.ts";
import { type CellFigures, type CellPoint, estimateOf, type Figures, isUsed } from "./cells/cell.ts";
import { cellPoints } from "./cells/cell-points.ts";
import { type Concepts, concepts } from "./cells/concepts.ts";
import { labelCorrelations, predictionCorrelations } from "./cells/correlations.ts";
import { decidingFigure } from "./cells/deciding.ts";
import { doubtsOf } from "./cells/doubts.ts";
import { unlessStill } from "./cells/fall.ts";
import { type Movements, movements } from "./cells/movements.ts";
import { noiseScore } from "./cells/noise-floor.ts";
import { type Decisions, decisions } from "./cells/presence.ts";
import { reconstructionAudit } from "./cells/reconstruction-audit.ts";
import { saliencySimilarity } from "./cells/saliency-similarity.ts";
import { selectionRow } from "./cells/selection.ts";
import { survival } from "./cells/survival.ts";
import { type DirectionProducts, describedDecompositions, directionProducts } from "./decomposition/decomposition.ts";
import { partialRegressions } from "./decomposition/partial.ts";
import { shareOf } from "./decomposition/share-of.ts";
import { withEffects } from "./effects/verdicts.ts";
import { columnsOfPoints, type MatrixAnswer, type MatrixQuestion, matrixAnswers } from "./matrix-questions.ts";
import { type MatrixOptions, resolveOptions } from "./options.ts";
import type { Cell, Matrix } from "./schema.ts";
import { thresholdsOf } from "./thresholds.ts";

type Interval = [number, number] | null;

/**
 * The alignment matrix of a run: one cell per base and downstream classifier, with intervals, q-values and states (docs/statistics.md), the
 * selection behind each row, the reconstruction audit and the correlations to compare with. Of a run whose rows stopped when they were
 * resolved, intervals and q-values keep to what one look may err (confidence 0.99, q ≤ 0.01, strata of at least 20 images). Errors: CfalignError("usage") for options.
 */
export function alignmentMatrix(run: RunData, options: MatrixOptions = {}): Matrix {
  const { questions, matrix } = matrixWork(run, options);
  return matrix(questions.map(matrixAnswers()));
}

/** A matrix in two steps, so that others may do most of the work. */
export interface MatrixWork {
  /** Made as they are asked for. */
  readonly questions: RowList<MatrixQuestion>;
  /** Numbers drawn to answer all of them, about; fewer where samples are large. */
  readonly draws: number;
  /** Bytes that the draws of whoever answers may take. */
  readonly bytes: number;
  /** The matrix, given an answer to each question. */
  matrix(answers: readonly MatrixAnswer[]): Matrix;
}

/** The work of `alignmentMatrix`. Errors: as there. */
export function matrixWork(run: RunData, options: MatrixOptions = {}): MatrixWork {
  const scene = sceneOf(run, options);
  const { resolved, moves, products } = scene;
  const { minBaseChange, minEffect, confidence, resamples, seed } = resolved;
  const drawn = { confidence, resamples, seed };
  return {
    questions: rowList(moves.length + products.length, (place): MatrixQuestion => {
      const moved = moves[place];
      if (moved === undefined) {
        const { concepts, grams } = products[place - moves.length] as DirectionProducts;
        return { ask: "decomposition", concepts, grams, ...drawn };
      }
      const cells = run.downstream.map((downstream) => columnsOfPoints(pointsOf(scene, moved, downstream)));
      return { ask: "figures", cells, minBaseChange, minEffect, ...drawn };
    }),
    // Four bytes a draw, in tables of up to twice the length, and as much for all that are shorter.
    bytes: 16 * resamples * Math.max(0, ...moves.map(({ counterfactuals }) => counterfactuals.length)),
    draws: resamples * (run.changes.length + drawsOfDecomposition * products.length),
    matrix: (answers) =>
      withEffects(
        run,
        judgedMatrix(
          scene,
          answers.slice(0, moves.length) as (readonly CellFigures[])[],
          answers.slice(moves.length) as (Decomposition | undefined)[],
        ),
      ),
  };
}

/** A resample of a decomposition takes as long as so many draws. */
const drawsOfDecomposition = 10_000;

/** A run as its cells see it. */
interface Scene {
  readonly run: RunData;
  readonly resolved: Required<MatrixOptions>;
  readonly decided: Decisions;
  readonly related: Concepts;
  readonly moves: readonly Movements[];
  readonly products: readonly DirectionProducts[];
}

function sceneOf(run: RunData, options: MatrixOptions): Scene {
  const { untilResolved = false } = run.options;
  const resolved = resolveOptions({ ...(untilResolved ? { confidence: 1 - alphaOfLook(0.05) } : {}), ...options });
  return {
    ...{ run, resolved, decided: decisions(run), related: concepts(run) },
    ...{ moves: movements(run), products: directionProducts(run) },
  };
}

function pointsOf({ run, decided, related }: Scene, movements: Movements, downstream: string): CellPoint[] {
  return cellPoints({ run, movements, decided, downstream, judge: related.judgeOf(downstream) });
}

/** The matrix, given the figures of every base's cells and the decompositions. */
function judgedMatrix(
  scene: Scene,
  figuresOf: readonly (readonly CellFigures[])[],
  mixtures: readonly (Decomposition | undefined)[],
): Matrix {
  const { run, resolved, decided, related, moves, products } = scene;
  const { minBaseChange, minEffect, maxRareUse, confidence, seed } = resolved;
  const { minCount: minFound, maxFalseDiscovery } = thresholdsOf(run);
  const resamples = createResamples(createRandom(seed), resolved.resamples);
  const selecting = run.options.minPrediction === 0.5 ? decided : decisions(run, run.options.minPrediction);
  const audit = reconstructionAudit(run, decided);
  const blind = new Set(audit.filter((row) => row.blind).map((row) => row.classifier));
  const saturated = new Set(audit.filter((row) => row.saturated).map((row) => row.classifier));
  const decomposition = describedDecompositions(run, products, mixtures);

  const clamped = run.images.flatMap(({ clampedShare }) => clampedShare ?? []);
  const rows: Matrix["rows"] = [];
  const drafts: Draft[] = [];
  for (const [place, moved] of moves.entries()) {
    const row = {
      ...selectionRow({ run, movements: moved, selecting, decided, related, minBaseChange }),
      survival: survival(run, moved, related.judgeOf(moved.base)),
    };
    rows.push(row);
    for (const [column, downstream] of run.downstream.entries()) {
      const judge = related.judgeOf(downstream);
      const figures = figuresOf[place]?.[column] as CellFigures;
      const sameConcept = related.same(moved.base, downstream);
      const judged = !sameConcept && !related.sameSoftmax(moved.base, downstream);
      const pValue = judged ? cellPValue(figures, minFound) : undefined;
      const clearPValue = judged ? cellClearPValue(figures) : undefined;
      drafts.push({ movements: moved, downstream, row, figures, sameConcept, judged, judge, pValue, clearPValue });
    }
  }

  const found = discoveries(
    drafts.flatMap(({ pValue }) => pValue ?? []),
    maxFalseDiscovery,
  );
  const cleared = discoveries(
    drafts.flatMap(({ clearPValue }) => clearPValue ?? []),
    maxFalseDiscovery,
  );
  // A stratum's p is doubled for the cell's.
  const levels = { findAt: found.nextAt / 2, clearAt: cleared.nextAt, confidence };

  const cells = drafts.map((draft): Cell => {
    const { downstream, figures, row, judged, judge } = draft;
    const { base } = draft.movements;
    const share = shareOf(decomposition, { base, downstream });
    const clearQValue = draft.clearPValue === undefined ? undefined : cleared.qValueOf(draft.clearPValue);
    const strata = strataOf(figures).map((stratum) => {
      const { estimate, ...rest } = figures[stratum.name];
      const tested = stratumPValue({ estimate, ...rest }, minFound);
      const rareUse = rareUseOf(rest, confidence);
      return {
        ...stratum,
        ...(estimate === undefined ? {} : { pValue: estimate.pValue, equivalence: estimate.equivalence }),
        ...(tested === undefined ? {} : { qValue: found.qValueOf(tested) }),
        ...(rareUse === null ? {} : { rareUse }),
      };
    });
    const byFigures = cellState({
      strata,
      ...(figures.withCut === undefined ? {} : { withCut: strataOf(figures.withCut) }),
      ...(clearQValue === undefined ? {} : { clearQValue }),
      maxFalseDiscovery,
      minFound,
      minEffect,
      maxRareUse,
      selected: row.selected,
      used: row.used,
      blind: blind.has(downstream),
      saturated: saturated.has(downstream),
      ...(share === undefined ? {} : { share }),
    });
    const falls = { present: figures.present.baseChange, absent: figures.absent.baseChange };
    const judgement = unlessStill(byFigures, falls, run.options.drop);
    const deciding = decidingFigure(figures, judged ? (judgement.stratum ?? null) : null);
    const z = zOf(draft, deciding.stratum);
    const ofJudge =
      judge === undefined || deciding.stratum === null ? null : judgeFigures(draft, judge, deciding.stratum);
    const state = judged ? judgement.state : null;
    return {
      base,
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
      qValue: draft.pValue === undefined ? null : found.qValueOf(draft.pValue),
      clearQValue: clearQValue ?? null,
      state,
      reason: judged ? (judgement.reason ?? null) : null,
      stratum: judged ? (judgement.stratum ?? null) : null,
      deciding,
      z,
      moreImages:
        judged && helped.has(judgement.reason)
          ? (moreImages({ strata, minEffect, selected: row.selected, maxRareUse, ...levels }) ?? null)
          : null,
      sameConcept: draft.sameConcept,
      judge: ofJudge,
      effect: null,
      alignment: { state, reason: judged ? (judgement.reason ?? null) : null },
      doubts: doubtsOf({ state, deciding, judge: ofJudge, z }),
    };
  });

  /** Over the images that decided, or all used ones. */
  function zOf({ movements: moved, downstream, figures }: Draft, side: "present" | "absent" | null): number | null {
    const relativeChange = (side === null ? figures.all : figures[side]).mean;
    if (relativeChange === null) return null;
    const behind = pointsOf(scene, moved, downstream).filter(
      (point) => isUsed(point, minBaseChange) && (side === null || point.present === (side === "present")),
    );
    const images = new Set(behind.map(({ image }) => image));
    return noiseScore({ movements: moved, downstream, images, relativeChange }) ?? null;
  }

  function judgeFigures(
    { movements: moved, downstream }: Draft,
    name: string,
    side: "present" | "absent",
  ): Cell["judge"] {
    const values = pointsOf(scene, moved, downstream)
      .filter((point) => isUsed(point, minBaseChange) && point.present === (side === "present"))
      .flatMap((point) => (point.judged === undefined ? [] : [point.judged]));
    const ci = estimateOf(values, resamples, { confidence, minEffect })?.ci;
    return values.length === 0
      ? null
      : { name, mean: mean(values), ci: ci === undefined ? null : [...ci], count: values.length };
  }

  return {
    bases: [...run.bases],
    downstream: [...run.downstream],
    ...resolved,
    cells,
    rows,
    audit,
    probes: [...(run.probes ?? [])],
    clampedShare: clamped.length === 0 ? null : mean(clamped),
    predictionCorrelation: predictionCorrelations(run, decided),
    labelCorrelation: labelCorrelations(run, related.of),
    decomposition,
    partial: partialRegressions(run, decided),
    saliencySimilarity: saliencySimilarity(run),
  };
}

/** Why a cell is unresolved where more images would resolve it. */
const helped: ReadonlySet<Judgement["reason"]> = new Set(["multiplicity", "straddles", "too-few", "rare-use"] as const);

/** A cell before q-values, which need all cells. */
interface Draft {
  readonly movements: Movements;
  readonly downstream: string;
  readonly row: Matrix["rows"][number];
  readonly figures: CellFigures;
  readonly sameConcept: boolean;
  /** Whether the cell gets a state. */
  readonly judged: boolean;
  readonly judge: string | undefined;
  readonly pValue: number | undefined;
  readonly clearPValue: number | undefined;
}

/** Smaller p of the two strata; undefined where neither is testable. */
function cellPValue({ present, absent }: CellFigures, least: number): number | undefined {
  const pValues = [present, absent].flatMap((figures) => stratumPValue(figures, least) ?? []);
  return pValues.length === 0 ? undefined : Math.min(...pValues);
}

/** p of a stratum, doubled because a cell has two; undefined with fewer than `least` images. */
function stratumPValue({ count, estimate }: Figures, least: number): number | undefined {
  return count >= least && estimate !== undefined ? Math.min(1, 2 * estimate.pValue) : undefined;
}

/** Larger p of equivalence of the two strata, since both have to lie within ±minEffect; undefined where one has fewer than 20 images. */
function cellClearPValue({ present, absent }: CellFigures): number | undefined {
  const pValues = [present, absent].flatMap(({ count, estimate }) =>
    count < minClearCount || estimate === undefined ? [] : [estimate.equivalence],
  );
  return pValues.length < 2 ? undefined : Math.max(...pValues);
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
