import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web/wasm";
import { CfalignError } from "../errors.ts";
import type { DataType } from "../onnx/graph.ts";
import type { Session, SessionOptions, TypedTensor } from "./platform.ts";

/** A session of onnxruntime-web on WebAssembly. External data must be given as bytes. Errors: CfalignError("runtime") with onnxruntime's own words. */
export async function createWebSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const session = await inWords("onnxruntime refuses the model", () =>
    InferenceSession.create(model, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: options.optimization ?? "all",
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
      ...(options.externalData === undefined ? {} : { externalData: [...options.externalData] }),
    }),
  );
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    outputTypes: session.outputMetadata.map((info) => (info.isTensor ? (info.type as DataType) : "other")),
    async run(feeds, fetches) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) {
        inputs[name] = new OrtTensor(type as "float32", data as Float32Array, dims);
      }
      const results = await inWords("onnxruntime failed", () => session.run(inputs, fetches ?? session.outputNames));
      const outputs: Record<string, TypedTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(results)) {
        outputs[name] = { type, data, dims } as TypedTensor;
      }
      return outputs;
    },
    dispose: () => session.release(),
  };
}

async function inWords<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new CfalignError("runtime", `${what}: ${(cause as Error).message}`, { cause });
  }
}
