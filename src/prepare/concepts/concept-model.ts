import { platform } from "#platform";
import { writeWholeModel } from "../../engine/model-bytes.ts";
import { enterManifest } from "../../models/edit-workspace.ts";
import type { ClassifierManifest } from "../../models/manifest.ts";
import { bare, chain } from "../../models/model-file.ts";
import type { Workspace } from "../../models/workspace.ts";
import { floatConstant, GraphBuilder, int } from "../../onnx/build.ts";
import type { Graph } from "../../onnx/graph.ts";
import { renameValues } from "../../onnx/rename.ts";
import type { LogisticFit } from "../../statistics/logistic.ts";
import type { FeatureSource } from "./features.ts";

const latentValue = "latent";
const logitsValue = "logits";

/** Linear readings of a model's inner value, and where they go. */
interface ConceptFiles {
  /** Folder for `model.onnx` and `model.json`. */
  readonly out: string;
  readonly name: string;
  readonly concepts: readonly { readonly target: string; readonly fit: LogisticFit }[];
  /** Those of them that a model of texts named, and nobody has checked. */
  readonly unchecked?: readonly string[];
}

/**
 * Writes linear readings of an inner value as one classifier: the model up to there, one Gemm, a sigmoid by the manifest.
 * Returns the path of the new manifest.
 */
async function writeConcepts(
  source: FeatureSource,
  { out, name, concepts, unchecked = [] }: ConceptFiles,
): Promise<string> {
  const { files } = platform;
  const model = chain(source.model, bare(reading(concepts.map(({ fit }) => fit))), { [latentValue]: source.output });
  const graph = renameValues(model.graph, (value) => (value === source.input ? "image" : value));
  const file = files.join(out, "model.onnx");
  await files.makeDirectory(out);
  await writeWholeModel({ ...model, graph }, file);
  const { name: _, ...spec } = source.spec;
  const written: ClassifierManifest = {
    kind: "classifier",
    name,
    file: "model.onnx",
    sha256: await platform.sha256(await files.read(file)),
    input: spec,
    output: { activation: "sigmoid" },
    targets: concepts.map(({ target }) => target),
    probeOf: source.of,
    ...(unchecked.length === 0 ? {} : { unchecked: [...unchecked] }),
  };
  const target = files.join(out, "model.json");
  await files.write(target, `${JSON.stringify(written, null, 2)}\n`);
  return target;
}

/**
 * Writes what was read, if anything was, of a source that is opened only then, into `out` or `models/<name>` beside the workspace file, and enters it there if that is wanted. Returns
 * the manifest, null without readings, and the workspace file where it was entered.
 */
export async function keepConcepts(
  { path }: Workspace,
  source: () => Promise<FeatureSource>,
  { out, name, concepts, unchecked, enter }: Omit<ConceptFiles, "out"> & KeepOptions,
): Promise<{ readonly manifest: string | null; readonly workspace: string | null }> {
  if (concepts.length === 0) return { manifest: null, workspace: null };
  const { files } = platform;
  const folder = out ?? files.join(files.dirname(path), "models", name);
  const manifest = await writeConcepts(await source(), {
    out: folder,
    name,
    concepts,
    ...(unchecked && { unchecked }),
  });
  if (enter) await enterManifest(path, manifest, "classifiers");
  return { manifest, workspace: enter ? path : null };
}

interface KeepOptions {
  readonly out: string | undefined;
  readonly enter: boolean;
}

/** From a latent [n, …] to logits [n, concepts]. */
function reading(fits: readonly LogisticFit[]): Graph {
  const builder = new GraphBuilder("reading/", [latentValue, logitsValue]);
  const size = fits[0]?.weights.length ?? 0;
  const flat = builder.add("Flatten", [latentValue], { axis: int(1) });
  const weights = fits.flatMap((fit) => [...fit.weights]);
  builder.nodes.push({
    name: "reading/gemm",
    op: "Gemm",
    domain: "",
    inputs: [
      flat,
      builder.constant(floatConstant(weights, [fits.length, size])),
      builder.constant(floatConstant(fits.map(({ intercept }) => intercept))),
    ],
    outputs: [logitsValue],
    attributes: { transB: int(1) },
  });
  return builder.graph(
    "reading",
    [{ name: latentValue, type: "float32", dims: undefined }],
    [{ name: logitsValue, type: "float32", dims: ["n", fits.length] }],
  );
}
