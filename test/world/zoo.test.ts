import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FACTORS } from "../../src/world/factors.ts";

const folder = new URL("../../zoo/cartoon-faces/", import.meta.url).pathname;
const workspace = JSON.parse(await readFile(join(folder, "cfalign.json"), "utf8")) as {
  autoencoder: string;
  classifiers: string[];
  judges: string[];
};
const manifests = [workspace.autoencoder, ...workspace.classifiers, ...workspace.judges];

test.each(manifests)("%s names files whose bytes have its hashes", async (path) => {
  const manifest = JSON.parse(await readFile(join(folder, path), "utf8"));
  const files = manifest.kind === "autoencoder" ? [manifest.encoder, manifest.decoder] : [manifest];
  for (const { file, sha256 } of files) {
    const bytes = await readFile(join(folder, path, "..", file));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sha256);
  }
});

test("the clean classifier and the judge know every factor", async () => {
  for (const name of ["attributes", "attributes-b"]) {
    const manifest = JSON.parse(await readFile(join(folder, "models", name, "model.json"), "utf8"));
    expect(manifest.targets).toEqual([...FACTORS]);
  }
});

test("the built-in models take less than 20 MB", async () => {
  const files = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(files.map((file) => stat(join(folder, file))));
  expect(sizes.reduce((total, { size }) => total + size, 0)).toBeLessThan(20e6);
});
