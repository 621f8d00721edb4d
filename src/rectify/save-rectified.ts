import { platform } from "#platform";
import { exportClassifier } from "../models/composed-export.ts";
import { conceptOf } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";
import { rectifiedKey } from "./repair-file.ts";
import type { TargetContext } from "./target-context.ts";

/** Saves the rectified classifier below the run; paths come back relative to it. */
export async function saveRectified(
  target: Classifier,
  rectified: Classifier,
  threshold: number,
  { out, autoencoder }: Pick<TargetContext, "out" | "autoencoder">,
): Promise<{ file: string; manifest: string }> {
  const { files } = platform;
  const name = `${target.name.replace(/[^A-Za-z0-9_.-]+/g, "_")}-rectified`;
  const folder = files.join("rectified", name);
  await exportClassifier(rectified, {
    out: files.join(out, folder),
    name,
    target: conceptOf(target),
    image: autoencoder.image,
    threshold,
    metadata: { [rectifiedKey]: `sum: ${rectified.name}` },
  });
  return { file: `rectified/${name}/model.onnx`, manifest: `rectified/${name}/model.json` };
}
