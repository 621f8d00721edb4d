import type { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { readJsonFile } from "./json-file.ts";
import { type AutoencoderManifest, autoencoderManifestSchema, classifierManifestSchema } from "./manifest.ts";
import { workspaceSchema } from "./workspace.ts";

/** The manifest of the autoencoder that a workspace file names, and its path. */
export async function autoencoderOf(
  workspace: string,
): Promise<{ readonly path: string; readonly manifest: AutoencoderManifest }> {
  const { files } = platform;
  const { autoencoder } = await readJsonFile(workspace, workspaceSchema);
  const path = files.join(files.dirname(workspace), autoencoder);
  return { path, manifest: await readJsonFile(path, autoencoderManifestSchema) };
}

/** Where the classifiers of a workspace file are described, by their names. */
export async function classifierManifests(workspace: string): Promise<ReadonlyMap<string, string>> {
  const { files } = platform;
  const { classifiers } = await readJsonFile(workspace, workspaceSchema);
  const paths = classifiers.map((path) => files.join(files.dirname(workspace), path));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [(await readJsonFile(path, classifierManifestSchema)).name, path] as const),
    ),
  );
}

/** Errors: CfalignError("usage") where another model of a workspace has a name already. manifest: the one that may have it. */
export async function requireFreeName(workspace: string, name: string, manifest: string): Promise<void> {
  const { files } = platform;
  const { classifiers, judges } = await readJsonFile(workspace, workspaceSchema);
  for (const path of [...classifiers, ...judges].map((path) => files.join(files.dirname(workspace), path))) {
    if (files.resolve(path) === files.resolve(manifest)) continue;
    const other = await readJsonFile(path, classifierManifestSchema);
    if (other.name !== name) continue;
    throw new CfalignError(
      "usage",
      (option) => `${option("name")}: expected another than those of the workspace, got "${name}", which is ${path}`,
      { option: "name" },
    );
  }
}

/** Names a manifest in a workspace file: as its autoencoder, or among its classifiers or judges, once. All else in the file stays. */
export async function enterManifest(
  workspace: string,
  manifest: string,
  place: "autoencoder" | "classifiers" | "judges",
): Promise<void> {
  const { files } = platform;
  const contents: z.input<typeof workspaceSchema> = await readJsonFile(workspace, workspaceSchema);
  const path = files.relative(files.dirname(workspace), manifest);
  const { judges = [], ...rest } = contents;
  const once = (paths: readonly string[]) => [...paths.filter((other) => other !== path), path];
  const entered = {
    autoencoder: { autoencoder: path },
    classifiers: { classifiers: once(contents.classifiers) },
    judges: { judges: once(judges) },
  }[place];
  const whole = { ...rest, ...(judges.length === 0 ? {} : { judges }), ...entered };
  await files.write(workspace, `${JSON.stringify(whole, null, 2)}\n`);
}
