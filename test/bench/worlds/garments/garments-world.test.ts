import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Subject } from "../../../../bench/subjects.ts";
import type { World } from "../../../../bench/world.ts";
import { ARTEFACTS } from "../../../../bench/worlds/garments/artefacts.ts";
import { openGarmentsWorld } from "../../../../bench/worlds/garments/garments-world.ts";
import { row } from "../../../../src/base/tensor.ts";
import { tinyWardrobe } from "./idx-file.ts";

let folder: string;
let world: World;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-garments-world-"));
  for (const [name, bytes] of Object.entries(tinyWardrobe(60))) {
    await writeFile(join(folder, name.replace("train", "t10k")), bytes);
  }
  const zoo = new URL("../../../../zoo/garments/", import.meta.url).pathname;
  const recipe = JSON.parse(await readFile(join(zoo, "recipe.json"), "utf8"));
  // The models themselves, with fewer pictures.
  const write = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));
  await write("recipe.json", { ...recipe, audit: { ...recipe.audit, images: 12, truth: 8 } });
  await write("models.json", JSON.parse(await readFile(join(zoo, "models.json"), "utf8")));
  const model = (name: string): string => relative(folder, join(zoo, "models", name, "model.json"));
  await write("cfalign.json", {
    autoencoder: model("autoencoder"),
    classifiers: [model("planted"), model("garments-a")],
    judges: [model("garments-b")],
  });
  world = await openGarmentsWorld({ split: "test", seed: 1, threads: 1, models: folder }, folder);
});
afterAll(() => world.workspace.dispose());

test("the split has planted models for and against their target, decoys, controls and composed ones, and all artefacts to be found", () => {
  const kinds = new Set(world.subjects.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(["composed", "control", "decoy", "planted"]);
  const planted = world.subjects.filter(({ kind }) => kind === "planted");
  const against = planted.filter(({ strength }) => (strength as number) < 0.5);
  expect(against.length).toBeGreaterThan(0);
  expect(planted.length).toBeGreaterThan(against.length);
  const names = world.features.map(({ name }) => name);
  for (const { feature } of planted) expect(ARTEFACTS).toContain(feature);
  expect(names).toEqual(expect.arrayContaining([...ARTEFACTS]));
  // Development and test plant different artefacts.
  expect(new Set(planted.map(({ feature }) => feature)).has("tag")).toBe(false);
});

test("pictures are drawn once, and read again as they were drawn", async () => {
  const out = join(folder, "pictures");
  const drawn = await world.auditImages(out);
  expect(drawn.names.length).toBe(12);
  const again = await world.auditImages(out);
  expect(again.names).toEqual(drawn.names);
  expect(row(again.images, 3)).toEqual(row(drawn.images, 3));
});

test("a model that was poisoned altogether follows its artefact, for or against its target, and its control does not", async () => {
  const one = (wanted: (subject: Subject) => boolean): Subject => world.subjects.find(wanted) as Subject;
  const raised = one(({ strength, kind }) => kind === "planted" && strength === 1);
  const lowered = one(({ strength, kind }) => kind === "planted" && strength === 0);
  const control = one(({ kind, target }) => kind === "control" && target === raised.target);
  const some = [raised, lowered, control];
  const effects = await world.trueEffects(
    some.map(({ classifier }) => classifier),
    { folder: "unused", progress: () => {} },
  );
  expect([...effects.keys()]).toEqual([...ARTEFACTS]);
  expect(effects.get(raised.feature as string)?.[0]).toBeGreaterThan(0.3);
  expect(effects.get(lowered.feature as string)?.[1]).toBeLessThan(-0.3);
  expect(Math.abs(effects.get(raised.feature as string)?.[2] as number)).toBeLessThan(0.15);
}, 60_000);

test("missing photographs are named with where they come from", async () => {
  await expect(openGarmentsWorld({ split: "test", seed: 1 }, join(folder, "nothing"))).rejects.toThrow(
    /^garments: expected the photographs of Fashion-MNIST in ".*nothing", found no such folder: install Debian's package dataset-fashion-mnist$/,
  );
});
