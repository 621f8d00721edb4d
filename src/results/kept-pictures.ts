import { platform } from "#platform";
import type { KeptFrames } from "../alignment/kept-frames.ts";
import { row, type Tensor } from "../base/tensor.ts";
import { sideBySide } from "../platform/pixels.ts";
import type { Commit } from "./commit.ts";
import { type KeptCounterfactual, keptCounterfactual } from "./kept.ts";
import { parseJson } from "./parse-json.ts";

/** Longest side of a kept frame in pixels: enough for a report, and a sprite of 60 frames stays within WebP's 16383. */
const maxSide = 256;

const folder = "pictures";

/** Writes the frames of a counterfactual as a sprite and its description; returns what the commit says of it. */
export async function writeKept(run: string, kept: KeptFrames): Promise<Commit["pictures"][number]> {
  const { files } = platform;
  // Classifier and file names may hold anything: the file's own name is a hash of both.
  const key = await platform.sha256(new TextEncoder().encode(`${kept.base}\n${kept.image}`));
  const name = key.slice(0, 24);
  const frames = [kept.input, ...kept.shares.map((_, i) => row(kept.frames, i))];
  const small = await Promise.all(frames.map(shrunk));
  const [height, width] = (small[0] as Tensor).dims.slice(2) as [number, number];
  const description: KeptCounterfactual = {
    image: kept.image,
    base: kept.base,
    width,
    height,
    sprite: `${name}.webp`,
    shares: [...kept.shares],
    predictions: Object.fromEntries(Object.entries(kept.predictions).map(([key, values]) => [key, [...values]])),
  };
  const sprite = await platform.encodeImage(sideBySide(small), "webp");
  await files.write(files.join(run, folder, description.sprite), sprite);
  await files.write(files.join(run, folder, `${name}.json`), JSON.stringify(keptCounterfactual.parse(description)));
  return { base: kept.base, image: kept.image, file: `${folder}/${name}.json` };
}

/** Reads the description of a kept counterfactual; its sprite lies beside it in `pictures/`. */
export async function readKept(run: string, picture: Commit["pictures"][number]): Promise<KeptCounterfactual> {
  const path = platform.files.join(run, picture.file);
  return parseJson(keptCounterfactual, await platform.files.read(path), path);
}

/** Bytes of a kept counterfactual's sprite (WebP). */
export function readSprite(run: string, kept: KeptCounterfactual): Promise<Uint8Array> {
  return platform.files.read(platform.files.join(run, folder, kept.sprite));
}

/** Copies a kept counterfactual from one run to another. */
export async function copyKept(from: string, to: string, picture: Commit["pictures"][number]): Promise<void> {
  const { files } = platform;
  const { sprite } = await readKept(from, picture);
  await files.write(files.join(to, folder, sprite), await files.read(files.join(from, folder, sprite)));
  await files.write(files.join(to, picture.file), await files.read(files.join(from, picture.file)));
}

/** A picture [1, c, h, w] no larger than a kept frame. */
export async function shrunk(frame: Tensor): Promise<Tensor> {
  const [height, width] = frame.dims.slice(2) as [number, number];
  const scale = maxSide / Math.max(width, height);
  if (scale >= 1) return frame;
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return platform.resizeImage(frame, size);
}
