import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { factsFile, type SiteFacts, type SiteOptions, siteOf } from "../../src/serve/site.ts";
import { writeSite } from "../../src/serve/write-site.ts";
import { drawWorld } from "../../src/world/draw.ts";
import { attributes, judge } from "../models/linear-models.ts";
import { type LinearWorld, linearWorld } from "../models/linear-world.ts";
import { temporaryFolder } from "./live-site.ts";

const { files } = platform;

describe("a site", () => {
  let world: LinearWorld;

  beforeAll(async () => {
    world = await linearWorld([attributes], { judges: [judge] });
    await writeFile(join(world.folder, "secret.txt"), "not for the page");
    await writeFile(join(world.folder, "images", "one.png"), "a picture");
    await writeFile(join(world.folder, "images", "metadata.csv"), "file_name,smiling\none.png,1\n");
  });
  afterAll(() => files.remove(world.folder));

  test("holds the page, what the workspace names, and its pictures: no other file of the folder", async () => {
    const { site, facts } = await siteOf(world.path, { isolate: false });
    const names = [...site.keys()];
    expect(names.filter((name) => name.startsWith("workspace/")).toSorted()).toEqual(
      ["attributes-b.json", "attributes-b.onnx", "attributes.json", "attributes.onnx", "autoencoder.json"]
        .concat(["cfalign.json", "decoder.onnx", "encoder.onnx"])
        .map((name) => `workspace/${name}`),
    );
    expect(names.filter((name) => name.startsWith("pictures/"))).toEqual(["pictures/0.png"]);
    expect(facts.pictures).toEqual([{ name: "one.png", file: "pictures/0.png", labels: { smiling: 1 } }]);
    expect(names).toContain("index.html");
  });

  test("tells the page the same facts as it gives", async () => {
    const { site, facts } = await siteOf(world.path, { isolate: true });
    const told = JSON.parse(new TextDecoder().decode(await site.get(factsFile)?.read())) as SiteFacts;
    expect(told).toEqual(facts);
    expect(told).toMatchObject({ workspace: "workspace/cfalign.json", isolate: true, morePictures: 0 });
    expect(told.modelBytes).toBeGreaterThan(1000);
  });

  test("has the part for WebGPU where a server reads it only when it is asked for, else by wish alone", async () => {
    const parts = async (options: SiteOptions): Promise<unknown> => {
      const { site, facts } = await siteOf(world.path, options);
      return [facts.webgpu, [...site.keys()].filter((name) => name.includes("asyncify")).length];
    };
    expect(await parts({ isolate: false })).toEqual([true, 2]);
    expect(await parts({ isolate: true, webgpu: true })).toEqual([true, 2]);
    expect(await parts({ isolate: true, webgpu: false })).toEqual([false, 0]);
  });

  test("offers the faces that draw draws, where the workspace is built in", async () => {
    const { site, facts } = await siteOf("cartoon-faces", { isolate: false });
    const folder = await temporaryFolder();
    await drawWorld({ count: 2, seed: 7, out: folder.path });
    for (const { name, file } of facts.pictures.slice(0, 2)) {
      expect(await site.get(file)?.read()).toEqual(await files.read(join(folder.path, name)));
    }
    await folder.dispose();
    const names = facts.pictures.map(({ name }) => name);
    expect(names).toContain(facts.opening?.picture);
    expect(facts.guess?.map(({ picture }) => picture).filter((picture) => !names.includes(picture))).toEqual([]);
    expect(Object.keys(facts.pictures[0]?.labels ?? {})).toContain("eyeglasses");
  });

  test("is refused where a file of the workspace is no model, by its name", async () => {
    const other = await linearWorld([attributes]);
    await writeFile(join(other.folder, "decoder.onnx"), "not a model");
    await expect(siteOf(other.path, { isolate: false })).rejects.toThrow("decoder.onnx");
    await files.remove(other.folder);
  });

  test("is written as files, again over itself, and never over something else", async () => {
    const { site } = await siteOf(world.path, { isolate: true });
    const folder = await temporaryFolder();
    const out = join(folder.path, "public");
    const written = await writeSite(site, out);
    expect(written.files).toBe(site.size);
    expect((await files.list(out)).toSorted()).toEqual([...site.keys()].toSorted());
    await writeSite(site, out);
    await writeFile(join(out, "mine.txt"), "mine");
    await expect(writeSite(site, out)).rejects.toThrow(
      `static: expected a new or an empty folder, got "${out}", which holds mine.txt`,
    );
    await folder.dispose();
  });

  test("is refused without a workspace in one line", async () => {
    await expect(siteOf("./nothing.json", { isolate: false })).rejects.toThrow(
      "got nothing there: give workspace a path",
    );
  });
});
