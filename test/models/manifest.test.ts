import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { autoencoderManifestSchema, classifierManifestSchema, inputSchema } from "../../src/models/manifest.ts";

async function text(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), "utf8");
}

/** The manifests among the JSON blocks of a document; dots stand for a hash. */
async function manifestsIn(path: string): Promise<readonly Record<string, unknown>[]> {
  const blocks = [...(await text(path)).matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => block as string);
  return blocks
    .map((block) => JSON.parse(block.replaceAll("…", "0".repeat(64))))
    .filter(({ kind }) => kind !== undefined);
}

describe("the documents", () => {
  it.each(["docs/manifest.md"])("show manifests that are accepted: %s", async (path) => {
    const manifests = await manifestsIn(path);
    expect(manifests.map(({ kind }) => kind).toSorted()).toEqual(["autoencoder", "classifier"]);
    for (const manifest of manifests) {
      const schema = manifest.kind === "classifier" ? classifierManifestSchema : autoencoderManifestSchema;
      expect(schema.safeParse(manifest).error).toBeUndefined();
    }
  });

  it("name every field", async () => {
    const document = await text("docs/manifest.md");
    const fields = [inputSchema, autoencoderManifestSchema].flatMap(({ shape }) => Object.keys(shape));
    expect(fields.filter((field) => !new RegExp(`[\`"'.]${field}["\`]`).test(document))).toEqual([]);
  });
});

describe("an input", () => {
  it("that says nothing new is what it was: no later field is filled in, as hashes hold all of them", () => {
    expect(inputSchema.parse({ width: 3, height: 2 })).toEqual({
      width: 3,
      height: 2,
      channels: 3,
      range: [0, 1],
      resize: "bilinear",
    });
  });
});
