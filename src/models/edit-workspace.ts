import type { z } from "zod";
import { platform } from "#platform";
import { readJsonFile } from "./json-file.ts";
import { type AutoencoderManifest, autoencoderManifestSchema } from "./manifest.ts";
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

/** Names a manifest in a workspace file: as its autoencoder, or among its classifiers, once. All else in the file stays. */
export async function enterManifest(
  workspace: string,
  manifest: string,
  place: "autoencoder" | "classifiers",
): Promise<void> {
  const { files } = platform;
  const contents: z.input<typeof workspaceSchema> = await readJsonFile(workspace, workspaceSchema);
  const path = files.relative(files.dirname(workspace), manifest);
  const { judges = [], ...rest } = contents;
  const entered =
    place === "autoencoder"
      ? { autoencoder: path }
      : { classifiers: [...contents.classifiers.filter((other) => other !== path), path] };
  const whole = { ...rest, ...(judges.length === 0 ? {} : { judges }), ...entered };
  await files.write(workspace, `${JSON.stringify(whole, null, 2)}\n`);
}
