import { applyPalette, GIFEncoder, quantize } from "gifenc";
import type { Pixels } from "./platform.ts";

/** Colours of a frame at most, as the format has them. */
const colours = 256;

/** An animated GIF that repeats, every frame with a palette of its own. */
export function encodeGif(frames: readonly Pixels[], delayMs: number): Uint8Array {
  const gif = GIFEncoder();
  for (const frame of frames) {
    const rgba = rgbaOf(frame);
    const palette = quantize(rgba, colours);
    gif.writeFrame(applyPalette(rgba, palette), frame.width, frame.height, { palette, delay: delayMs });
  }
  gif.finish();
  return gif.bytes();
}

function rgbaOf({ data, width, height, channels }: Pixels): Uint8Array {
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = data[channels * pixel + (channels === 1 ? 0 : channel)] as number;
    }
  }
  return rgba;
}
