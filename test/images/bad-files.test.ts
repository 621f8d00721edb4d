import { copyFile, mkdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadImages } from "../../src/images/image-source.ts";
import { listImages, maxFileBytes } from "../../src/images/list-images.ts";
import type { Workspace } from "../../src/models/workspace.ts";
import { openRun } from "../../src/results/open-run.ts";
import { drawFaces, openSmallWorld, runToEnd, smallWorld, temporaryFolder } from "../run/small-world.ts";

let workspace: Workspace;
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  workspace = await openSmallWorld(await smallWorld());
  folder = await temporaryFolder();
}, 300_000);
afterAll(() => workspace.dispose());

/** A small PNG whose header claims 20000 × 20000 pixels: 400 megapixels to decode. */
function bomb(png: Buffer): Buffer {
  const bytes = Buffer.from(png);
  // Signature (8), length of the header chunk (4), its name and contents (4 + 13), its checksum.
  bytes.writeUInt32BE(20_000, 16);
  bytes.writeUInt32BE(20_000, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
  return bytes;
}

describe("files that cannot be used", () => {
  test("are dropped, each with its reason, and the others are aligned", async () => {
    const faces = at("faces");
    await drawFaces(faces, 6);
    const good = await readFile(join(faces, "face-0000.png"));
    await writeFile(join(faces, "empty.png"), "");
    await writeFile(join(faces, "notes.txt"), "no image");
    await writeFile(join(faces, "page.png"), "<html></html>");
    await writeFile(join(faces, "drawing.svg"), "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>");
    await writeFile(join(faces, "cut.png"), good.subarray(0, good.length - 20));
    await writeFile(join(faces, "head.jpg"), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3));
    await copyFile(join(faces, "face-0001.png"), join(faces, "copy of face-0001.png"));
    await writeFile(join(faces, "bomb.png"), bomb(good));
    await writeFile(join(faces, "huge.png"), "");
    await truncate(join(faces, "huge.png"), maxFileBytes + 1);

    const out = at("run");
    const summary = await runToEnd(faces, { workspace, bases: ["smiling"], select: "all", out });
    const run = await openRun(out);
    const reasons = run.images
      .filter(({ dropReason }) => dropReason !== null)
      .map(({ image, dropReason }) => [image, dropReason])
      .sort();
    expect(reasons).toEqual([
      ["bomb.png", "too-large"],
      ["cut.png", "corrupt"],
      ["drawing.svg", "not-an-image"],
      ["empty.png", "empty"],
      // Of equal files the first by path counts, and a space comes before every letter.
      ["face-0001.png", "duplicate"],
      ["head.jpg", "corrupt"],
      ["huge.png", "too-large"],
      ["notes.txt", "not-an-image"],
      ["page.png", "not-an-image"],
    ]);
    expect(summary.dropped).toEqual({ "too-large": 2, corrupt: 2, "not-an-image": 3, empty: 1, duplicate: 1 });
    expect(run.counterfactuals.map(({ image }) => image).sort()).toEqual([
      "copy of face-0001.png",
      "face-0000.png",
      "face-0002.png",
      "face-0003.png",
      "face-0004.png",
      "face-0005.png",
    ]);
    expect(run.images.find(({ image }) => image === "face-0000.png")).toMatchObject({ width: 3, height: 2 });
  });

  test("alone are an input error, and leave no run", async () => {
    await mkdir(at("bad"));
    await writeFile(at("bad/a.png"), "");
    await writeFile(at("bad/b.txt"), "text");
    await expect(runToEnd(at("bad"), { workspace, bases: ["smiling"], out: at("none") })).rejects.toMatchObject({
      code: "input",
      message: `"${at("bad")}": expected images, found none that can be used among 2 files (PNG, JPEG, WebP, GIF and TIFF can be)`,
    });
    await expect(openRun(at("none"))).rejects.toMatchObject({
      message: expect.stringContaining("found nothing there"),
    });
  });

  test("that changed since they were listed end the run", async () => {
    await drawFaces(at("changing"), 3);
    const listing = await listImages(at("changing"), 1);
    await writeFile(at("changing/face-0001.png"), "other");
    const source = { autoencoder: workspace.autoencoder, signal: new AbortController().signal };
    await expect(loadImages(listing, listing.rows, source)).rejects.toMatchObject({
      code: "input",
      message: `"${at("changing/face-0001.png")}" changed while the run was going: align again`,
    });
  });

  test("one image alone is a run without a latent scale", async () => {
    await drawFaces(at("one"), 1);
    await runToEnd(at("one"), { workspace, bases: ["smiling"], select: "all", out: at("one-run") });
    const run = await openRun(at("one-run"));
    expect([run.file.latentScale, run.counterfactuals.length]).toEqual([null, 1]);
  });
});
