import type { Tensor } from "../base/tensor.ts";
import { compileGraph, type Runner } from "../engine/compile.ts";
import { targetNames } from "../engine/target-names.ts";
import type { ClassifierManifest, InputSpec } from "../models/manifest.ts";
import { bare } from "../models/model-file.ts";
import { type Headed, hasNumbers, termPrediction } from "../models/prediction.ts";
import { imageValue, preprocessing } from "../models/preprocessing.ts";
import type { ImageFrame } from "../models/types.ts";

/** What a manifest says of a classifier, wherever it is. */
export type Described = Pick<ClassifierManifest, "name" | "input" | "output" | "targets">;

/** Somebody who answers for a classifier: a file, or a server. */
export interface Respondent {
  readonly description: Described;
  /** Whether answers are certainly before the head; where nobody knows, they say it themselves (`predictionsOf`). */
  readonly beforeHead: boolean;
  /** Pictures of one question, and questions that may be under way at a time. */
  readonly batch: number;
  readonly parallel: number;
  /** What its answers are kept under until all are there; undefined where asking again costs nothing. */
  readonly key?: string;
  /** Outputs for pictures [1, 3, h, w] at the suite's size, one row a picture, all outputs. */
  ask(pictures: Tensor): Promise<readonly ArrayLike<number>[]>;
  dispose(): Promise<void>;
}

/** The targets of a description that mean something, each with its column. */
export function namedTargets({
  targets,
}: Pick<Described, "targets">): readonly { readonly name: string; readonly column: number }[] {
  return targetNames(targets).flatMap((name, column) => (name === null ? [] : [{ name, column }]));
}

/**
 * Predictions of the named targets, row by row; NaN where an output is no number. Rows before the head get it; where nobody knows where the head is, rows that all lie in
 * [0, 1] have it behind them. Errors: CfalignError("input") for outputs that are no predictions.
 */
export function predictionsOf(
  description: Described,
  rows: readonly ArrayLike<number>[],
  beforeHead: boolean,
): readonly (readonly number[])[] {
  const { name, output } = description;
  const targets = targetNames(description.targets).map((target) => target ?? "");
  const isPrediction = (value: number): boolean => Number.isNaN(value) || (value >= 0 && value <= 1);
  const behind = !beforeHead && output.scale === undefined && rows.every((row) => Array.from(row).every(isPrediction));
  const activation = behind ? "none" : output.activation;
  const model: Headed["model"] = {
    name,
    targets,
    activation,
    ...(output.scale === undefined ? {} : { scale: output.scale }),
  };
  const named = namedTargets(description);
  return rows.map((row) =>
    named.map(({ column }) => {
      const term = { model, target: column };
      return hasNumbers(term, row) ? termPrediction(term, row) : Number.NaN;
    }),
  );
}

/** What brings the pictures of a suite to what a model takes. */
export function preparing(
  input: InputSpec,
  from: ImageFrame,
): { run(pictures: Tensor): Promise<Tensor>; dispose(): Promise<void> } {
  let runner: Promise<Runner> | undefined;
  return {
    async run(pictures) {
      runner ??= compileGraph(bare(preprocessing(input, from, "prepared")), { threads: 1 });
      return (await (await runner).run({ [imageValue]: pictures })).prepared as Tensor;
    },
    async dispose() {
      await (await runner)?.dispose();
    },
  };
}
