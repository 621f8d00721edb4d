import type { Tensor } from "../tensor.ts";
import type { Model } from "./model.ts";

export interface CompileOptions {
  /**
   * Images per call of onnxruntime: more are looped, and with `exact` fewer are padded with copies of the last.
   * A model whose own first dimension is a number runs at that number. Default 16.
   */
  readonly batch?: number;
  /** Pad every call to `batch`, so that a row's result cannot depend on how many rows came with it. Default false. */
  readonly exact?: boolean;
  /** Threads inside an operator; onnxruntime's own default when absent. */
  readonly threads?: number;
}

/** A graph that can be run. Every input and output is float32 with the batch as first axis. */
export interface Runner {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Runs any number of rows. feeds: [n, …] each with the same n → every output [n, …]. `fetches` defaults to all outputs. */
  run(feeds: Readonly<Record<string, Tensor>>, fetches?: readonly string[]): Promise<Record<string, Tensor>>;
  dispose(): Promise<void>;
}

/** A graph with its gradient. */
export interface VjpRunner {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /**
   * Outputs, and the gradient of Σ cotangent·output by every `wrt` input. feeds [n, …]; cotangents by output name, each of
   * the output's own shape [n, …]; an output without one counts as zero.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    cotangents: Readonly<Record<string, Tensor>>,
  ): Promise<{ readonly outputs: Record<string, Tensor>; readonly gradients: Record<string, Tensor> }>;
  dispose(): Promise<void>;
}

/** Compiles a model for forward runs. One session serves every batch size. */
export declare function compileGraph(model: Model, options?: CompileOptions): Promise<Runner>;

/** Compiles a model for runs with gradients of `outputs` (all by default) by the inputs `wrt`. Sessions are made when a batch size or shape first appears. */
export declare function compileVjp(
  model: Model,
  request: { readonly wrt: readonly string[]; readonly outputs?: readonly string[] },
  options?: CompileOptions,
): Promise<VjpRunner>;

/** Reads, normalizes and prunes a model. Errors: CfalignError("input") that names the file. */
export declare function loadModel(source: string | Uint8Array): Promise<import("./model.ts").LoadedModel>;
