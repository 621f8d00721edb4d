import { platform } from "#platform";
import { type Correlation, drawWorld, readImage, type Tensor } from "../src/index.ts";
import { createRandom } from "../src/random.ts";

/** Pictures of an audit. */
export interface AuditImages {
  /** Folder of the picture files. */
  readonly folder: string;
  /** [n, 3, h, w] in [0, 1], in the order of the files' names. */
  readonly images: Tensor;
  /** Their names, as a run calls them. */
  readonly names: readonly string[];
}

export interface AuditImageOptions {
  readonly count: number;
  readonly seed: number;
  readonly correlate: readonly Correlation[];
  readonly tint: readonly [number, number, number];
  /** Made when absent. */
  readonly out: string;
}

/** Draws faces and tints a random half of them, so that the tint is one feature more, independent of the others. */
export async function auditImages({ count, seed, correlate, tint, out }: AuditImageOptions): Promise<AuditImages> {
  const { files } = platform;
  const folder = files.join(out, "faces");
  if (!(await files.isDirectory(folder))) {
    const aside = files.join(out, "faces.part");
    await drawWorld({ count, seed, correlate, out: aside });
    const random = createRandom(`${seed}/tint`);
    for (const name of (await files.list(aside)).filter(isPicture)) {
      if (random.uniform() < 0.5) continue;
      const path = files.join(aside, name);
      const picture = await platform.decodeImage(await files.read(path));
      const data = picture.data.map((value, i) => Math.round(Math.min(255, value * (tint[i % 3] as number))));
      await files.write(path, await platform.encodeImage({ ...picture, data }, "png"));
    }
    await files.rename(aside, folder);
  }
  const names = (await files.list(folder)).filter(isPicture);
  return { folder, names, images: await readImages(names.map((name) => files.join(folder, name))) };
}

function isPicture(name: string): boolean {
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

/** Images with the tint on, rounded as a picture file would hold them. */
export function tinted(images: Tensor, tint: readonly [number, number, number]): Tensor {
  const [, channels = 3, height = 1, width = 1] = images.dims;
  const area = height * width;
  const data = images.data.map((value, i) => {
    const factor = tint[Math.floor(i / area) % channels] as number;
    return Math.round(Math.min(255, 255 * value * factor)) / 255;
  });
  return { data, dims: images.dims };
}
