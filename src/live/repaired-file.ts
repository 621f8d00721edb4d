import { zipSync } from "fflate";
import { platform } from "#platform";
import { exportClassifier } from "../models/composed-export.ts";
import { conceptOf } from "../models/concept.ts";
import type { Classifier, ImageFrame } from "../models/types.ts";
import { composed } from "../rectify/compose.ts";
import { rectifiedKey } from "../rectify/repair-file.ts";

/** A repair: f − amount·g, which says yes from a threshold on. */
export interface Repair {
  readonly target: Classifier;
  readonly taken: Classifier;
  readonly amount: number;
  readonly threshold: number;
  /** Pictures that the file takes: the autoencoder's. */
  readonly image: ImageFrame;
}

/** The sum as one ONNX file with its manifest, in one ZIP file, as `rectify` writes them. */
export async function repairedFile({ target, taken, amount, threshold, image }: Repair): Promise<Uint8Array> {
  const { files } = platform;
  const sum = composed(target, [taken], [-amount]);
  const folder = await files.temporaryFolder(new Map());
  try {
    const name = `${target.name.replace(/[^A-Za-z0-9_.-]+/g, "_")}-rectified`;
    const options = { out: folder.path, name, target: conceptOf(target), image, threshold };
    const { file, manifest } = await exportClassifier(sum, {
      ...options,
      metadata: { [rectifiedKey]: `sum: ${sum.name}` },
    });
    const contents = { "model.onnx": await files.read(file), "model.json": await files.read(manifest) };
    return zipSync(contents, { level: 0, mtime: new Date(1980, 0, 1) });
  } finally {
    await folder.release();
  }
}
