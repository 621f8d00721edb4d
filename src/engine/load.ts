import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { constantsOf, mapConstants } from "../onnx/constants.ts";
import type { Graph } from "../onnx/graph.ts";
import { normalize } from "../onnx/normalize.ts";
import { readModel } from "../onnx/read.ts";
import { validate } from "../onnx/validate.ts";
import type { LoadedModel } from "./model.ts";
import { named } from "./named.ts";

/**
 * Reads, normalizes and prunes a model. source: a path (on the web a URL), or the bytes of a file without external data.
 * Errors: CfalignError("input") that names the file.
 */
export async function loadModel(source: string | Uint8Array): Promise<LoadedModel> {
  const { files } = platform;
  const bytes = typeof source === "string" ? await files.read(source) : source;
  const location = typeof source === "string" ? files.resolve(source) : `${await platform.sha256(source)}.onnx`;
  const name = typeof source === "string" ? source : "model";
  const file = readModel(bytes, { location, name });
  validate(file.graph, name);
  const folder = typeof source === "string" ? files.dirname(location) : "";
  const graph = locateWeights(await named(name, () => normalize(file)), (place) =>
    place === location ? place : files.join(folder, place),
  );
  const externalFiles = [...locationsOf(graph)].filter((place) => place !== location).sort();
  if (typeof source === "string") await refuseLinksOutside(location, externalFiles);
  else if (externalFiles.length > 0) {
    throw new CfalignError(
      "usage",
      `the model's weights are in "${externalFiles[0]}": give the path of the model instead of its bytes`,
    );
  }
  const weights = new Map<string, Uint8Array>();
  if (typeof source !== "string") weights.set(location, bytes);
  // A browser has no folder that onnxruntime could look into.
  if (platform.name === "web") {
    weights.set(location, bytes);
    for (const path of externalFiles) weights.set(path, await files.read(path));
  }
  // Large files take a while to hash, and who only runs a model does not ask.
  const sha256 = async () => platform.sha256(typeof source === "string" ? await files.read(source) : source);
  return { graph, weights, sha256, externalFiles, opset: file.opset, producer: file.producer };
}

/** Locations of a graph's external constants. */
export function locationsOf(graph: Graph): ReadonlySet<string> {
  return new Set(constantsOf(graph).flatMap(({ data }) => (data.kind === "external" ? [data.location] : [])));
}

/** The graph with the locations of its external constants changed. */
export function locateWeights(graph: Graph, to: (location: string) => string): Graph {
  return mapConstants(graph, (constant) =>
    constant.data.kind === "external"
      ? { ...constant, data: { ...constant.data, location: to(constant.data.location) } }
      : constant,
  );
}

/**
 * Refuses data files that are links to somewhere else: a downloaded model must not be able to read any file. Beside the
 * model, or beside what the model is a link to (as in model hubs' caches), is where they may lie.
 */
async function refuseLinksOutside(model: string, dataFiles: readonly string[]): Promise<void> {
  const { files } = platform;
  const folders = [await files.realPath(files.dirname(model)), files.dirname(await files.realPath(model))];
  for (const file of dataFiles) {
    const real = await files.realPath(file);
    if (folders.some((folder) => isInside(files.relative(folder, real)))) continue;
    throw new CfalignError(
      "input",
      `${model}: external data "${file}" is a link to "${real}": only files inside the model's folder are read`,
      { where: model },
    );
  }
}

function isInside(relative: string): boolean {
  return !/^(\.\.([\\/]|$)|[\\/]|[a-z]:|[a-z]+:\/\/)/i.test(relative);
}
