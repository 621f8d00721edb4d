import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-common";
import { CfalignError } from "../errors.ts";
import type { DataType } from "../onnx/graph.ts";
import type { Session, SessionOptions, TypedTensor } from "./platform.ts";

async function loadRuntime() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new CfalignError(
      "runtime",
      `cannot load onnxruntime-node (${reason}): install again with "npm i --ignore-scripts" or with ONNXRUNTIME_NODE_INSTALL=skip in the environment`,
      { cause },
    );
  }
}

/** A session of onnxruntime's CPU provider. Errors: CfalignError("runtime") with onnxruntime's own words. */
export async function createNodeSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const ort = await loadRuntime();
  const settings: InferenceSession.SessionOptions = {
    executionProviders: ["cpu"],
    graphOptimizationLevel: options.optimization ?? "all",
    logSeverityLevel: 3,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.externalData === undefined ? {} : { externalData: [...options.externalData] }),
    ...(options.externalFolder === undefined
      ? {}
      : { extra: { session: { model_external_initializers_file_folder_path: options.externalFolder } } }),
  };
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, settings);
  } catch (cause) {
    throw new CfalignError("runtime", `onnxruntime refuses the model: ${(cause as Error).message}`, { cause });
  }
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    outputTypes: session.outputMetadata.map((info) => (info.isTensor ? (info.type as DataType) : "other")),
    async run(feeds, fetches) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(feeds)) {
        inputs[name] = new ort.Tensor(type as "float32", data as Float32Array, dims);
      }
      let results: InferenceSession.ReturnType;
      try {
        results = await session.run(inputs, fetches ?? session.outputNames);
      } catch (cause) {
        throw new CfalignError("runtime", `onnxruntime failed: ${(cause as Error).message}`, { cause });
      }
      const outputs: Record<string, TypedTensor> = {};
      for (const [name, { type, data, dims }] of Object.entries(results)) {
        outputs[name] = { type, data, dims } as TypedTensor;
      }
      return outputs;
    },
    dispose: () => session.release(),
  };
}
