import { createRandom } from "../base/random.ts";
import type { Matrix } from "../results/matrix-schema.ts";
import type { RunData } from "../results/run-data.ts";
import { minClearCount } from "../statistics/cell-state.ts";
import type { Decomposition } from "../statistics/decompose.ts";
import { type Discoveries, discoveries } from "../statistics/false-discovery.ts";
import { mean } from "../statistics/moments.ts";
import { createResamples } from "../statistics/resamples.ts";
import type { CellColumns, CellFigures } from "./cells/cell.ts";
import type { Concepts } from "./cells/concepts.ts";
import { labelCorrelations, predictionCorrelations } from "./cells/correlations.ts";
import { type Draft, judgedCell, type Standards, stratumPValue } from "./cells/judged-cell.ts";
import type { Movements } from "./cells/movements.ts";
import { type Decisions, decisions } from "./cells/presence.ts";
import { reconstructionAudit } from "./cells/reconstruction-audit.ts";
import { saliencySimilarity } from "./cells/saliency-similarity.ts";
import { selectionRow } from "./cells/selection.ts";
import { survival } from "./cells/survival.ts";
import { type DirectionProducts, describedDecompositions } from "./decomposition/decomposition.ts";
import { partialRegressions } from "./decomposition/partial.ts";
import type { MatrixOptions } from "./options.ts";
import { thresholdsOf } from "./thresholds.ts";

/** A run as its cells see it. */
export interface Scene {
  readonly run: RunData;
  readonly resolved: Required<MatrixOptions>;
  readonly decided: Decisions;
  readonly related: Concepts;
  readonly moves: readonly Movements[];
  readonly products: readonly DirectionProducts[];
  /** The cells of a base, in the order of the downstream classifiers; prepared once. */
  cellsOf(moved: Movements): readonly CellColumns[];
}

/** The matrix, given the figures of every base's cells and the decompositions. */
export function judgedMatrix(
  scene: Scene,
  figuresOf: readonly (readonly CellFigures[])[],
  mixtures: readonly (Decomposition | undefined)[],
): Matrix {
  const { run, resolved, decided, related, products } = scene;
  const audit = reconstructionAudit(run, decided);
  const decomposition = describedDecompositions(run, products, mixtures);
  const rows = selectionRows(scene);
  const drafts = draftsOf(scene, { rows, figuresOf });
  const { maxFalseDiscovery, minCount } = thresholdsOf(run);
  const standards: Standards = {
    ...{ run, resolved, decomposition, maxFalseDiscovery, minFound: minCount },
    ...discoveriesOf(drafts, maxFalseDiscovery),
    resamples: createResamples(createRandom(resolved.seed), resolved.resamples),
    blind: new Set(audit.filter((row) => row.blind).map((row) => row.classifier)),
    saturated: new Set(audit.filter((row) => row.saturated).map((row) => row.classifier)),
  };
  const clamped = run.images.flatMap(({ clampedShare }) => clampedShare ?? []);
  return {
    bases: [...run.bases],
    downstream: [...run.downstream],
    ...resolved,
    cells: drafts.map((draft) => judgedCell(draft, standards)),
    rows,
    audit,
    probes: [...(run.probes ?? [])],
    ...(run.unchecked === undefined ? {} : { unchecked: [...run.unchecked] }),
    clampedShare: clamped.length === 0 ? null : mean(clamped),
    predictionCorrelation: predictionCorrelations(run, decided),
    labelCorrelation: labelCorrelations(run, related.of),
    decomposition,
    partial: partialRegressions(run, decided),
    effectGroups: null,
    accountedFor: null,
    saliencySimilarity: saliencySimilarity(run),
  };
}

/** Which images of each base took part. */
function selectionRows({ run, resolved, decided, related, moves }: Scene): Matrix["rows"] {
  const selecting = run.options.minPrediction === 0.5 ? decided : decisions(run, run.options.minPrediction);
  const { minBaseChange } = resolved;
  return moves.map((moved) => ({
    ...selectionRow({ run, movements: moved, selecting, decided, related, minBaseChange }),
    survival: survival(run, moved, related.judgeOf(moved.base)),
  }));
}

/** All cells before q-values, which need all of them. */
function draftsOf(
  scene: Scene,
  known: { readonly rows: Matrix["rows"]; readonly figuresOf: readonly (readonly CellFigures[])[] },
): Draft[] {
  const { run, related, moves } = scene;
  const { minCount } = thresholdsOf(run);
  return moves.flatMap((movements, place) => {
    const cells = scene.cellsOf(movements);
    return run.downstream.map((downstream, column): Draft => {
      const figures = known.figuresOf[place]?.[column] as CellFigures;
      const sameConcept = related.same(movements.base, downstream);
      const judged = !sameConcept && !related.sameSoftmax(movements.base, downstream);
      return {
        ...{ movements, downstream, figures, sameConcept, judged },
        cell: cells[column] as CellColumns,
        row: known.rows[place] as Matrix["rows"][number],
        judge: related.judgeOf(downstream),
        pValue: judged ? cellPValue(figures, minCount) : undefined,
        clearPValue: judged ? cellClearPValue(figures) : undefined,
      };
    });
  });
}

function discoveriesOf(
  drafts: readonly Draft[],
  maxFalseDiscovery: number,
): { readonly found: Discoveries; readonly cleared: Discoveries } {
  const of = (pValueOf: (draft: Draft) => number | undefined): Discoveries =>
    discoveries(
      drafts.flatMap((draft) => pValueOf(draft) ?? []),
      maxFalseDiscovery,
    );
  return { found: of(({ pValue }) => pValue), cleared: of(({ clearPValue }) => clearPValue) };
}

/** Smaller p of the two strata; undefined where neither is testable. */
function cellPValue({ present, absent }: CellFigures, least: number): number | undefined {
  const pValues = [present, absent].flatMap((figures) => stratumPValue(figures, least) ?? []);
  return pValues.length === 0 ? undefined : Math.min(...pValues);
}

/** Larger p of equivalence of the two strata, since both have to lie within ±minEffect; undefined where one has fewer than 20 images. */
function cellClearPValue({ present, absent }: CellFigures): number | undefined {
  const pValues = [present, absent].flatMap(({ count, estimate }) =>
    count < minClearCount || estimate === undefined ? [] : [estimate.equivalence],
  );
  return pValues.length < 2 ? undefined : Math.max(...pValues);
}
