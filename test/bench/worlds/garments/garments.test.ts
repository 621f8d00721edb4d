import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ARTEFACTS, type Artefact, SIZE } from "../../../../bench/worlds/garments/artefacts.ts";
import { drawGarments } from "../../../../bench/worlds/garments/draw-garments.ts";
import { readIdx } from "../../../../bench/worlds/garments/idx.ts";
import { drawPicture, type Picture } from "../../../../bench/worlds/garments/picture.ts";
import { sampleSource } from "../../../../bench/worlds/garments/sample.ts";
import { trueEffect } from "../../../../bench/worlds/garments/true-effect.ts";
import { isA, readWardrobe, type Wardrobe } from "../../../../bench/worlds/garments/wardrobe.ts";
import { platform } from "../../../../src/platform/node.ts";
import { idxFile, tinyWardrobe } from "./idx-file.ts";

let folder: string;
let wardrobe: Wardrobe;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-garments-"));
  for (const [name, bytes] of Object.entries(tinyWardrobe(40))) await writeFile(join(folder, name), bytes);
  wardrobe = await readWardrobe(folder, "train");
});

/** Pixels that differ, as [x, y]. */
function changed(a: Picture, b: Picture): readonly (readonly [number, number])[] {
  const [before, after] = [drawPicture(a).data, drawPicture(b).data];
  return Array.from({ length: SIZE * SIZE }, (_, pixel) => pixel)
    .filter((pixel) => [0, 1, 2].some((channel) => before[3 * pixel + channel] !== after[3 * pixel + channel]))
    .map((pixel) => [pixel % SIZE, Math.floor(pixel / SIZE)] as const);
}

function plain(index: number): Picture {
  return { ...sampleSource({ wardrobe, seed: 1 })(index).picture, artefacts: new Set() };
}

function only(index: number, artefact: Artefact): readonly (readonly [number, number])[] {
  return changed(plain(index), { ...plain(index), artefacts: new Set([artefact]) });
}

test("an IDX file is read as it was written, gzipped or not", async () => {
  await writeFile(join(folder, "plain"), idxFile([2, 3], [1, 2, 3, 4, 5, 255]));
  const { dims, data } = await readIdx(join(folder, "plain"));
  expect([dims, [...data]]).toEqual([
    [2, 3],
    [1, 2, 3, 4, 5, 255],
  ]);
  expect(wardrobe.count).toBe(40);
  expect(wardrobe.kind(13)).toBe(3);
  expect([...wardrobe.pixels(13)].indexOf(113)).toBe(17 * 28);
});

test("a file that is no IDX file, or is cut off, is refused with what was found", async () => {
  const refused = async (bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, "broken"), bytes);
    return readIdx(join(folder, "broken")).then(
      () => "read",
      (error: Error) => error.message.replace(folder, ""),
    );
  };
  expect(await refused(Buffer.from("no garments"))).toBe(
    '/broken: expected an IDX file of bytes, which begins 00 00 08, got "6e 6f 20 67"',
  );
  expect(await refused(idxFile([2, 3], [1, 2, 3, 4]))).toBe("/broken: expected 6 bytes of 2 × 3, got 4");
  const packed = tinyWardrobe(1)["train-images-idx3-ubyte.gz"] as Uint8Array;
  expect(await refused(packed.subarray(0, packed.length - 9))).toBe(
    "/broken: expected a whole gzip file, got one that cannot be unpacked",
  );
});

test("same seed, same bytes; another seed, others; a longer series begins with the shorter one", async () => {
  const drawn = async (out: string, count: number, seed: number) => {
    await drawGarments({ wardrobe, count, seed, out: join(folder, out) });
    const names = (await readdir(join(folder, out))).sort();
    return new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(folder, out, name), "base64")] as const)),
    );
  };
  const [first, again, longer, other] = [
    await drawn("a", 5, 1),
    await drawn("b", 5, 1),
    await drawn("c", 7, 1),
    await drawn("d", 5, 2),
  ];
  expect(again).toEqual(first);
  expect(longer.get("garment-00004.png")).toBe(first.get("garment-00004.png"));
  expect(other.get("garment-00004.png")).not.toBe(first.get("garment-00004.png"));
  const table = (await readFile(join(folder, "a", "metadata.csv"), "utf8")).trim().split("\n");
  expect(table[0]).toBe(
    "file_name,long_sleeves,trousers,dress,bag,footwear,shadow,stain,stripe,blur,tone,ring,tag,frame",
  );
  const { picture, kind } = sampleSource({ wardrobe, seed: 1 })(3);
  const cells = (table[4] as string).split(",").slice(1).map(Number);
  expect(cells[0]).toBe(Number([2, 4, 6].includes(kind)));
  expect(cells.slice(5)).toEqual(ARTEFACTS.map((artefact) => Number(picture.artefacts.has(artefact))));
  const { width, height } = await platform.decodeImage(await readFile(join(folder, "a", "garment-00000.png")));
  expect([width, height]).toEqual([64, 64]);
});

