import { describe, expect, test } from "vitest";
import { platform } from "#platform";
import { animate } from "../../src/pictures/animation.ts";
import { escapeXml } from "../../src/pictures/figure.ts";
import { drawStrip, type StripFrame } from "../../src/pictures/strip.ts";
import type { Pixels } from "../../src/platform/platform.ts";

const plain = (r: number, g: number, b: number, side = 64): Pixels => ({
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => [r, g, b][i % 3] as number),
  width: side,
  height: side,
  channels: 3,
});
const frame = (pixels: Pixels, prediction: number): StripFrame => ({ pixels, prediction });
const colour = ({ data, width, channels }: Pixels, x: number, y: number) => [
  ...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
];

describe("a strip", () => {
  const row = {
    title: 'face "<1>" & co.png',
    base: "smiling",
    input: { pixels: plain(200, 0, 0) },
    frames: [frame(plain(0, 200, 0), 0.93), frame(plain(0, 100, 0), 0.6), frame(plain(0, 0, 200), 0.3)],
  };

  test("shows input, reconstruction, steps, counterfactual and difference from left to right", async () => {
    const strip = await drawStrip([row], { size: 100 });
    const middle = strip.height - 60;
    const seen: string[] = [];
    for (let x = 0; x < strip.width; x++) {
      const name = colour(strip, x, middle).join(" ");
      if (seen.at(-1) !== name) seen.push(name);
    }
    const solid = seen.filter((name) => ["200 0 0", "0 200 0", "0 100 0", "0 0 200"].includes(name));
    expect(solid).toEqual(["200 0 0", "0 200 0", "0 100 0", "0 0 200"]);
    // Green 200 and blue 200 are equally bright: their difference is the middle of the scale, a light grey.
    const last = colour(strip, strip.width - 50, middle);
    expect(Math.min(...last)).toBeGreaterThan(235);
  });

  test("stacks one row per counterfactual", async () => {
    const one = await drawStrip([row], { size: 60 });
    const three = await drawStrip([row, row, row], { size: 60 });
    expect(three.width).toBe(one.width);
    expect(three.height).toBeGreaterThan(2.5 * one.height);
  });

  test("writes predictions above the pictures", async () => {
    const withText = await drawStrip([row]);
    const without = await drawStrip([{ ...row, frames: row.frames.map(({ pixels }) => ({ pixels })) }]);
    expect(Buffer.from(withText.data).equals(Buffer.from(without.data))).toBe(false);
  });
});

describe("an animation", () => {
  test("is a GIF that browsers and viewers open, of one size", async () => {
    const gif = await animate([frame(plain(0, 200, 0), 0.9), frame(plain(0, 0, 200), 0.3)], {
      base: "smiling",
      size: 96,
    });
    expect(Buffer.from(gif.subarray(0, 6)).toString("latin1")).toBe("GIF89a");
    const first = await platform.decodeImage(gif);
    expect([first.width, first.height]).toEqual([96, 136]);
    const [r = 0, g = 0, b = 0] = colour(first, 48, 48);
    expect(g).toBeGreaterThan(180);
    expect(r + b).toBeLessThan(40);
  });
});

test("text in a picture is text: markup and control characters are escaped", () => {
  expect(escapeXml('<img onerror="x"> & \u0000\u001b')).toBe("&lt;img onerror=&quot;x&quot;&gt; &amp; \ufffd\ufffd");
});
