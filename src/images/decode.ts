import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { decodedImage } from "../models/read-image.ts";
import type { Autoencoder } from "../models/types.ts";
import { imageKind } from "./image-kind.ts";

/** Why a file of the folder is not used. */
export type DropReason = "empty" | "too-large" | "not-an-image" | "corrupt" | "unreadable" | "duplicate";

export type Decoded =
  | { readonly pixels: Tensor; readonly width: number; readonly height: number }
  | { readonly dropReason: DropReason };

/** Decodes a file to the autoencoder's size and channels, with its own size beside it; what cannot be used is told, not thrown. */
export async function decodeForRun(bytes: Uint8Array, size: Autoencoder["image"]): Promise<Decoded> {
  if (bytes.byteLength === 0) return { dropReason: "empty" };
  if (imageKind(bytes) === undefined) return { dropReason: "not-an-image" };
  try {
    const image = await decodedImage(bytes);
    const [, , height, width] = image.dims as [number, number, number, number];
    return { pixels: await fitImage(image, size), width, height };
  } catch (error) {
    if (!(error instanceof CfalignError) || error.code !== "input") throw error;
    return { dropReason: /pixel limit/i.test(error.message) ? "too-large" : "corrupt" };
  }
}