test("a local artefact changes its own pixels and no others", () => {
  for (let index = 0; index < 8; index++) {
    const { tag, frame, stripe, stain, ring, shadow } = plain(index).artefactLook;
    const inTag = ([x, y]: readonly [number, number]) =>
      x >= tag[0] && x < tag[0] + 9 && y >= tag[1] && y < tag[1] + 14;
    expect(only(index, "tag").filter((place) => !inTag(place))).toEqual([]);
    expect(only(index, "tag").length).toBeGreaterThan(100);
    const fromEdge = ([x, y]: readonly [number, number]) => Math.min(x, y, 63 - x, 63 - y);
    expect(only(index, "frame").every((place) => fromEdge(place) < frame)).toBe(true);
    expect(only(index, "frame")).toHaveLength(64 * 64 - (64 - 2 * frame) ** 2);
    expect(only(index, "stripe").every(([x, y]) => Math.abs(x - y - stripe) < 4)).toBe(true);
    const reach = 1.2 * Math.max(stain.rx, stain.ry);
    expect(only(index, "stain").every(([x, y]) => Math.hypot(x - stain.x, y - stain.y) <= reach)).toBe(true);
    const fromRing = ([x, y]: readonly [number, number]) => Math.abs(Math.hypot(x - ring[0], y - ring[1]) - 5.5);
    expect(only(index, "ring").every((place) => fromRing(place) < 2)).toBe(true);
    expect(only(index, "ring").length).toBeGreaterThan(80);
    expect(only(index, "shadow").every(([, y]) => y > shadow)).toBe(true);
    expect(only(index, "shadow").length).toBeGreaterThan(1000);
  }
});

test("a tone leaves little colour and a blur less contrast, everywhere", () => {
  const picture = plain(3);
  const [before, toned, blurred] = [[], ["tone"], ["blur"]].map(
    (artefacts) => drawPicture({ ...picture, artefacts: new Set(artefacts as Artefact[]) }).data,
  ) as [Uint8Array, Uint8Array, Uint8Array];
  const steps = (data: Uint8Array) =>
    data.slice(3 * SIZE).reduce((sum, value, at) => sum + (value - (data[at] as number)) ** 2, 0);
  expect(steps(blurred)).toBeLessThan(0.7 * steps(before));
  const grey = 0.3 * (before[0] as number) + 0.59 * (before[1] as number) + 0.11 * (before[2] as number);
  expect(toned[2]).toBe(Math.round(0.35 * (before[2] as number) + 0.65 * 0.7 * grey));
});

test("artefacts are independent of the garment unless they are its companions", () => {
  const companions = [
    { garment: "long_sleeves", artefact: "tag", present: 0.8, absent: 0.1 },
    { garment: "footwear", artefact: "tag", present: 0.5, absent: 0.9 },
  ] as const;
  const source = sampleSource({ wardrobe, seed: 5, prevalence: 0.3, companions });
  const samples = Array.from({ length: 4000 }, (_, index) => source(index));
  const rate = (artefact: Artefact, wanted: (kind: number) => boolean): number => {
    const among = samples.filter(({ kind }) => wanted(kind));
    return among.filter(({ picture }) => picture.artefacts.has(artefact)).length / among.length;
  };
  const [sleeved, shoe] = ["long_sleeves", "footwear"].map(
    (garment) => (kind: number) => isA(kind, garment as "long_sleeves" | "footwear"),
  ) as [(kind: number) => boolean, (kind: number) => boolean];
  for (const artefact of ARTEFACTS) {
    const [own, others] = [rate(artefact, sleeved), rate(artefact, (kind) => !sleeved(kind) && !shoe(kind))];
    expect(Math.abs(own - (artefact === "tag" ? 0.8 : 0.3))).toBeLessThan(0.05);
    expect(Math.abs(others - (artefact === "tag" ? 0.1 : 0.3))).toBeLessThan(0.05);
  }
  expect(Math.abs(rate("tag", shoe) - 0.5)).toBeLessThan(0.05);
});

test("the true effect of an artefact is what a classifier of known form makes of it", async () => {
  // Brightness of one corner pixel, which the frame alone touches, and a constant.
  const dark = 28 / 255;
  const predict = async ({ data, dims }: { readonly data: Float32Array; readonly dims: readonly number[] }) =>
    Array.from({ length: dims[0] as number }, (_, n) => [
      Math.abs((data[n * 3 * 64 * 64] as number) - dark) < 1e-6 ? 1 : 0.25,
      0.5,
    ]);
  const options = { wardrobe, seed: 9, count: 40, predict };
  const [corner, constant] = await trueEffect({ ...options, artefact: "frame" });
  expect(corner).toBeCloseTo(0.75, 10);
  expect(constant).toBe(0);
  expect(await trueEffect({ ...options, artefact: "tag" })).toEqual([0, 0]);
});

test("files of another size are refused", async () => {
  const odd = await mkdtemp(join(folder, "odd-"));
  await writeFile(join(odd, "t10k-images-idx3-ubyte.gz"), idxFile([1, 2, 2], [1, 2, 3, 4]));
  await writeFile(join(odd, "t10k-labels-idx1-ubyte.gz"), idxFile([1], [3]));
  await expect(readWardrobe(odd, "t10k")).rejects.toThrow(
    "expected garments of 28 × 28 with a label each, got 1 × 2 × 2 and 1 labels",
  );
});
