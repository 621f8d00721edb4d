/**
 * The public interface of cfalign. Gradients of ONNX files alone are in `cfalign/vjp`.
 *
 * Files: `importModel` describes what exporters wrote; `openWorkspace` and `readImage` bring in models and images. One image: `latentShift`, `align`, or `explain`
 * for both with pictures; `saliency` says
 * which pixels a prediction hangs on. A folder: `alignFolder` writes a run, `openRun` reads it; `alignmentMatrix`, `findings`,
 * `findImages` and `writeReport` say what is in it.
 */

export { type Alignment, align } from "./alignment/align.ts";
export { type LatentProductOptions, latentProducts } from "./alignment/latent-gradients.ts";
export {
  type ComparableMap,
  comparable as comparableMaps,
  type MapSimilarity,
  mapSimilarity,
} from "./attribution/map-similarity.ts";
export type { Attribution } from "./attribution/method.ts";
export { type SaliencyOptions, saliency } from "./attribution/saliency.ts";
export type { RunNames } from "./audit/cells/concepts.ts";
export { type Check, type CheckOptions, checkRun } from "./audit/compare/check.ts";
export { type Diff, type DiffOptions, diffRuns } from "./audit/compare/diff.ts";
export {
  type DirectionProducts,
  decompositionExample,
  directionProducts,
} from "./audit/decomposition/decomposition.ts";
export type { ExpectedRelation } from "./audit/expectations/expected-relation.ts";
export { readExpectations } from "./audit/expectations/read-expectations.ts";
export { type FindQuery, type FoundImage, findImages, foundImage } from "./audit/find/find.ts";
export { findings } from "./audit/findings/findings.ts";
export { rowResolution } from "./audit/findings/resolution.ts";
export { summarize } from "./audit/findings/summary.ts";
export { alignmentMatrix } from "./audit/matrix.ts";
export { matrixOnCores } from "./audit/on-cores/matrix-on-cores.ts";
export type { MatrixOptions } from "./audit/options.ts";
export { CfalignError, type ErrorCode, type OptionNames } from "./base/errors.ts";
export type { Tensor } from "./base/tensor.ts";
export { type LatentShiftOptions, latentShift, latentShifts } from "./counterfactual/latent-shift.ts";
export type { NoiseOptions } from "./counterfactual/noise.ts";
export {
  type Counterfactual,
  type SearchOptions,
  type StopReason,
  stopReasons,
  type TracePoint,
} from "./counterfactual/types.ts";
export type { DeviceInspection } from "./engine/device-inspection.ts";
export {
  type DifferentiateOptions,
  differentiate,
  type GradientFile,
  gradientFileSchema,
} from "./engine/differentiate.ts";
export { type GradientMethod, gradientMethods } from "./engine/gradient-graph.ts";
export { type Inspection, type InspectOptions, inspectionSchema, inspectModel } from "./engine/inspect.ts";
export { chooseDevice, type DeviceOptions, type TriedDevice, tryDevices } from "./engine/place-models.ts";
export {
  type DirectionPart,
  type DirectionPartsOptions,
  directionParts,
  writeDirectionParts,
} from "./explanation/decomposition.ts";
export { type ExplainOptions, type Explanation, explain } from "./explanation/explain.ts";
export { type ExplanationJson, explanationJson, explanationSchema } from "./explanation/json.ts";
export {
  explainBySaliency,
  type SaliencyExplanation,
  saliencyJson,
  saliencySchema,
  writeSaliency,
} from "./explanation/saliency.ts";
export { writeExplanation, writeSideBySide } from "./explanation/write.ts";
export { type ExportedClassifier, type ExportOptions, exportClassifier } from "./models/composed-export.ts";
export { splitList } from "./models/expression.ts";
export { predict } from "./models/prediction.ts";
export { readImage } from "./models/read-image.ts";
export type { Autoencoder, Classifier, ClassifierModel } from "./models/types.ts";
export { openWorkspace, type Workspace, type WorkspaceOptions } from "./models/workspace.ts";
export { labelTable, type ModeLabels, modeLabels } from "./modes/mode-labels.ts";
export type { ModesOptions } from "./modes/modes.ts";
export type { PictureChange } from "./modes/picture-change.ts";
export { type PicturedModes, runModes } from "./modes/run-modes.ts";
export { type Mode, type Modes, modesSchema } from "./modes/schema.ts";
export { type AskedDevice, type Device, devices } from "./options/device.ts";
export { type SaliencyMethod, saliencyMethods } from "./options/run.ts";
export type { Figure } from "./pictures/figure.ts";
export type { FigureView } from "./pictures/figures/figure-data.ts";
export {
  type FigureKind,
  type RunFigure,
  type RunFigureOptions,
  runFigure,
} from "./pictures/figures/run-figure.ts";
export { type FigureFormat, figureFile, millimetres } from "./pictures/figures/write-figure.ts";
export { type VersionLine, type VersionsFigureOptions, versionsFigure } from "./pictures/versions-figure.ts";
export { type AuditOptions, type AuditOutcome, auditClassifiers } from "./pipeline/audit-classifiers.ts";
export { type AuditProgress, stageNames } from "./pipeline/pace.ts";
export { type AuditVerdict, auditVerdict } from "./pipeline/verdicts.ts";
export { type Concepts, type ConceptsOptions, concepts, conceptsMade } from "./prepare/concepts/concepts.ts";
export type { CurvePoint } from "./prepare/flatten/component-curve.ts";
export { type Flattened, type FlattenOptions, flatten, flattened } from "./prepare/flatten/flatten.ts";
export { type ImportedModel, type ImportOptions, importModel } from "./prepare/importing/import-model.ts";
export { type InitializedWorkspace, type InitOptions, initWorkspace } from "./prepare/importing/init-workspace.ts";
export { labelFormats } from "./prepare/labels/formats.ts";
export {
  type LabelCount,
  type LabelsOptions,
  type LabelsSummary,
  labelsSummary,
  writeLabels,
} from "./prepare/labels/write-labels.ts";
export { type NameReading, nameReading } from "./prepare/naming/name-reading.ts";
export { type NamedConcepts, type NamedConceptsOptions, namedConcepts } from "./prepare/naming/named-concepts.ts";
export { preflightFacts } from "./prepare/preflight/facts.ts";
export { statement } from "./prepare/preflight/judge.ts";
export { type Preflight, type PreflightOptions, preflight } from "./prepare/preflight/preflight.ts";
export { type ShownTargets, shownTargets } from "./prepare/preflight/shown-targets.ts";
export type { RectifyProgress } from "./rectify/fit-sums.ts";
export type { RectifyOptions } from "./rectify/options.ts";
export { rectify } from "./rectify/rectify.ts";
export { type Rectification, type RectifiedTarget, rectificationSchema } from "./rectify/schema.ts";
export { type ReportOptions, writeReport } from "./report/build.ts";
export { writeDiffReport } from "./report/diff-report.ts";
export type { PageOptions, WrittenReport } from "./report/page-file.ts";
export { rectificationIn, writeRectificationReport } from "./report/rectification-report.ts";
export { assertWorkspaceOf } from "./report/workspace-of.ts";
export { type CheckItem, checkSchema } from "./results/check-item.ts";
export { type DiffCell, type DiffFigures, diffSchema } from "./results/diff-cell.ts";
export { type Mark, marksSchema, readMarks } from "./results/marks.ts";
export {
  type BaseDecomposition,
  baseDecomposition,
  type Cell,
  type Finding,
  finding,
  type Matrix,
  matrixSchema,
  type Summary,
  summarySchema,
  unresolvedReason,
} from "./results/matrix-schema.ts";
export { mergeRuns, shareOut } from "./results/merge.ts";
export { newestRun, nextRun } from "./results/numbered-runs.ts";
export { type OpenRun, openRun } from "./results/open-run.ts";
export type { RowList } from "./results/row-list.ts";
export { isRun, readRunFile } from "./results/run-file.ts";
export { type ShardState, shardStates } from "./results/shards.ts";
export { isZippedRun, unzipRun } from "./results/zipped-run.ts";
export { alignFolder, type RunSummary } from "./run/align-folder.ts";
export { type DecompositionCost, decompositionCost } from "./run/decomposition-cost.ts";
export { type DifferencesCost, differencesCost } from "./run/differences-cost.ts";
export { sharedListing } from "./run/listing-file.ts";
export { namesOfRun } from "./run/roles.ts";
export type { AlignFolderOptions } from "./run/run-options.ts";
export type { RunProgress } from "./run/run-progress.ts";
export {
  type ConceptGroup,
  type ConceptShare,
  type DecomposeOptions,
  type Decomposition,
  decompose,
} from "./statistics/decompose.ts";
export type { LabelReading } from "./statistics/label-reading.ts";
export type { Answers } from "./suite/answers.ts";
export { type AskClassifierOptions, askClassifier } from "./suite/ask-classifier.ts";
export { auditSuite, type SuiteAudit, type SuiteCell, suiteAuditSchema } from "./suite/audit-suite.ts";
export {
  type ChangedPair,
  type ChangedPairsOptions,
  type ChangedPicture,
  changedPairs,
} from "./suite/changed-pairs.ts";
export { type CheckSuiteOptions, checkSuite } from "./suite/check-suite.ts";
export { completeSuite } from "./suite/complete-suite.ts";
export { mergeSuites } from "./suite/merge-suites.ts";
export { openSuite, picturesOf, type Suite, suiteProblems } from "./suite/open-suite.ts";
export { type Staleness, stalenessSchema, stalenessText, suiteStaleness } from "./suite/staleness.ts";
export type { SuiteFile } from "./suite/suite-file.ts";
export { suiteRun } from "./suite/suite-run.ts";
export {
  type SuiteVersions,
  type SuiteVersionsOptions,
  suiteVersions,
  suiteVersionsSchema,
  type Version,
  type VersionPoint,
  type VersionSeries,
} from "./suite/suite-versions.ts";
export { readTable, type TableOptions, tableOf } from "./suite/table-answers.ts";
export { type WriteSuiteOptions, type WrittenSuite, writeSuite } from "./suite/write-suite.ts";
export { trainWitnessApart } from "./training/train-apart.ts";
export {
  type TrainingProgress,
  type TrainWitnessOptions,
  trainWitness,
  type Witness,
} from "./training/train-witness.ts";
export { type DrawOptions, drawWorld } from "./world/draw.ts";
export { FACTORS as factors, planted as plantedBiases } from "./world/factors.ts";
export type { Correlation } from "./world/sample.ts";
export { type TrueEffect, type TrueEffectOptions, trueEffects } from "./world/true-effects.ts";
