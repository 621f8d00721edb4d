import { platform } from "#platform";
import { readImage, type Tensor } from "../src/index.ts";

/** Pictures of an audit. */
export interface AuditImages {
  /** Folder of the picture files. */
  readonly folder: string;
  /** [n, 3, h, w] in [0, 1], in the order of the files' names. */
  readonly images: Tensor;
  /** Their names, as a run calls them. */
  readonly names: readonly string[];
}

/** The pictures of a folder. */
export async function readAuditImages(folder: string): Promise<AuditImages> {
  const { files } = platform;
  const names = (await files.list(folder)).filter(isPicture);
  return { folder, names, images: await readImages(names.map((name) => files.join(folder, name))) };
}

export function isPicture(name: string): boolean {
  return name.endsWith(".png");
}
/** Pictures of one size as a tensor. */
export async function readImages(paths: readonly string[]): Promise<Tensor> {
  const images = await Promise.all(paths.map((path) => readImage(path)));
  const [, ...dims] = images[0]?.dims ?? [];
  const size = images[0]?.data.length ?? 0;
  const data = new Float32Array(images.length * size);
  for (const [i, image] of images.entries()) data.set(image.data, i * size);
  return { data, dims: [images.length, ...dims] };
}
