import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
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
  const location = typeof source === "string" ? await files.realPath(source) : `${await platform.sha256(source)}.onnx`;
  const name = typeof source === "string" ? source : "model";
  const file = readModel(bytes, { location, name });
  validate(file.graph, name);
  const normal = await named(name, () => normalize(file));
  const beside = [...locationsOf(normal)].filter((place) => place !== location);
  if (typeof source !== "string" && beside.length > 0) {
    throw new CfalignError(
      "usage",
      `the model's weights are in "${beside[0]}": give the path of the model instead of its bytes`,
    );
  }
  const places = typeof source === "string" ? await dataFiles(source, beside) : new Map<string, string>();
  const graph = locateWeights(normal, (place) => places.get(place) ?? place);
  const externalFiles = [...new Set(places.values())].sort();
  const weights = new Map<string, Uint8Array>();
  if (typeof source !== "string") weights.set(location, bytes);
  // A browser has no folder that onnxruntime could look into.
  if (platform.name === "web") {
    weights.set(location, bytes);
    for (const path of externalFiles) weights.set(path, await files.read(path));
  }
  // Large files take a while to hash, and who only runs a model does not ask.
  const sha256 = async () => platform.sha256(typeof source === "string" ? await files.read(source) : source);
  return { graph, weights, sha256, externalFiles, opset: file.opset, producer: file.producer, metadata: file.metadata };
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
 * Where data files are, links followed: onnxruntime follows none that leads out of its folder. Refuses links to somewhere
 * else, as a downloaded model must not be able to read any file. Beside the model, or beside what the model is a link to
 * (as in model hubs' caches), is where they may lie.
 */
async function dataFiles(model: string, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { files } = platform;
  const places = new Map<string, string>();
  const folder = files.dirname(files.resolve(model));
  const folders = [await files.realPath(folder), files.dirname(await files.realPath(model))];
  for (const name of names) {
    const path = files.join(folder, name);
    const real = await files.realPath(path);
    if (!folders.some((allowed) => isInside(files.relative(allowed, real)))) {
      throw new CfalignError(
        "input",
        `${files.resolve(model)}: external data "${path}" is a link to "${real}": only files inside the model's folder are read`,
        { where: model },
      );
    }
    places.set(name, real);
  }
  return places;
}

function isInside(relative: string): boolean {
  return !/^(\.\.([\\/]|$)|[\\/]|[a-z]:|[a-z]+:\/\/)/i.test(relative);
}
