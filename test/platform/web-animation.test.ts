import sharp from "sharp";
import { expect, test } from "vitest";
import type { Pixels } from "../../src/platform/platform.ts";
import { encodeGif } from "../../src/platform/web-animation.ts";

const plain = (rgb: readonly [number, number, number]): Pixels => ({
  data: Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => rgb[i % 3] as number),
  width: 8,
  height: 6,
  channels: 3,
});

test("a GIF that the browser's platform encodes has the frames, their times and their colours, and repeats", async () => {
  const gif = encodeGif([plain([200, 10, 10]), plain([10, 200, 10]), plain([10, 10, 200])], 120);
  const { pages, delay, loop, width, pageHeight } = await sharp(gif, { animated: true }).metadata();
  expect({ pages, delay, loop, width, pageHeight }).toEqual({
    pages: 3,
    delay: [120, 120, 120],
    loop: 0,
    width: 8,
    pageHeight: 6,
  });
  const { data, info } = await sharp(gif, { animated: true }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const frame = data.length / 3;
  for (const [index, wanted] of [
    [200, 10, 10],
    [10, 200, 10],
    [10, 10, 200],
  ].entries()) {
    const found = [...data.subarray(index * frame, index * frame + info.channels)];
    found.forEach((value, channel) => {
      expect(Math.abs(value - (wanted[channel] as number))).toBeLessThanOrEqual(8);
    });
  }
});
