import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { suggestion } from "../base/nearest-names.ts";
import type { CompileOptions } from "../engine/compile.ts";
import { type DeviceOptions, placeModels } from "../engine/place-models.ts";
import type { Placements } from "../engine/placement.ts";
import { frameOf, openAutoencoder } from "./autoencoder.ts";
import { type OpenClassifier, openClassifier } from "./classifier-model.ts";
import { readJsonFile } from "./json-file.ts";
import { autoencoderManifestSchema, classifierManifestSchema } from "./manifest.ts";
import { createNames } from "./names.ts";
import type { Autoencoder, Classifier, ClassifierModel, ImageFrame, PictureMemory } from "./types.ts";

/** What is audited: an autoencoder, classifiers, judges, and a folder of images. Disposing it ends every session. */
export interface Workspace extends AsyncDisposable {
  /** Path of the workspace file. */
  readonly path: string;
  readonly autoencoder: Autoencoder;
  /** Classifier files, in workspace order. */
  readonly models: readonly ClassifierModel[];
  /** Judge files, in workspace order. */
  readonly judgeModels: readonly ClassifierModel[];
  /** The classifier that an expression means, such as `smiling + 0.3*arched_eyebrows`. A judge is meant only where no classifier has the name. */
  classifier(expression: string): Classifier;
  /** The classifiers of a comma-separated list; every target of every classifier file for `all` or nothing. */
  classifiers(list?: string): readonly Classifier[];
  /** Every target of every judge. */
  readonly judges: readonly Classifier[];
  /** Folder of images, when the workspace names one. */
  readonly images?: string;
  /** How its sessions were compiled: batch and threads are part of a run's identity. */
  readonly compile: CompileOptions;
  /** What its models run on, and ran on so far. */
  readonly placements: Placements;
  /** Releases every model. */
  dispose(): Promise<void>;
}

/** How a workspace's models are compiled, and what they run on. */
export interface WorkspaceOptions extends Omit<CompileOptions, "placement">, DeviceOptions {
  /** Shared by workspaces that are opened one after the other on the same pictures; nothing is kept without. */
  readonly pictures?: PictureMemory | undefined;
}

/** What a workspace file holds; paths are relative to it. */
export const workspaceSchema = z.strictObject({
  autoencoder: z.string().min(1),
  classifiers: z.array(z.string().min(1)).min(1),
  judges: z.array(z.string().min(1)).default([]),
  images: z.string().min(1).optional(),
});

/** Name of a workspace file. */
export const workspaceFile = "cfalign.json";
/** Folders below `zoo/` of the package that are workspaces. */
export const builtInWorkspaces: readonly string[] = ["cartoon-faces"];

/**
 * Opens a workspace: the path of a `cfalign.json` or of its folder, or the name of a built-in one (`cartoon-faces`);
 * `./cfalign.json` when absent. Errors: CfalignError("usage") where there is none, ("input") where its files do not hold.
 */
