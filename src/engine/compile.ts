import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Graph } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { TypedTensor } from "../platform/platform.ts";
import type { RuleTable } from "../vjp/rule.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { type Chunk, chunksOf, RowCollector, roundedBatch, rowsOf, takeRows } from "./batch.ts";
import { floatTensor, requireFloat } from "./float-tensor.ts";
import { type GradientSession, openGradient } from "./gradient-session.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";
import type { Placement } from "./placement.ts";
import { SessionCache } from "./session-cache.ts";

/** How models are run: how many rows at once, on how many threads, where. */
export interface CompileOptions {
  /** Rows per call of onnxruntime, more are looped: 1, 2, 4, 8 or 16. Default 16. A model whose own first dimension is a number runs at that number. */
  readonly batch?: number;
  /** Threads inside an operator; onnxruntime's own default when absent. */
  readonly threads?: number;
  /** Where it runs: on the CPU when absent. */
  readonly placement?: Placement;
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
   * Outputs (those of `also` among them), and the gradient of Σ cotangent·output by every `wrt` input. feeds [n, …]; cotangents by output name, each of
   * the output's own shape [n, …]; an output without one counts as zero.
   */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    cotangents: Readonly<Record<string, Tensor>>,
  ): Promise<{ readonly outputs: Record<string, Tensor>; readonly gradients: Record<string, Tensor> }>;
  dispose(): Promise<void>;
}

export interface VjpOptions {
  /** Inputs to differentiate by. */
  readonly wrt: readonly string[];
  /** Outputs to differentiate. Default: all. */
  readonly outputs?: readonly string[];
  /** Further values of the graph to give, without a gradient. */
  readonly also?: readonly string[];
  /** Rule set of another method. Default: derivatives. */
  readonly rules?: RuleTable;
}

const DEFAULT_BATCH = 16;

/**
 * How calls are cut: a fixed batch is always filled, a free one is rounded up. A row's result does not depend on how many rows
 * came with it: onnxruntime's CPU kernels for Conv, pools and Gemm gave the same bits at batches 1, 2, 3, 4, 8 and 16, with one
 * thread and two, forward and backward (test/engine/batch-bits.test.ts repeats a part of it; x64 with AVX-512).
 */
interface Batching {
  readonly batch: number;
  readonly fill: boolean;
}

/** How the calls of a graph are cut. Errors: CfalignError("usage") for a batch that is none. */
export function batchingOf(graph: Graph, options: CompileOptions): Batching {
  const own = graph.inputs.map((info) => info.dims?.[0]).find((dim) => typeof dim === "number");
  if (own !== undefined) return { batch: own, fill: true };
  const batch = options.batch ?? DEFAULT_BATCH;
  if (batch < 1 || roundedBatch(batch) !== batch || batch > DEFAULT_BATCH) {
    throw new CfalignError("usage", `batch must be 1, 2, 4, 8 or 16, got ${batch}`);
  }
  return { batch, fill: false };
}

/** Runs chunk by chunk and puts the rows of each output together again. */
async function overChunks(
  chunks: readonly Chunk[],
  rows: number,
  call: (chunk: Chunk) => Promise<Record<string, TypedTensor>>,
): Promise<Record<string, Tensor>> {
  const collectors = new Map<string, RowCollector>();
  for (const chunk of chunks) {
    for (const [name, tensor] of Object.entries(await call(chunk))) {
      const collector = collectors.get(name) ?? new RowCollector(name, rows);
      collectors.set(name, collector);
      collector.put(floatTensor(name, tensor), chunk);
    }
  }
  return Object.fromEntries([...collectors].map(([name, collector]) => [name, collector.tensor]));
}

/** Compiles a model for forward runs. One session serves every batch size. */
export async function compileGraph(model: Model, options: CompileOptions = {}): Promise<Runner> {
  requireFloat([...model.graph.inputs, ...model.graph.outputs]);
  const { batch, fill } = batchingOf(model.graph, options);
  const session = await openSession(model, options);
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches) {
      const rows = rowsOf(feeds, session.inputNames);
      const chunks = chunksOf(rows, batch, (count) => (fill ? batch : count));
      return overChunks(chunks, rows, (chunk) =>
        session.run(
          Object.fromEntries(
            session.inputNames.map((name) => [name, { type: "float32", ...takeRows(feeds[name] as Tensor, chunk) }]),
          ),
          fetches,
        ),
      );
    },
    dispose: () => session.dispose(),
  };
}

/** Compiles a model for runs with gradients. Sessions are made when a batch size or shape first appears; at most five batch sizes do. */
export async function compileVjp(model: Model, request: VjpOptions, options: CompileOptions = {}): Promise<VjpRunner> {
  const outputNames = request.outputs ?? model.graph.outputs.map((info) => info.name);
  const given = [...outputNames, ...(request.also ?? [])];
  const graph = prune(model.graph, given);
  requireFloat([...graph.inputs, ...graph.outputs]);
  const { batch, fill } = batchingOf(graph, options);
  const inputNames = graph.inputs.map((info) => info.name);
  const sessions = new SessionCache<GradientSession>();
  return {
    inputNames,
    outputNames,
    async run(feeds, cotangents) {
      const rows = rowsOf(feeds, inputNames);
      rowsOf(cotangents, Object.keys(cotangents), rows);
      const results = await overChunks(
        chunksOf(rows, batch, (count) => (fill ? batch : roundedBatch(count))),
        rows,
        async (chunk) => {
          const inputs = inputNames.map((name): [string, Tensor] => [name, takeRows(feeds[name] as Tensor, chunk)]);
          const dims = Object.fromEntries(inputs.map(([name, tensor]) => [name, tensor.dims]));
          const open = () => openGradient({ ...model, graph }, { ...request, outputs: outputNames, dims }, options);
          const cts = Object.entries(cotangents).map(([name, tensor]): [string, Tensor] => [
            cotangentName(name),
            takeRows(tensor, chunk, "zero"),
          ]);
          return sessions.use(JSON.stringify(dims), open, (session) => session.run(new Map([...inputs, ...cts])));
        },
      );
      return {
        outputs: Object.fromEntries(given.map((name) => [name, results[name] as Tensor])),
        gradients: Object.fromEntries(request.wrt.map((name) => [name, results[gradientName(name)] as Tensor])),
      };
    },
    dispose: () => sessions.dispose(),
  };
}
