import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, rename, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listLabelled } from "../../src/images/label-table.ts";
import { listImages, maxFileBytes } from "../../src/images/list-images.ts";

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-list-"));
  await mkdir(join(folder, "sub"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

const some = { "a.png": "one", "b.png": "two", "sub/c.png": "three", "d.png": "four", "e.txt": "five" };
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("the list of images", () => {
  test("is in the order of hash(seed, file bytes)", async () => {
    const { rows } = await listImages(await folderOf(some), 3);
    const expected = Object.entries(some)
      .map(([image, text]) => ({ image, key: sha256(`3\n${sha256(text)}`) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .map(({ image }) => image);
    expect(rows.map(({ image }) => image)).toEqual(expected);
    expect(rows.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4]);
  });

  test("depends on the seed, and not on names", async () => {
    const folder = await folderOf(some);
    const hashes = async (seed: number) => (await listImages(folder, seed)).rows.map((row) => row.sha256);
    const before = await hashes(1);
    expect(new Set([before, await hashes(2), await hashes(3), await hashes(4)].map(String)).size).toBeGreaterThan(1);
    await rename(join(folder, "a.png"), join(folder, "z.png"));
    expect(await hashes(1)).toEqual(before);
  });

  test("is another for labels: those of a run's first pictures stand all over it", async () => {
    const files = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}.png`, `picture ${i}`]));
    const folder = await folderOf({ ...files, "metadata.csv": "file_name,tag\n0.png,1\n" });
    const names = ({ rows }: { readonly rows: readonly { readonly image: string }[] }) =>
      rows.map(({ image }) => image);
    const first = new Set(names(await listImages(folder, 1)).slice(0, 50));
    const asked = { seed: 1, columns: undefined, signal: new AbortController().signal };
    const { listing } = await listLabelled(join(folder, "metadata.csv"), asked);
    const early = names(listing)
      .slice(0, 50)
      .filter((name) => first.has(name)).length;
    expect(early).toBeGreaterThan(4);
    expect(early).toBeLessThan(25);
  });

  test("puts equal files side by side, the first by path before its duplicates", async () => {
    const folder = await folderOf(some);
    await copyFile(join(folder, "b.png"), join(folder, "sub/a.png"));
    await copyFile(join(folder, "b.png"), join(folder, "0.png"));
    const { rows, duplicates } = await listImages(folder, 1);
    const names = rows.map(({ image }) => image);
    const first = names.indexOf("0.png");
    expect(names.slice(first, first + 3)).toEqual(["0.png", "b.png", "sub/a.png"]);
    expect([...duplicates]).toEqual(["b.png", "sub/a.png"]);
  });

  test("changes its hash with names, bytes and labels", async () => {
    const hashOf = async (files: Readonly<Record<string, string>>) => (await listImages(await folderOf(files), 1)).hash;
    const variants = [
      some,
      { ...some, "a.png": "other" },
      { ...some, "f.png": "six" },
      { ...some, "metadata.csv": "file_name,old\na.png,1" },
      { ...some, "metadata.csv": "file_name,old\na.png,0" },
    ];
    const hashes = await Promise.all(variants.map(hashOf));
    expect(new Set(hashes).size).toBe(variants.length);
    expect(await hashOf(some)).toBe(hashes[0]);
  });

  test("has a file that is too large to be read, without its hash", async () => {
    const folder = await folderOf(some);
    await writeFile(join(folder, "huge.png"), "");
    await truncate(join(folder, "huge.png"), maxFileBytes + 1);
    const { rows } = await listImages(folder, 1);
    expect(rows.find(({ image }) => image === "huge.png")?.sha256).toBeNull();
  });

  test("of a folder that is missing, empty, or a file is refused", async () => {
    const folder = await folderOf({});
    await expect(listImages(folder, 1)).rejects.toMatchObject({
      code: "input",
      message: `"${folder}": expected a folder with images, found no files in it`,
    });
    await expect(listImages(join(folder, "none"), 1)).rejects.toMatchObject({
      code: "input",
      message: `cannot list "${join(folder, "none")}": no such folder`,
    });
  });
});
