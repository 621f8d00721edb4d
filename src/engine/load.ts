import { platform } from "#platform";
import type { Constant, Graph } from "../onnx/graph.ts";
import { normalize } from "../onnx/normalize.ts";
import { readModel } from "../onnx/read.ts";
import type { LoadedModel } from "./model.ts";

/**
 * Reads, normalizes and prunes a model. source: a path (on the web a URL), or the bytes of a file without external data.
 * Errors: CfalignError("input") that names the file.
 */
export async function loadModel(source: string | Uint8Array): Promise<LoadedModel> {
  const { files } = platform;
  const bytes = typeof source === "string" ? await files.read(source) : source;
  const sha256 = await platform.sha256(bytes);
  const location = typeof source === "string" ? files.resolve(source) : `${sha256}.onnx`;
  const file = readModel(bytes, { location, ...(typeof source === "string" ? { name: source } : {}) });
  const folder = typeof source === "string" ? files.dirname(location) : "";
  const graph = locateWeights(normalize(file), (place) => (place === location ? place : files.join(folder, place)));
  const externalFiles = [...locationsOf(graph)].filter((place) => place !== location).sort();
  const weights = new Map<string, Uint8Array>();
  if (typeof source !== "string") weights.set(location, bytes);
  // A browser has no folder that onnxruntime could look into.
  if (platform.name === "web") {
    weights.set(location, bytes);
    for (const path of externalFiles) weights.set(path, await files.read(path));
  }
  return { graph, weights, sha256, externalFiles, opset: file.opset, producer: file.producer };
}

/** Locations of a graph's external constants. */
export function locationsOf(graph: Graph): ReadonlySet<string> {
  return new Set(
    [...graph.initializers.values()].flatMap(({ data }) => (data.kind === "external" ? [data.location] : [])),
  );
}

/** The graph with the locations of its external constants changed. */
export function locateWeights(graph: Graph, to: (location: string) => string): Graph {
  const moved = (constant: Constant): Constant =>
    constant.data.kind === "external"
      ? { ...constant, data: { ...constant.data, location: to(constant.data.location) } }
      : constant;
  return {
    ...graph,
    initializers: new Map([...graph.initializers].map(([name, constant]) => [name, moved(constant)])),
  };
}
