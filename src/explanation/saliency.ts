import { z } from "zod";
import { platform } from "#platform";
import { magnitudes } from "../attribution/map-similarity.ts";
import { npy } from "../attribution/npy.ts";
import { type SaliencyOptions, saliency } from "../attribution/saliency.ts";
import type { Tensor } from "../base/tensor.ts";
import { fitImage } from "../models/fit-image.ts";
import { imageSizeOf, modelsOf, outputsOf, read } from "../models/prediction.ts";
import { type SaliencyMethod, saliencyMethods } from "../options/run.ts";
import { overlayFigure, signedFigure } from "../pictures/saliency-figure.ts";
import { fullColour, overlay, signedMap } from "../pictures/saliency-map.ts";
import { toPixels } from "../platform/pixels.ts";
import { fileName } from "./write.ts";

/** One image's saliency map, with the image as the classifier saw it. */
export interface SaliencyExplanation {
  readonly image: string;
  readonly classifier: string;
  readonly method: SaliencyMethod;
  readonly prediction: number;
  /** [1, c, h, w] in [0, 1]. */
  readonly input: Tensor;
  /** [1, c, h, w], signed. */
  readonly map: Tensor;
  /** Σ map − (f(x) − f(baseline)); of integrated gradients only. */
  readonly completenessGap?: number;
}

/** Explains a classifier's prediction of one image by its pixels. pixels: [1, 1 | 3, h, w] in [0, 1], of any size. */
export async function explainBySaliency(
  pixels: Tensor,
  options: SaliencyOptions & { readonly name: string },
): Promise<SaliencyExplanation> {
  const { name, classifier, method } = options;
  const input = await fitImage(pixels, imageSizeOf(classifier));
  const { maps, completenessGaps } = await saliency(input, options);
  const outputs = await outputsOf(modelsOf([classifier]), input);
  const gap = completenessGaps?.[0];
  return {
    image: name,
    classifier: classifier.name,
    method,
    prediction: read(classifier, outputs(0)).prediction,
    input,
    map: maps,
    ...(gap === undefined ? {} : { completenessGap: gap }),
  };
}

/** A saliency map as JSON: no pictures and no values, which are in the `.npy` file. */
export const saliencySchema = z.strictObject({
  image: z.string(),
  classifier: z.string(),
  method: z.enum(saliencyMethods),
  prediction: z.number(),
  /** Of the map: [channels, height, width]. */
  shape: z.array(z.number().int()).readonly(),
  /** Sum over all values, and the largest without its sign. */
  sum: z.number(),
  largest: z.number(),
  /** Of integrated gradients only; null otherwise. */
  completenessGap: z.number().nullable(),
});
/** A saliency map as JSON. */
export type SaliencyJson = Readonly<z.infer<typeof saliencySchema>>;

/** What is written beside the pictures, and printed under --json. */
export function saliencyJson({ input: _, map, completenessGap, ...rest }: SaliencyExplanation): SaliencyJson {
  return {
    ...rest,
    shape: map.dims.slice(1),
    sum: map.data.reduce((sum, value) => sum + value, 0),
    largest: map.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    completenessGap: completenessGap ?? null,
  };
}

/**
 * Writes a saliency map into a folder: `<stem>.<classifier>.<method>.overlay.png` (magnitudes, mean over the channels),
 * `.signed.png` (sums over the channels), the map as `.npy` (float32, [c, h, w]) and what it is as `.json`. Returns the paths.
 */
export async function writeSaliency(found: SaliencyExplanation, folder: string, stem: string): Promise<string[]> {
  const { files } = platform;
  const { classifier, method, prediction, map } = found;
  const image = toPixels(found.input);
  const caption = { classifier, title: files.basename(found.image), method, prediction };
  const [size, signed] = [magnitudes(map), channelSums(map)];
  const [mostSize, mostSigned] = [fullColour(size), fullColour(signed)];
  const covered = overlay(image, size, mostSize);
  const coloured = signedMap(signed, image.width, mostSigned);
  const pictures: readonly (readonly [string, Uint8Array | string])[] = [
    ["overlay.png", await png(overlayFigure(image, covered, { ...caption, full: mostSize }))],
    ["signed.png", await png(signedFigure(image, coloured, { ...caption, full: mostSigned }))],
    ["npy", npy({ data: map.data, dims: map.dims.slice(1) })],
    ["json", `${JSON.stringify(saliencyJson(found), null, 2)}\n`],
  ];
  await files.makeDirectory(folder);
  const paths: string[] = [];
  for (const [ending, data] of pictures) {
    const path = files.join(folder, `${fileName(stem, classifier)}.${method}.${ending}`);
    await files.write(path, data);
    paths.push(path);
  }
  return paths;
}

/** Sum over the channels of every pixel of a map [1, c, h, w]: what the pixel does in all. */
function channelSums({ data, dims }: Tensor): Float64Array {
  const plane = data.length / (dims[1] ?? 1);
  const sums = new Float64Array(plane);
  for (let i = 0; i < data.length; i++) sums[i % plane] = (sums[i % plane] as number) + (data[i] as number);
  return sums;
}

async function png(picture: Promise<Parameters<typeof platform.encodeImage>[0]>): Promise<Uint8Array> {
  return platform.encodeImage(await picture, "png");
}
