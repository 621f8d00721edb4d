import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { platform } from "#platform";
import type { Graph } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";

/** The bytes of a graph whose nodes are written in another opset. */
export function inOpset(graph: Graph, opset: number): Uint8Array {
  const model = fromBinary(ModelProtoSchema, writeModel(graph));
  model.irVersion = opset < 9 ? 3n : 8n;
  for (const entry of model.opsetImport) if (entry.domain === "") entry.version = BigInt(opset);
  // IR 3 wants every initializer among the inputs.
  if (model.irVersion === 3n && model.graph !== undefined) {
    const asInputs = [...graph.initializers].map(([name, { type, dims }]) => ({ name, type, dims }));
    const inputs = [...graph.inputs, ...asInputs];
    const listed = fromBinary(ModelProtoSchema, writeModel({ ...graph, inputs }));
    model.graph.input = listed.graph?.input ?? [];
  }
  return toBinary(ModelProtoSchema, model);
}

/** What onnxruntime gives for a file. */
export async function outputsOf(
  bytes: Uint8Array,
  feeds: Readonly<Record<string, TypedTensor>>,
): Promise<Record<string, TypedTensor>> {
  const session = await platform.createSession(bytes);
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}
