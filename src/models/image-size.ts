import type { ImageSize } from "./preprocessing.ts";
import type { Classifier } from "./types.ts";

/** Size of the images that a classifier takes: the autoencoder's, which its graph begins with. */
export function imageSizeOf({ terms }: Classifier): ImageSize {
  const dims = terms[0]?.model.graph.graph.inputs[0]?.dims ?? [];
  const [, channels, height, width] = dims as readonly [unknown, 1 | 3, number, number];
  return { channels, height, width };
}
