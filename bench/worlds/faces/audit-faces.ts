import { platform } from "#platform";
import { createRandom } from "../../../src/base/random.ts";
import { type Correlation, drawWorld, type Tensor } from "../../../src/index.ts";
import { type AuditImages, isPicture, readAuditImages } from "../../audit-images.ts";

export interface AuditFaceOptions {
  readonly count: number;
  readonly seed: number;
  readonly correlate: readonly Correlation[];
  readonly tint: readonly [number, number, number];
  /** Made when absent. */
  readonly out: string;
}

/** Draws faces and tints a random half of them, so that the tint is one feature more, independent of the others. */
export async function drawAuditFaces({ count, seed, correlate, tint, out }: AuditFaceOptions): Promise<AuditImages> {
  const { files } = platform;
  if (!(await files.isDirectory(out))) {
    const aside = `${out}.part`;
    await drawWorld({ count, seed, correlate, out: aside });
    const random = createRandom(`${seed}/tint`);
    for (const name of (await files.list(aside)).filter(isPicture)) {
      if (random.uniform() < 0.5) continue;
      const path = files.join(aside, name);
      const picture = await platform.decodeImage(await files.read(path));
      const data = picture.data.map((value, i) => Math.round(Math.min(255, value * (tint[i % 3] as number))));
      await files.write(path, await platform.encodeImage({ ...picture, data }, "png"));
    }
    await files.rename(aside, out);
  }
  return readAuditImages(out);
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
