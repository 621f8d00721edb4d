import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { suggestion } from "../../base/nearest-names.ts";
import { row, sizeOf, type Tensor } from "../../base/tensor.ts";
import { compileGraph } from "../../engine/compile.ts";
import type { Model } from "../../engine/model.ts";
import { trace } from "../../engine/trace.ts";
import { autoencoderOf } from "../../models/edit-workspace.ts";
import { readJsonFile } from "../../models/json-file.ts";
import { classifierManifestSchema, type InputSpec } from "../../models/manifest.ts";
import { bare, chain, openModelFile, withBatch } from "../../models/model-file.ts";
import { modelHash } from "../../models/model-hash.ts";
import { imageValue, inputDims, preprocessing } from "../../models/preprocessing.ts";
import { filled, width } from "../../models/whole-calls.ts";
import { type Workspace, workspaceSchema } from "../../models/workspace.ts";
import { GraphBuilder, int, ints } from "../../onnx/build.ts";
import { prune } from "../../onnx/prune.ts";

/** What a logistic regression reads. */
export interface FeatureSource {
  /** From a model's own `input` to `features` [n, size] or a value of that many numbers. */
  readonly model: Model;
  readonly input: string;
  readonly output: string;
  readonly spec: InputSpec;
  /** Hash of the model that is read. */
  readonly of: string;
}

/** Inner values of a model on images. */
export interface Features {
  readonly source: FeatureSource;
  readonly size: number;
  /** Images [1, c, h, w] at the autoencoder's size → rows of `size` numbers. */
  read(images: readonly Tensor[]): Promise<readonly Float32Array[]>;
  dispose(): Promise<void>;
}

/** More numbers have more weights than there are pictures. */
export const mostFeatures = 1024;

/** The latent of a workspace's autoencoder. */
export async function latentSource(workspace: Workspace): Promise<FeatureSource> {
  const { path, manifest } = await autoencoderOf(workspace.path);
  const { model, input, output } = await openModelFile(
    path,
    { ...manifest.encoder, input: manifest.input.name },
    prefix,
  );
  return { model, input, output, spec: manifest.input, of: workspace.autoencoder.hash };
}

const prefix = "reads/";
const pooledValue = "features";

/**
 * An inner value of a model: `model:value`, where the model is one of the workspace or the path of a classifier's manifest. A map of more
 * than 1024 numbers is averaged over its places. Errors: CfalignError("usage") for an unknown model or value, ("input")
 * for one that has more numbers even then.
 */
export async function openFeatures(workspace: Workspace, text: string): Promise<Features> {
  const { path, value } = await modelOf(workspace, text);
  const own = await autoencoderOf(workspace.path);
  const isOwn = path === own.path;
  const manifest = isOwn ? undefined : await readJsonFile(path, classifierManifestSchema);
  const spec = manifest?.input ?? own.manifest.input;
  const file = await openModelFile(
    path,
    manifest === undefined
      ? { ...own.manifest.encoder, input: spec.name }
      : { file: manifest.file, sha256: manifest.sha256, input: spec.name, output: manifest.output.name },
    prefix,
  );
  const { graph, weights } = file.model;
  const named = prefix + value;
  const known = graph.nodes.flatMap(({ outputs }) => outputs.filter((name) => name !== ""));
  if (!known.includes(named)) {
    const names = known.map((name) => name.slice(prefix.length));
    throw new CfalignError(
      "usage",
      (option) => `${option("features")}: ${file.path} has no value "${value}"${suggestion(value, names.toReversed())}`,
      { option: "features" },
    );
  }
  const cut = prune(graph, [named]);
  const { facts } = await trace({ graph: cut, weights }, { [file.input]: [1, ...inputDims(spec)] });
  const dims = facts.shape(named);
  const size = sizeOf(dims);
  const isMap = dims.length > 2 && size > mostFeatures;
  const count = isMap ? (dims[dims.length === 3 ? 2 : 1] as number) : size;
  if (count > mostFeatures) {
    throw new CfalignError(
      "input",
      `${path}: value "${value}": expected at most ${mostFeatures} numbers, got ${dims.slice(1).join(" × ")}`,
      { where: path },
    );
  }
  const output = { name: named, type: "float32", dims: ["n", ...dims.slice(1)] } as const;
  const model = chain({ graph: { ...cut, outputs: [output] }, weights }, bare(flattening(dims, isMap)), {
    value: named,
  });
  const source: FeatureSource = {
    model,
    input: file.input,
    output: pooledValue,
    spec,
    of: manifest === undefined ? workspace.autoencoder.hash : await modelHash(manifest, file.hashes),
  };
  const { image } = workspace.autoencoder;
  const pixels = `${prefix}pixels`;
  const whole = chain(bare(preprocessing(spec, image, pixels)), model, { [file.input]: pixels });
  const batch = graph.inputs.find(({ name }) => name === file.input)?.dims?.[0];
  const runner = await compileGraph(
    { ...whole, graph: withBatch(whole.graph, typeof batch === "number" ? batch : undefined) },
    workspace.compile,
  );
  return {
    source,
    size: count,
    async read(images) {
      const rows: Float32Array[] = [];
      for (let from = 0; from < images.length; from += width) {
        const some = images.slice(from, from + width);
        const { [pooledValue]: values } = await runner.run({ [imageValue]: filled(some) }, [pooledValue]);
        some.forEach((_, i) => {
          rows.push(row(values as Tensor, i).data.slice());
        });
      }
      return rows;
    },
    dispose: () => runner.dispose(),
  };
}

/** A value [n, …] as [n, size]; a map as the mean over its places: the last axes, or the middle one of three, as transformers have it. */
function flattening(dims: readonly number[], isMap: boolean): ReturnType<GraphBuilder["graph"]> {
  const builder = new GraphBuilder("flat/", ["value", pooledValue]);
  const places = dims.length === 3 ? [1] : dims.slice(2).map((_, axis) => axis + 2);
  const flat = isMap ? builder.add("ReduceMean", ["value"], { axes: ints(places), keepdims: int(0) }) : "value";
  builder.nodes.push({
    name: "flat/flatten",
    op: "Flatten",
    domain: "",
    inputs: [flat],
    outputs: [pooledValue],
    attributes: { axis: int(1) },
  });
  return builder.graph(
    "flat",
    [{ name: "value", type: "float32", dims: ["n", ...dims.slice(1)] }],
    [{ name: pooledValue, type: "float32", dims: undefined }],
  );
}

/** The manifest and the value that `model:value` means. */
async function modelOf(workspace: Workspace, text: string): Promise<{ readonly path: string; readonly value: string }> {
  const { files } = platform;
  const contents = await readJsonFile(workspace.path, workspaceSchema);
  const paths = [...contents.classifiers, ...contents.judges].map((path) =>
    files.join(files.dirname(workspace.path), path),
  );
  const own = await autoencoderOf(workspace.path);
  const models = new Map([[own.manifest.name, own.path]]);
  for (const path of paths) models.set((await readJsonFile(path, classifierManifestSchema)).name, path);
  // Names of values may hold colons.
  for (const [name, path] of models) {
    if (text.startsWith(`${name}:`)) return { path, value: text.slice(name.length + 1) };
  }
  const [, path, value] = /^(.*\.json):(.+)$/.exec(text) ?? [];
  if (path !== undefined && value !== undefined) return { path, value };
  throw new CfalignError(
    "usage",
    (option) =>
      `${option("features")}: expected model:value, where the model is a path of a model.json or one of ${[...models.keys()].join(", ")}, got "${text}"`,
    { option: "features" },
  );
}
