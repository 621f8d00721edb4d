import { describe, expect, test } from "vitest";
import { smallPixels, smallTensor } from "../../src/platform/box-means.ts";

describe("a picture in small", () => {
  test("has in every pixel the mean of those that it covers, by channel", () => {
    const plane = [0, 0.2, 0.4, 0.6, 0.2, 0.4, 0.6, 0.8];
    const data = Float32Array.from([...plane, ...plane.map((v) => v / 2), ...plane.map(() => 2)]);
    const { data: small, width, height } = smallTensor({ data, dims: [1, 3, 2, 4] }, 2);
    expect([width, height]).toEqual([2, 1]);
    // (0 + 0.2 + 0.2 + 0.4) / 4 and (0.4 + 0.6 + 0.6 + 0.8) / 4; what lies beyond 1 is white.
    expect([...small]).toEqual([51, 26, 255, 153, 77, 255]);
  });

  test("is the picture itself where it is small enough, grey as RGB", () => {
    const { data } = smallTensor({ data: Float32Array.of(0, 1, 0.5, 0.25), dims: [1, 1, 2, 2] }, 64);
    expect([...data]).toEqual([0, 0, 0, 255, 255, 255, 128, 128, 128, 64, 64, 64]);
  });

  test("is the same from pixels", () => {
    const pixels = { data: Uint8Array.of(0, 10, 20, 100, 110, 120), width: 2, height: 1, channels: 3 } as const;
    expect([...smallPixels(pixels, 1).data]).toEqual([50, 60, 70]);
  });
});
