import { appendFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { listImages } from "../../src/images/list-images.ts";
import { sharedListing } from "../../src/run/listing-file.ts";
import { drawFaces, temporaryFolder } from "./small-world.ts";

let folder: string;
let faces: string;
let path: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  faces = join(folder, "faces");
  path = join(folder, "listing.json");
  await drawFaces(faces, 20);
  await writeFile(join(faces, "twin.png"), await readFile(join(faces, "face-0003.png")));
  await sharedListing(faces, { seed: 1, path });
});

test("the list of a file is that of the folder, and no file is hashed for it", async () => {
  let hashed = 0;
  const progress = (): void => {
    hashed += 1;
  };
  expect(await sharedListing(faces, { seed: 1, path, progress })).toEqual(await listImages(faces, 1));
  expect(hashed).toBe(0);
});

test("a list of another order is refused", async () => {
  await expect(sharedListing(faces, { seed: 2, path })).rejects.toMatchObject({
    code: "input",
    message: `${path}: expected the order of seed 2, found that of seed 1: delete it, and the folder is listed anew`,
  });
});

test("a folder that changed since is refused: a file more, one of another size, one less, other labels", async () => {
  const because = (found: string) => ({ message: `${path}: ${found}: delete it, and the folder is listed anew` });
  const listed = () => sharedListing(faces, { seed: 1, path });
  await writeFile(join(faces, "new.png"), "1234");
  await expect(listed()).rejects.toMatchObject(because(`expected every file of "${faces}", "new.png" is not in it`));
  await rm(join(faces, "new.png"));
  await listed();

  const twin = join(faces, "twin.png");
  const bytes = await readFile(twin);
  await appendFile(twin, "x");
  const sizes = `${bytes.length} bytes, found ${bytes.length + 1}`;
  await expect(listed()).rejects.toMatchObject(because(`expected "twin.png" with ${sizes}`));
  await rm(twin);
  await expect(listed()).rejects.toMatchObject(because(`expected files of "${faces}", "twin.png" is not there`));
  await writeFile(twin, bytes);
  await listed();

  await appendFile(join(faces, "metadata.csv"), "twin.png,1,true\n");
  await expect(listed()).rejects.toMatchObject(because(`the labels of "${faces}" are not those that it was made with`));
});
