import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadImages } from "../../src/images/image-source.ts";
import { listImages } from "../../src/images/list-images.ts";
import { pictureMemory } from "../../src/models/picture-memory.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { plantedFolder } from "../training/planted-folder.ts";

const { signal } = new AbortController();
const image = { channels: 3, width: 8, height: 8 } as const;
const each = 3 * 8 * 8 * 4;

test("pictures are read once for one frame, and what has no room is read again", async () => {
  const folder = join(await temporaryFolder(), "pictures");
  await plantedFolder(folder, 4, 16);
  const listing = await listImages(folder, 1, undefined, signal);
  const pictures = pictureMemory(3 * each);
  const load = (autoencoder: object) =>
    loadImages(listing, listing.rows, { autoencoder: { image, ...autoencoder }, signal });
  const [first, again, fresh] = [await load({ pictures }), await load({ pictures }), await load({})];
  expect(again).toEqual(first);
  expect(fresh).toEqual(first);
  expect(again.filter(({ pixels }, i) => pixels === first[i]?.pixels)).toHaveLength(3);
  const larger = await load({ pictures: pictureMemory(), image: { ...image, width: 4 } });
  expect(larger.map(({ pixels }) => pixels?.dims)).toEqual(Array(4).fill([1, 3, 8, 4]));
});

test("a file that changed is said, though its picture was kept", async () => {
  const folder = join(await temporaryFolder(), "pictures");
  await plantedFolder(folder, 2, 16);
  const listing = await listImages(folder, 1, undefined, signal);
  const source = { autoencoder: { image, pictures: pictureMemory() }, signal };
  await loadImages(listing, listing.rows, source);
  const [one, other] = listing.rows.map(({ image: name }) => name) as [string, string];
  copyFileSync(join(folder, other), join(folder, one));
  await expect(loadImages(listing, listing.rows, source)).rejects.toThrow("changed while the run was going");
});
