import { z } from "zod";
import { platform } from "#platform";
import { sizeOf } from "../base/tensor.ts";
import { autoencoderOf, enterManifest } from "../models/edit-workspace.ts";
import type { Workspace } from "../models/workspace.ts";
import { flatten } from "../prepare/flatten/flatten.ts";
import type { Records } from "./records.ts";

/** What counterfactuals move in. */
export const basisSchema = z.object({
  manifest: z.string(),
  files: z.array(z.string()),
  /** Side of the pictures that it is at. */
  side: z.number().int(),
  /** Pictures that it is of, and numbers of a code. */
  images: z.number().int(),
  components: z.number().int(),
  /** Share of the variance of held-out pictures that it keeps. */
  varianceKept: z.number(),
});
export type Basis = z.infer<typeof basisSchema>;

/** What a stage tells, and by what it is ended. */
export interface Running {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Numbers of a latent beyond which it is no basis that a probe can read. */
const mostFlat = 1024;

/** A stage's result, and whether it was there. */
export interface Made<T> {
  readonly made: T;
  readonly reused: boolean;
}

/**
 * The whitened basis of the pictures in front of the workspace's autoencoder, or of pixels, in the workspace file. An autoencoder with a flat latent
 * stays as it is: undefined. By the variance alone, so that no classifier has to run and another one finds the same basis.
 */
export async function basisStage(
  images: string,
  {
    workspace,
    pictures,
    records,
  }: { readonly workspace: Workspace; readonly pictures: string; readonly records: Records },
  { signal, progress }: Running,
): Promise<Made<Basis | undefined>> {
  const { autoencoder } = workspace;
  const { latentDims } = autoencoder;
  if (latentDims.length === 1 && sizeOf(latentDims) <= mostFlat) return { made: undefined, reused: true };
  const from = { pictures, autoencoder: autoencoder.hash };
  const before = await records.find("basis", from, basisSchema);
  if (before !== undefined) {
    await enterManifest(workspace.path, before.manifest, "autoencoder");
    return { made: before, reused: true };
  }
  const { files } = platform;
  const { manifest: own } = await autoencoderOf(workspace.path);
  const out = files.join(files.dirname(workspace.path), "models", `${own.name}-flat-${pictures.slice(0, 8)}`);
  const {
    manifest,
    components,
    images: count,
    chosen,
  } = await flatten(images, {
    ...{ workspace, out, decisions: false, signal, progress },
  });
  const made: Basis = {
    manifest,
    files: [manifest, ...["encoder.onnx", "decoder.onnx"].map((file) => files.join(out, file))],
    side: autoencoder.image.width,
    images: count,
    components,
    varianceKept: chosen.varianceKept,
  };
  await records.keep("basis", from, made);
  return { made, reused: false };
}
