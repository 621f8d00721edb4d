import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readManifestFiles } from "../../src/engine/manifest-files.ts";

test("a manifest's size comes in the order of the file's axes, its targets as they are called", async () => {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-manifest-"));
  const path = join(folder, "model.json");
  const input = { width: 30, height: 20 };
  const targets = ["crane", null, "crane"];
  const read = async (fields: object) => {
    await writeFile(path, JSON.stringify({ file: "net.onnx", targets, input: { ...input, ...fields } }));
    return readManifestFiles(path);
  };
  expect(await read({ layout: "nhwc" })).toEqual({
    files: [{ path: join(folder, "net.onnx"), sha256: undefined }],
    image: [1, 20, 30, 3],
    targets: ["crane-0", null, "crane-2"],
  });
  expect((await read({ channels: 1 })).image).toEqual([1, 1, 20, 30]);
  await rm(folder, { recursive: true });
});