export async function openWorkspace(
  pathOrName: string = workspaceFile,
  { device, onFallback, pictures, ...compile }: WorkspaceOptions = {},
): Promise<Workspace> {
  const path = await locateWorkspace(pathOrName);
  const folder = platform.files.dirname(path);
  const contents = await readJsonFile(path, workspaceSchema);
  const inFolder = (file: string): string => platform.files.join(folder, file);
  const placements = await placeModels({ device, onFallback });
  const options = { ...compile, placements };

  const opened: { dispose(): Promise<void> }[] = [];
  const dispose = async (): Promise<void> => {
    for (const model of opened.splice(0).reverse()) await model.dispose();
  };
  const openAll = async (files: readonly string[], size: ImageFrame): Promise<OpenClassifier[]> => {
    // Side by side: a browser fetches several at a time.
    const opening = files.map(async (file) => {
      const manifest = inFolder(file);
      return openClassifier(manifest, await readJsonFile(manifest, classifierManifestSchema), size, options);
    });
    const settled = await Promise.allSettled(opening);
    opened.push(...settled.flatMap((one) => (one.status === "fulfilled" ? one.value : [])));
    return settled.map((one) => {
      if (one.status === "rejected") throw one.reason;
      return one.value;
    });
  };
  try {
    const manifest = inFolder(contents.autoencoder);
    const described = await readJsonFile(manifest, autoencoderManifestSchema);
    const size = frameOf(described);
    // Side by side: what comes first is needed by none of the others, and a browser waits for WebAssembly meanwhile.
    const first = openAutoencoder(manifest, described, options).then((autoencoder) => {
      opened.push(autoencoder);
      return { ...autoencoder, pictures };
    });
    const all = [first, openAll(contents.classifiers, size), openAll(contents.judges, size)] as const;
    await Promise.allSettled(all);
    const [autoencoder, models, judgeModels] = await Promise.all(all);
    requireDistinctNames(path, [...models, ...judgeModels]);
    requireWitnesses(path, judgeModels, [autoencoder, ...models]);
    return {
      path,
      autoencoder,
      models,
      judgeModels,
      ...namedBy(models, judgeModels),
      compile,
      placements,
      ...(contents.images === undefined ? {} : { images: inFolder(contents.images) }),
      dispose,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * A workspace with one more classifier, after those that it has; who disposes it disposes both. manifest: its path.
 * Errors: CfalignError("input") for a manifest that does not hold, or a name that is taken.
 */
export async function withClassifier(workspace: Workspace, manifest: string): Promise<Workspace> {
  const { autoencoder, judgeModels, compile, placements } = workspace;
  const contents = await readJsonFile(manifest, classifierManifestSchema);
  const model = await openClassifier(manifest, contents, autoencoder.image, { ...compile, placements });
  const models = [...workspace.models, model];
  const dispose = async (): Promise<void> => {
    await model.dispose();
    await workspace.dispose();
  };
  try {
    requireDistinctNames(manifest, [...models, ...judgeModels]);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  const named = namedBy(models, judgeModels);
  return { ...workspace, models, ...named, dispose, [Symbol.asyncDispose]: dispose };
}

/** How classifiers of some models and judges are called. */
function namedBy(
  models: readonly ClassifierModel[],
  judgeModels: readonly ClassifierModel[],
): Pick<Workspace, "classifier" | "classifiers" | "judges"> {
  const names = createNames(models, judgeModels);
  return {
    classifier: names.classifier,
    classifiers: (list = "all") => (list === "all" ? names.targets(models) : names.list(list)),
    judges: names.targets(judgeModels),
  };
}

/** Path of the workspace file that a path or a name means. */
export async function locateWorkspace(pathOrName: string): Promise<string> {
  const { files } = platform;
  if (await files.isDirectory(pathOrName)) {
    const inside = files.join(pathOrName, workspaceFile);
    if (await files.exists(inside)) return inside;
  } else if (await files.exists(pathOrName)) {
    return pathOrName;
  }
  if (builtInWorkspaces.includes(pathOrName)) {
    return files.join(files.packageFolder(), "zoo", pathOrName, workspaceFile);
  }
  const looksLikePath = /[/\\]|\.json$/.test(pathOrName);
  throw new CfalignError(
    "usage",
    looksLikePath
      ? (named) =>
          `workspace: expected a file at "${pathOrName}", got nothing there: give ${named("workspace")} a path, or a built-in name such as "cartoon-faces"`
      : `unknown workspace "${pathOrName}": no file or folder of that name, and no built-in one${suggestion(pathOrName, builtInWorkspaces)}`,
    { where: pathOrName },
  );
}

/** A reading of the latent that counterfactuals move in agrees with itself, and one of what a classifier sees with that classifier. */
function requireWitnesses(
  path: string,
  judges: readonly ClassifierModel[],
  read: readonly Pick<ClassifierModel, "hash" | "name">[],
): void {
  for (const { name, probeOf } of judges) {
    const own = read.find(({ hash }) => probeOf === hash);
    if (own === undefined) continue;
    const what = own === read[0] ? "the latent" : "inner values";
    throw new CfalignError(
      "input",
      `${path}: judges: expected classifiers that do not read ${what} of ${own.name}, got "${name}", which does: name it under classifiers`,
      { where: path },
    );
  }
}

function requireDistinctNames(path: string, models: readonly ClassifierModel[]): void {
  const seen = new Set<string>();
  for (const { name } of models) {
    if (seen.has(name)) {
      throw new CfalignError("input", `${path}: classifiers: expected distinct model names, got "${name}" twice`, {
        where: path,
      });
    }
    seen.add(name);
  }
}
