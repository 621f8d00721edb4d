import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { CfalignError, throwIfBug } from "../base/errors.ts";
import type { DataType } from "../onnx/graph.ts";
import type { Session, SessionOptions, TypedTensor } from "./platform.ts";

/** What differs between onnxruntime's builds: how a session and a tensor are made. */
export interface Runtime {
  create(model: Uint8Array, settings: InferenceSession.SessionOptions): Promise<InferenceSession>;
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => OrtTensor;
}

/** What onnxruntime says when the machine fails and not the model. */
const MACHINE = /bad_alloc|allocat|out of memory|no available backend/i;

/**
 * A session of one of onnxruntime's builds. Errors, in onnxruntime's own words: CfalignError("input") for a model that it
 * refuses, ("runtime") where the machine fails, and for a run that fails.
 */
export async function openWith(
  { create, Tensor }: Runtime,
  model: Uint8Array,
  options: SessionOptions,
  own: InferenceSession.SessionOptions,
): Promise<Session> {
  const { externalFolder, optimization = "all" } = options;
  const session = await inWords("onnxruntime refuses the model", "input", () =>
    create(model, {
      graphOptimizationLevel: optimization,
      // What fails is thrown: it is not printed as well.
      logSeverityLevel: 4,
      // A plan of all values takes a block of its own beside what the first run allocated: twice the memory for 2 % of time.
      enableMemPattern: false,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      ...(options.externalData === undefined ? {} : { externalData: [...options.externalData] }),
      extra: {
        session: {
          // Many sessions take turns in a job, and threads that spin after a run take the cores from the session after it.
          intra_op: { allow_spinning: "0" },
          ...(externalFolder === undefined ? {} : { model_external_initializers_file_folder_path: externalFolder }),
          // Weights laid out for speed take longer than the one or two runs of a graph that is only looked at.
          ...(optimization === "disabled" ? { disable_prepacking: "1" } : {}),
        },
      },
      ...own,
    }),
  );
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    outputTypes: session.outputMetadata.map((info) => (info.isTensor ? (info.type as DataType) : "other")),
    outputShapes: session.outputMetadata.map((info) => (info.isTensor ? info.shape.map(statedDim) : [])),
    async run(feeds, fetches) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) {
        inputs[name] = new Tensor(type as "float32", data as Float32Array, dims);
      }
      const results = await inWords("onnxruntime failed", "runtime", () =>
        session.run(inputs, fetches ?? session.outputNames),
      );
      const outputs: Record<string, TypedTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(results)) {
        outputs[name] = { type, data, dims } as TypedTensor;
      }
      return outputs;
    },
    dispose: () => session.release(),
  };
}

/** A free dimension without a symbol is −1 in Node, and −1 without its sign in WebAssembly. */
function statedDim(dim: number | string): number | string {
  return typeof dim === "number" && (dim < 0 || dim === 2 ** 32 - 1) ? "" : dim;
}

async function inWords<T>(what: string, code: "input" | "runtime", action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throwIfBug(cause);
    const words = (cause as Error).message.trim().replace(/\s*\n\s*/g, " ");
    throw new CfalignError(MACHINE.test(words) ? "runtime" : code, `${what}: ${words}`, { cause });
  }
}
