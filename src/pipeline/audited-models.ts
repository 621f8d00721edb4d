import { z } from "zod";
import { platform } from "#platform";
import { readJsonFile } from "../models/json-file.ts";
import { autoencoderManifestSchema } from "../models/manifest.ts";
import { workspaceFile } from "../models/workspace.ts";
import { nameOf } from "../prepare/importing/import-classifier.ts";
import { importModel } from "../prepare/importing/import-model.ts";
import { type InitializedWorkspace, type InitOptions, initWorkspace } from "../prepare/importing/init-workspace.ts";

/** What is audited, as it was given. */
export type GivenModels = Pick<InitOptions, "classifiers" | "images" | "size" | "importing"> & {
  readonly autoencoder?: string | undefined;
};

/** Files of a manifest of either kind. */
const filesSchema = z.object({
  file: z.string().optional(),
  encoder: z.object({ file: z.string() }).optional(),
});

/**
 * Describes models and writes the workspace file, all below `out`: nothing is written into folders of models. What was described there
 * is kept as it is, also where it was corrected by hand. least: a side that pictures have at least, where there is no autoencoder.
 */
export async function auditedModels(out: string, given: GivenModels, least: number): Promise<InitializedWorkspace> {
  const { files } = platform;
  const { classifiers, autoencoder, images, size, importing = importModel } = given;
  const placed = new Map<string, string>();
  const placeOf = async (source: string): Promise<string> => {
    const there = await placeFor(out, source, new Set(placed.values()));
    placed.set(source, there);
    await files.makeDirectory(files.dirname(there));
    return (await files.exists(there)) ? there : source;
  };
  const sources: string[] = [];
  for (const source of classifiers) sources.push(await placeOf(source));
  const options: InitOptions = {
    classifiers: sources,
    images,
    ...(autoencoder === undefined ? {} : { autoencoder: await placeOf(autoencoder) }),
    path: files.join(out, workspaceFile),
    overwrite: true,
    ...(size === undefined ? {} : { size }),
    importing: (source, options) => importing(source, { ...options, out: placed.get(source) as string }),
  };
  const made = await initWorkspace(options);
  if (autoencoder !== undefined || size !== undefined) return made;
  const { input } = await readJsonFile(made.models[0]?.manifest as string, autoencoderManifestSchema);
  return input.width >= least ? made : initWorkspace({ ...options, size: { width: least, height: least } });
}

/** Where the manifest of a model goes: below `out`, by the name of its folder, unless another model is there. */
async function placeFor(out: string, source: string, taken: ReadonlySet<string>): Promise<string> {
  const { files } = platform;
  const folder = (await files.isDirectory(source)) ? source : files.dirname(source);
  const name = nameOf(files.basename(files.resolve(folder)));
  const above = await files.realPath(folder);
  for (let number = 1; ; number++) {
    const path = files.join(out, "models", number === 1 ? name : `${name}-${number}`, "model.json");
    if (taken.has(path)) continue;
    if (!(await files.exists(path)) || (await isOf(path, above))) return path;
  }
}

/** Whether a manifest is of a file in a folder. */
async function isOf(manifest: string, folder: string): Promise<boolean> {
  const { files } = platform;
  const { file, encoder } = await readJsonFile(manifest, filesSchema);
  const own = file ?? encoder?.file;
  if (own === undefined) return false;
  const path = await files.realPath(files.join(files.dirname(manifest), own));
  return path.startsWith(files.join(folder, "/"));
}
