import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { platform } from "#platform";
import { fitImage } from "../../src/models/fit-image.ts";
import { readImage } from "../../src/models/read-image.ts";

describe("an image", () => {
  it("is read as RGB in [0, 1], channel by channel", async () => {
    const folder = await mkdtemp(join(tmpdir(), "cfalign-image-"));
    const pixels = Uint8Array.from([255, 0, 51, 0, 102, 255]);
    const file = join(folder, "two.png");
    await writeFile(file, await platform.encodeImage({ data: pixels, width: 2, height: 1, channels: 3 }, "png"));
    const image = await readImage(file);
    await rm(folder, { recursive: true });
    expect(image.dims).toEqual([1, 3, 1, 2]);
    [1, 0, 0, 0.4, 0.2, 1].forEach((value, index) => {
      expect(image.data[index]).toBeCloseTo(value, 6);
    });
  });

  it("stays itself where it fits, and changes channels and size where it does not", async () => {
    const image = { data: Float32Array.from([0.5, 0.5, 0.25, 0.25, 1, 1]), dims: [1, 3, 1, 2] };
    expect(await fitImage(image, { channels: 3, height: 1, width: 2 })).toBe(image);
    const grey = await fitImage(image, { channels: 1, height: 1, width: 2 });
    expect(grey.dims).toEqual([1, 1, 1, 2]);
    expect(grey.data[0]).toBeCloseTo(0.299 * 0.5 + 0.587 * 0.25 + 0.114, 6);
    const wide = await fitImage(grey, { channels: 3, height: 3, width: 4 });
    expect(wide.dims).toEqual([1, 3, 3, 4]);
  });

  it("is refused in another shape", async () => {
    const batch = { data: new Float32Array(12), dims: [2, 3, 1, 2] };
    await expect(fitImage(batch, { channels: 3, height: 1, width: 2 })).rejects.toMatchObject({
      code: "input",
      message: "image: expected a tensor [1, 1 or 3, height, width], got [2, 3, 1, 2]",
    });
  });
});
