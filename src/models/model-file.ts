import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { loadModel } from "../engine/load.ts";
import type { Model } from "../engine/model.ts";
import { connect } from "../onnx/connect.ts";
import type { DataType, Graph } from "../onnx/graph.ts";
import { prefixValues } from "../onnx/rename.ts";
import type { InputSpec } from "./manifest.ts";
import { inputDims } from "./preprocessing.ts";

/** An ONNX file of a manifest, its one input and one output found, its hash checked. */
export interface ModelFile {
  readonly path: string;
  readonly model: Model;
  readonly input: string;
  readonly output: string;
  /** SHA-256 of the file and of its external data, as hexadecimal digits in order. */
  readonly hashes: readonly string[];
}

export interface FileSpec {
  readonly file: string;
  readonly sha256?: string | undefined;
  readonly input?: string | undefined;
  readonly output?: string | undefined;
}

/**
 * Loads a file that a manifest names; value names get `prefix`, so that files can be connected.
 * Errors: CfalignError("input") for a missing file, another hash, or an unclear input or output.
 */
export async function openModelFile(manifest: string, spec: FileSpec, prefix: string): Promise<ModelFile> {
  const path = platform.files.join(platform.files.dirname(manifest), spec.file);
  if (!(await platform.files.exists(path))) {
    throw new CfalignError("input", `${manifest}: file: expected an ONNX file at ${path}, got nothing there`, {
      where: manifest,
    });
  }
  const loaded = await loadModel(path);
  const sha256 = await loaded.sha256();
  if (spec.sha256 !== undefined && spec.sha256 !== sha256) {
    throw new CfalignError(
      "input",
      `${manifest}: sha256: expected ${spec.sha256} for ${spec.file}, got ${sha256}: the file is not the one that was described`,
      { where: manifest },
    );
  }
  const { graph } = loaded;
  const free = graph.inputs.filter(({ name }) => !graph.initializers.has(name)).map(({ name }) => name);
  const input = pick(free, spec.input, `${manifest}: input.name`, spec.file);
  const output = pick(
    graph.outputs.map(({ name }) => name),
    spec.output,
    `${manifest}: output.name`,
    spec.file,
  );
  const others = await Promise.all(
    loaded.externalFiles.map(async (file) => platform.sha256(await platform.files.read(file))),
  );
  return {
    path,
    model: { graph: prefixValues(graph, prefix), weights: loaded.weights },
    input: prefix + input,
    output: prefix + output,
    hashes: [sha256, ...others],
  };
}

function pick(names: readonly string[], wanted: string | undefined, field: string, file: string): string {
  const [only] = names;
  const known = names.map((name) => `"${name}"`).join(", ");
  if (wanted === undefined) {
    if (names.length === 1 && only !== undefined) return only;
    throw new CfalignError("input", `${field}: expected the name of one of ${known} in ${file}, got nothing`);
  }
  if (names.includes(wanted)) return wanted;
  throw new CfalignError("input", `${field}: expected one of ${known} in ${file}, got "${wanted}"`);
}

/** Two models as one: outputs of the first feed inputs of the second. */
export function chain(first: Model, second: Model, wires: Readonly<Record<string, string>>): Model {
  return {
    graph: connect(first.graph, second.graph, wires),
    weights: new Map([...first.weights, ...second.weights]),
  };
}

/** A graph without weights of its own as a model. */
export function bare(graph: Graph): Model {
  return { graph, weights: new Map() };
}

/** The batch size a file was exported with; undefined when it is free. */
export function batchOf({ model, input }: ModelFile): number | undefined {
  const batch = model.graph.inputs.find(({ name }) => name === input)?.dims?.[0];
  return typeof batch === "number" ? batch : undefined;
}

/** The graph with a fixed batch at its inputs, which the engine then keeps to; unchanged without one. */
export function withBatch(graph: Graph, batch: number | undefined): Graph {
  if (batch === undefined) return graph;
  const inputs = graph.inputs.map((info) => ({
    ...info,
    dims: info.dims?.map((dim, axis) => (axis === 0 ? batch : dim)),
  }));
  return { ...graph, inputs };
}

/** Least and greatest of the whole numbers that pixels come as. */
const wholePixels: Partial<Record<DataType, readonly [number, number]>> = { uint8: [0, 255], int8: [-128, 127] };

/** Refuses other numbers for pixels than a file takes: what was made for whole numbers says nothing of fractions, and onnxruntime runs it. */
export function checkPixels(manifest: string, { model, input, path }: ModelFile, spec: InputSpec): void {
  const type = model.graph.inputs.find(({ name }) => name === input)?.type ?? "float32";
  const range = wholePixels[type];
  const is = spec.range.join(", ");
  if (range === undefined || (is === range.join(", ") && spec.mean === undefined && spec.std === undefined)) return;
  const got = spec.mean === undefined && spec.std === undefined ? `[${is}]` : `[${is}] with mean and std`;
  throw new CfalignError(
    "input",
    `${manifest}: input.range: expected [${range.join(", ")}] for the ${type} pixels of ${path}, got ${got}`,
    { where: manifest },
  );
}

/** Compares the sizes that a file states for its input with the manifest's. */
export function checkDims(manifest: string, { model, input, path }: ModelFile, spec: InputSpec): void {
  const dims = model.graph.inputs.find(({ name }) => name === input)?.dims;
  if (dims === undefined) return;
  const fits = (expected: readonly number[]): boolean =>
    dims.length === 4 && dims.slice(1).every((dim, i) => typeof dim !== "number" || dim === expected[i]);
  const got = inputDims(spec);
  if (fits(got)) return;
  const [layout, other, axes] =
    spec.layout === "nhwc"
      ? (["nhwc", "nchw", "height × width × channels"] as const)
      : (["nchw", "nhwc", "channels × height × width"] as const);
  const hint = fits(inputDims({ ...spec, layout: other })) ? `: give input.layout "${other}" for "${layout}"` : "";
  throw new CfalignError(
    "input",
    `${manifest}: input: expected ${axes} as ${path} states them ([${dims.map((dim) => dim ?? "?").join(", ")}]), got ${got.join(" × ")}${hint}`,
    { where: manifest },
  );
}
