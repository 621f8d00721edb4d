import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { platform } from "#platform";
import type { KeptFrames } from "../../src/alignment/kept-frames.ts";
import { copyKept, readKept, readSprite, writeKept } from "../../src/results/kept-pictures.ts";
import { temporaryFolder } from "../run/small-world.ts";

/** Frames of one colour each, over all channels alike. */
function plain(levels: readonly number[], channels: number, side: number): KeptFrames {
  const frame = (level: number): number[] => Array.from({ length: channels * side * side }, () => level);
  const [input = 0, ...rest] = levels;
  return {
    image: "sub/../<img onerror=alert(1)>.png",
    base: "smiling + 0.3*'a/b'",
    input: { data: Float32Array.from(frame(input)), dims: [1, channels, side, side] },
    shares: rest.map((_, i) => i / (rest.length - 1)),
    frames: { data: Float32Array.from(rest.flatMap(frame)), dims: [rest.length, channels, side, side] },
    predictions: { smiling: rest.map((level) => level / 2) },
  };
}

async function run(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "pictures"));
  return folder;
}

test.each([1, 3])(
  "a kept counterfactual of %i channels is a sprite of input and frames, left to right",
  async (channels) => {
    const folder = await run();
    const levels = [0.2, 0.4, 0.6, 1.3, -0.5];
    const picture = await writeKept(folder, plain(levels, channels, 16));
    const kept = await readKept(folder, picture);
    expect(kept).toMatchObject({ width: 16, height: 16, shares: [0, 1 / 3, 2 / 3, 1] });
    expect(kept.predictions).toEqual({ smiling: [0.2, 0.3, 0.65, -0.25] });
    const { data, width, height } = await platform.decodeImage(await readSprite(folder, kept));
    expect([width, height]).toEqual([80, 16]);
    const centres = levels.map((_, i) => data[3 * (8 * width + 16 * i + 8)]);
    // WebP is lossy; what lies outside [0, 1] is clamped.
    [51, 102, 153, 255, 0].forEach((level, i) => {
      expect(Math.abs((centres[i] as number) - level)).toBeLessThanOrEqual(3);
    });
  },
);

test("large frames are kept at 256 pixels", async () => {
  const folder = await run();
  const kept = await readKept(folder, await writeKept(folder, plain([0, 0.5, 1], 3, 300)));
  expect([kept.width, kept.height]).toEqual([256, 256]);
});

test("a kept counterfactual can be copied to another run", async () => {
  const [from, to] = [await run(), await run()];
  const picture = await writeKept(from, plain([0, 0.5, 1], 1, 4));
  await copyKept(from, to, picture);
  const kept = await readKept(to, picture);
  expect(kept).toEqual(await readKept(from, picture));
  expect(await readSprite(to, kept)).toEqual(await readSprite(from, kept));
});
