import { platform } from "#platform";
import type { KeptFrames } from "../alignment/kept-frames.ts";
import { row, type Tensor } from "../tensor.ts";
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
  const sprite = await platform.encodeImage(
    { data: sideBySide(small, width, height), width: width * small.length, height, channels: 3 },
    "webp",
  );
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

async function shrunk(frame: Tensor): Promise<Tensor> {
  const [height, width] = frame.dims.slice(2) as [number, number];
  const scale = maxSide / Math.max(width, height);
  if (scale >= 1) return frame;
  const size = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return platform.resizeImage(frame, size);
}

/** Frames [1, 1 | 3, h, w] in [0, 1] → interleaved 8-bit RGB, left to right. */
function sideBySide(frames: readonly Tensor[], width: number, height: number): Uint8Array {
  const plane = width * height;
  const data = new Uint8Array(3 * plane * frames.length);
  for (const [index, { data: values, dims }] of frames.entries()) {
    const grey = dims[1] === 1;
    for (let channel = 0; channel < 3; channel++) {
      let from = grey ? 0 : channel * plane;
      for (let y = 0; y < height; y++) {
        let to = 3 * (y * frames.length + index) * width + channel;
        for (let x = 0; x < width; x++, from++, to += 3) {
          const value = values[from] as number;
          data[to] = Math.round(255 * Math.min(1, Math.max(0, value)));
        }
      }
    }
  }
  return data;
}
