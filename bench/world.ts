import type { Classifier, Workspace } from "../src/index.ts";
import type { AuditImages } from "./audit-images.ts";
import type { Feature, Subject } from "./subjects.ts";
import type { Effects } from "./truth.ts";

/** Defaults of methods are chosen on the pairs of `development` and measured on those of `test`. */
export type Split = "development" | "test";

export interface WorldOptions {
  readonly split: Split;
  /** Seed of the audit's pictures. */
  readonly seed: number;
  /** Threads of onnxruntime; its own default when absent. */
  readonly threads?: number;
  /** Folder of the models under audit; the repository's own when absent. */
  readonly models?: string;
}

/**
 * One kind of pictures with models whose biases are known: all that the planted benchmark (`plantedBenchmark`) is told of it.
 * A world is a function `open<Name>World(options): Promise<World>` in `bench/worlds/<name>/`, entered in `bench/worlds/worlds.ts`.
 * It throws CfalignError("input") where its models or pictures are not there, naming what to do.
 *
 * Everything is a function of the options alone: the benchmark may be interrupted and opened again, and goes on with what it
 * remembers under `identity`.
 */
export interface World {
  /** Autoencoder, models and judges; the benchmark disposes of it. */
  readonly workspace: Workspace;
  /**
   * The models under audit, in an order that never changes (a quick benchmark takes every third):
   * family `trained` with kinds planted, decoy (its feature goes with clean labels) and control (nothing goes with the label), then
   * family `composed` (`workspace.classifier("model/target + 0.3*model/feature")`; a coefficient below 0 uses the feature against the
   * target, as a trained model does whose `strength` is below 0.5). `target` and `feature` are names out of `features`; a target
   * that no feature is called by simply has one cell more. `strength` orders the models of a cluster and seed: the higher, the more the feature raises
   * the target. `cluster` is what is resampled as one: a pair of target and feature, `target/feature`, or `target/control`.
   */
  readonly subjects: readonly Subject[];
  /**
   * The features that may be found, targets among them, each with the classifier that tells it, which shares nothing with the
   * subjects (commonly `featuresOf(workspace)`: the workspace's judges). Names are unique. Every feature but a subject's own target is a cell of that subject.
   */
  readonly features: readonly Feature[];
  /** What pictures and effects depend on beside the models' files: JSON. */
  readonly identity: unknown;
  /** Pictures behind every true effect. */
  readonly truthCount: number;
  /**
   * The audit's pictures, at least 200: drawn into `folder` when it is not there, else read from it (`readAuditImages`). Features should go with
   * each other and with targets, or a correlation of predictions would be the truth; none of these pictures was trained on.
   * The folder is the caller's, one for each `identity`; write aside and rename, so that an interrupted call leaves no half of it.
   */
  auditImages(folder: string): Promise<AuditImages>;
  /**
   * The truth, by a feature's name an effect per classifier, in their order: the mean change of its prediction (not of its logit) over `truthCount`
   * pictures that nothing was trained on, when the feature alone goes from absent to present. A feature that cannot be drawn alone is left out of the map, and its cells out of the scores.
   * `folder` is for pictures that are worth keeping; it may not be there. features: those that are asked for, all by default.
   */
  trueEffects(
    classifiers: readonly Classifier[],
    options: {
      readonly folder: string;
      readonly features?: readonly string[];
      progress(done: number, total: number): void;
    },
  ): Promise<Effects>;
}
