import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { type Workspace, withClassifier } from "../models/workspace.ts";
import { importModel } from "../prepare/importing/import-model.ts";
import { takeGradientOnce } from "./gradient-once.ts";

/** A classifier that a reader brought along. */
export interface Joined {
  readonly model: ClassifierModel;
  /** The workspace with it; the other one still serves. */
  readonly workspace: Workspace;
  /** Fields of its manifest that nothing said, such as "input.range". */
  readonly guessed: readonly string[];
  /** Why it cannot be lowered, in a sentence; undefined where it can. */
  readonly notLowered: string | undefined;
}

/**
 * Opens a classifier from an ONNX file with its manifest, or with what its exporter wrote beside it. files: by path, those of one folder.
 * latent: [1, ...latentDims], where its gradient is tried. Errors: CfalignError for what is no classifier, by the names of the files.
 */
export async function joined(files: ReadonlyMap<string, Blob>, workspace: Workspace, latent: Tensor): Promise<Joined> {
  const folder = await platform.files.temporaryFolder(files);
  try {
    const { manifest, guessed } = await manifestIn(folder.path);
    const wider = await withClassifier(workspace, manifest);
    const model = wider.models.at(-1) as ClassifierModel;
    const dispose = async (): Promise<void> => {
      await wider.dispose();
      await folder.release();
    };
    const lasting = { ...wider, dispose, [Symbol.asyncDispose]: dispose };
    return {
      model,
      workspace: lasting,
      guessed,
      notLowered: await whyNotLowered(model, workspace.autoencoder, latent),
    };
  } catch (error) {
    await folder.release();
    if (!(error instanceof CfalignError)) throw error;
    // Where a reader's files are held is no news to the reader.
    throw new CfalignError(error.code, error.message.replaceAll(`${folder.path}/`, ""), { cause: error });
  }
}

/** The manifest of a folder: that of a classifier which is there, else one written from what is. */
async function manifestIn(folder: string): Promise<{ readonly manifest: string; readonly guessed: readonly string[] }> {
  const { files } = platform;
  const names = await files.list(folder);
  for (const name of names.filter((name) => name.endsWith(".json"))) {
    const path = files.join(folder, name);
    if (await isManifest(path)) return { manifest: path, guessed: [] };
  }
  const models = names.filter((name) => name.endsWith(".onnx"));
  if (models.length === 0) {
    throw new CfalignError("input", `expected an ONNX file, got ${names.map((name) => `"${name}"`).join(", ")}`);
  }
  const own = files.dirname(files.join(folder, models[0] as string));
  const source = files.basename(own) === "onnx" ? files.dirname(own) : own;
  const { kind, manifest, fields } = await importModel(source);
  if (kind !== "classifier") throw new CfalignError("input", `expected a classifier, got an autoencoder`);
  return { manifest, guessed: fields.filter(({ guessed }) => guessed).map(({ field }) => field) };
}

/** Whether a JSON file says that it describes a classifier. */
async function isManifest(path: string): Promise<boolean> {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(await platform.files.read(path)));
    return (json as { readonly kind?: unknown } | null)?.kind === "classifier";
  } catch {
    // Of what is no JSON, the reader of it tells.
    return false;
  }
}

/** Takes the gradient once: what stands in the way is said at once. */
async function whyNotLowered(
  model: ClassifierModel,
  autoencoder: Autoencoder,
  latent: Tensor,
): Promise<string | undefined> {
  try {
    await takeGradientOnce(model, { autoencoder, latent });
    return undefined;
  } catch (error) {
    if (error instanceof CfalignError) return error.message;
    throw error;
  }
}
