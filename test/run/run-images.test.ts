import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { platform } from "#platform";
import { row, sizeOf } from "../../src/base/tensor.ts";
import { type Listing, listImages } from "../../src/images/list-images.ts";
import type { Workspace } from "../../src/models/workspace.ts";
import { shardOf, wholeRun } from "../../src/results/chunks.ts";
import { runImages } from "../../src/run/run-images.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "./small-world.ts";

let workspace: Workspace;
let folder: string;
let listing: Listing;

beforeAll(async () => {
  workspace = await openSmallWorld(await smallWorld());
  folder = await temporaryFolder();
  await drawFaces(join(folder, "faces"), 90);
  listing = await listImages(join(folder, "faces"), 1);
}, 60_000);
afterAll(() => workspace.dispose());

/** Images of a run, and the rows that were encoded, each by its pixels; copies that fill a call are not counted. */
function counted(shard = wholeRun) {
  const encoded: string[] = [];
  const autoencoder: Workspace["autoencoder"] = {
    ...workspace.autoencoder,
    encode(images) {
      const rows = Array.from({ length: images.dims[0] ?? 0 }, (_, index) => row(images, index).data.join());
      encoded.push(...new Set(rows));
      return workspace.autoencoder.encode(images);
    },
  };
  const signal = new AbortController().signal;
  return { encoded, images: runImages(listing, shard, { autoencoder, signal }) };
}

test("an image is encoded once for the latent scale and its chunk", async () => {
  const { images, encoded } = counted();
  const first = await images.first(70);
  images.readAhead(listing.rows.slice(0, 64));
  const chunk = await images.take(listing.rows.slice(0, 64));
  images.readAhead(listing.rows.slice(64));
  const rest = await images.take(listing.rows.slice(64));
  expect(encoded).toHaveLength(90);
  expect(new Set(encoded).size).toBe(90);
  expect([...chunk, ...rest].map((image) => image.row.image)).toEqual(listing.rows.map(({ image }) => image));
  expect(first).toEqual([...chunk, ...rest].slice(0, 70).map(({ latent }) => latent));
});

test("an image is decoded once", async () => {
  const { images } = counted();
  const { decodeImage } = platform;
  let decoded = 0;
  platform.decodeImage = (bytes) => {
    decoded += 1;
    return decodeImage(bytes);
  };
  try {
    await images.first(40);
    await images.take(listing.rows.slice(0, 64));
    expect(decoded).toBe(64);
  } finally {
    platform.decodeImage = decodeImage;
  }
});

test("the first images are the same in every shard, and a shard holds its own of them", async () => {
  const shard = { index: 2, count: 3 };
  const { images, encoded } = counted(shard);
  const first = await images.first(30);
  expect(first).toEqual(await counted().images.first(30));
  const before = encoded.length;
  const own = await images.take(shardOf(listing.rows, shard));
  expect(own).toHaveLength(30);
  // Those among the 32 that were read for the first 30 are not encoded again.
  expect(encoded.length - before).toBe(30 - 11);
});

test("latents are those of the images alone", async () => {
  const { images } = counted();
  const [image] = await images.take(listing.rows.slice(5, 6));
  const alone = await workspace.autoencoder.encode(image?.pixels ?? { data: new Float32Array(), dims: [0] });
  expect(image?.latent).toEqual(row(alone, 0));
  expect(image?.latent?.data.length).toBe(sizeOf(workspace.autoencoder.latentDims));
});
