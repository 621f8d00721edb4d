import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { loadModel } from "../engine/load.ts";
import { type OpenClassifier, openClassifier } from "../models/classifier-model.ts";
import { readJsonFile } from "../models/json-file.ts";
import { type ClassifierManifest, classifierManifestSchema } from "../models/manifest.ts";
import type { Classifier, ClassifierModel } from "../models/types.ts";
import { type Workspace, workspaceSchema } from "../models/workspace.ts";
import { editFile, type FileChanges } from "../onnx/edit-file.ts";
import type { RepairMethod } from "./repair-schema.ts";

/** Key of `metadata_props` under which a file says what was done to it. */
export const rectifiedKey = "cfalign.rectified";

/** Where a file is, relative to the folder of the rectification. */
export interface RepairedFile {
  readonly file: string;
  readonly manifest: string;
}

/** What the folder and the model of a repaired target are called. */
export function repairedName(target: Classifier, method: RepairMethod): string {
  return `${target.name.replace(/[^A-Za-z0-9_.-]+/g, "_")}-${method}`;
}

/**
 * Writes the file of a model anew with some constants changed, and its manifest: same inputs, outputs and names. Errors:
 * CfalignError("input") for a model that the workspace file does not name.
 */
export async function writeRepaired(
  { workspace, out }: { readonly workspace: Workspace; readonly out: string },
  model: ClassifierModel,
  { name, changes }: { readonly name: string; readonly changes: FileChanges },
): Promise<RepairedFile> {
  const { files } = platform;
  const { path, manifest } = await manifestOf(workspace, model);
  const source = files.join(files.dirname(path), manifest.file);
  const folder = files.join(out, "rectified", name);
  const bytes = editFile(await files.read(source), changes);
  await files.makeDirectory(folder);
  // Weights beside the file go with it.
  const { externalFiles } = await loadModel(source);
  for (const external of externalFiles) {
    const within = files.relative(await files.realPath(files.dirname(source)), external);
    await files.makeDirectory(files.dirname(files.join(folder, within)));
    await files.write(files.join(folder, within), await files.read(external));
  }
  await files.write(files.join(folder, "model.onnx"), bytes);
  const written = { ...manifest, name, file: "model.onnx", sha256: await platform.sha256(bytes) };
  await files.write(files.join(folder, "model.json"), `${JSON.stringify(written, null, 2)}\n`);
  return { file: `rectified/${name}/model.onnx`, manifest: `rectified/${name}/model.json` };
}

/** A target's repaired file, opened. */
export interface OpenRepaired {
  readonly classifier: Classifier;
  dispose(): Promise<void>;
}

/** Opens what was written. target: index among the targets of the file. */
export async function openRepaired(
  { workspace, out }: { readonly workspace: Workspace; readonly out: string },
  manifest: string,
  target: number,
): Promise<OpenRepaired> {
  const path = platform.files.join(out, manifest);
  const contents = await readJsonFile(path, classifierManifestSchema);
  const { autoencoder, compile, placements } = workspace;
  const model: OpenClassifier = await openClassifier(path, contents, autoencoder.image, { ...compile, placements });
  const name = contents.name;
  return {
    classifier: { name, terms: [{ coefficient: 1, model, target, name }] },
    dispose: () => model.dispose(),
  };
}

async function manifestOf(
  workspace: Workspace,
  { name }: ClassifierModel,
): Promise<{ readonly path: string; readonly manifest: ClassifierManifest }> {
  const { files } = platform;
  const { classifiers, judges } = await readJsonFile(workspace.path, workspaceSchema);
  for (const relative of [...classifiers, ...judges]) {
    const path = files.join(files.dirname(workspace.path), relative);
    const manifest = await readJsonFile(path, classifierManifestSchema);
    if (manifest.name === name) return { path, manifest };
  }
  throw new CfalignError("input", `${workspace.path}: expected the classifier ${name}, whose file is to be rectified`, {
    where: workspace.path,
  });
}
