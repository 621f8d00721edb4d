import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { csvParseRows } from "d3-dsv";
import { beforeAll, describe, expect, test } from "vitest";
import {
  methodsShown,
  pairTable,
  runTable,
  scoreTable,
  statesShown,
  stateTable,
  worldTable,
} from "../../bench/appendix.ts";
import { type PlantedOptions, plantedBenchmark } from "../../bench/planted.ts";
import { type PlantedResult, plantedSchema } from "../../bench/schema.ts";
import { readBenchmark } from "../../bench/worlds/faces/recipe.ts";
import { benchCommand } from "../../scripts/bench/bench-command.ts";
import { type CliResult, cliWith } from "../cli/cli.ts";

const cli = (...argv: readonly string[]): Promise<CliResult> => cliWith([benchCommand], argv);
const zoo = new URL("../../zoo/", import.meta.url).pathname;

/** A benchmark of three trained models and two composed, on few pictures. */
async function smallBenchmark(folder: string): Promise<void> {
  const { recipe, models } = await readBenchmark();
  const pair = { split: "test", target: "smiling", feature: "lipstick" };
  const wanted = ["smiling-lipstick-100-1", "smiling-lipstick-decoy-1", "smiling-control-test-1"];
  const write = (name: string, value: unknown): Promise<void> => writeFile(join(folder, name), JSON.stringify(value));
  await write("recipe.json", {
    ...recipe,
    pairs: [pair],
    audit: { ...recipe.audit, images: 24, truth: 6, composed: [0.5, -1] },
  });
  await write(
    "models.json",
    models.filter(({ name }) => wanted.includes(name)),
  );
  const model = (path: string): string => relative(folder, join(zoo, path));
  await write("cfalign.json", {
    autoencoder: model("cartoon-faces/models/autoencoder/model.json"),
    classifiers: [
      model("planted-faces/models/planted/model.json"),
      model("cartoon-faces/models/attributes/model.json"),
    ],
    judges: [model("cartoon-faces/models/attributes-b/model.json"), model("planted-faces/models/tint/model.json")],
  });
}

describe("the planted benchmark", () => {
  let folder = "";
  let result: PlantedResult;
  const run = (options: Partial<PlantedOptions> = {}) =>
    plantedBenchmark({
      ...{ models: folder, out: join(folder, "out"), images: 3, most: 5, now: () => 0 },
      ...options,
    });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cfalign-planted-"));
    await smallBenchmark(folder);
    result = await run();
  }, 300_000);

  test("measures that the poisoned model uses the planted feature, and the control does not", () => {
    const effect = (name: string): number => result.models.find((model) => model.name === name)?.effect ?? Number.NaN;
    expect(effect("smiling-lipstick-100-1")).toBeGreaterThan(0.3);
    expect(Math.abs(effect("smiling-lipstick-decoy-1"))).toBeLessThan(0.1);
    expect(result.models.find(({ kind }) => kind === "composed")?.effect).toBeGreaterThan(0.3);
  });

  test("every feature but the target is one cell, on one side or between", () => {
    for (const { models, cells } of result.families) {
      // 21 factors and the tint, without the target.
      expect(cells.positive + cells.negative + cells.between).toBe(models * 21);
    }
  });

  test("gives every method a score of the planted feature", () => {
    const planted = result.models.find(({ name }) => name === "smiling-lipstick-100-1");
    expect(Object.keys(planted?.planted ?? {})).toEqual(result.scores.map(({ name }) => name));
    expect(planted?.planted.decomposition).toBeGreaterThan(0.05);
    expect(planted?.planted["label correlation of the training set"]).toBe(1);
  });

  test("says how often the states are wrong, at the most pictures and by every method that has states", () => {
    const { unresolved, ...errors } = result.stateErrors;
    expect(errors).toMatchObject({ images: 5, models: 2, falseClear: { count: 0 }, falseFound: { count: 0, of: 2 } });
    // Five pictures are too few to say anything: 21 features and the tint, without the target, of two models.
    expect(unresolved).toMatchObject({ count: 42, of: 42 });
    expect(Object.values(unresolved.reasons).reduce((sum, count) => sum + count, 0)).toBe(42);
    const stated = result.scores.filter(({ stateErrors }) => stateErrors !== null).map(({ name }) => name);
    expect(stated).toEqual(["decomposition", "alignment", "effect"]);
    expect(result.verdictErrors).toMatchObject({
      images: 3,
      models: 3,
      falseClear: { count: 0 },
      unresolved: { of: 63 },
    });
  });

  test("writes tables with the columns of the appendix, the verdict and the effect among their rows", async () => {
    const headerOf = async (file: string): Promise<string[]> => {
      const [header = []] = csvParseRows(
        await readFile(join(zoo, "../docs/benchmark/test-cartoon-faces", file), "utf8"),
      );
      return header;
    };
    const scores = scoreTable(result, () => true);
    expect(scores[0]).toEqual(await headerOf("scores.csv"));
    expect(scores.map(([, method]) => method)).toContain("effect");
    expect(runTable(result, "here")[0]).toEqual(await headerOf("run.csv"));
    // These files are of 20 pictures a model.
    const [pairs = []] = pairTable(result);
    expect(pairs.map((name) => name?.replace(/, 3 pictures$/, ", 20 pictures"))).toEqual(await headerOf("pairs.csv"));
    const [states, worlds] = [stateTable([result]), worldTable([result])];
    expect(states.map(([, , of]) => of)).toEqual(
      expect.arrayContaining(["decomposition", "effect", "verdict, alignment, along a gradient"]),
    );
    expect(new Set(states.map(({ length }) => length)).size).toBe(1);
    expect(new Set(worlds.map(({ length }) => length)).size).toBe(1);
    // What went along a gradient is in the appendix alone, and effects have tables of their own.
    expect(statesShown(states).map(([, of]) => of)).toEqual(["states of", "decomposition"]);
    expect(methodsShown(worlds)[1]?.[0]).toBe("effect");
  });

  test("scores a feature that is used against the target with its sign", () => {
    const composed = result.families.find(({ family }) => family === "composed");
    expect(composed?.cells.against).toBeGreaterThan(0);
    expect(composed?.scores.find(({ name }) => name === "decomposition")?.signs).toMatchObject({ for: 1, against: 1 });
  });

  test("takes the power curve beyond the headline's pictures, but for what reads pixels", () => {
    const five = result.power.find(({ images }) => images === 5)?.auroc ?? {};
    expect(result.powerModels).toBe(1);
    expect(five.decomposition).toBeGreaterThan(0.5);
    expect(five.alignment).toBeGreaterThan(0.5);
    expect(five["saliency: input-gradients"]).toBeNull();
  });

  test("compares every variant that was tried, other directions among them", { timeout: 300_000 }, async () => {
    const tried = await run({ variants: true, baselines: false, most: 3, intervals: false });
    const planted = tried.models.find(({ name }) => name === "smiling-lipstick-100-1")?.planted ?? {};
    for (const name of ["smoothed", "pooled", "three steps", "re-encoded"]) {
      expect(planted[`alignment: ratio, ${name}`]).toBeGreaterThan(0.1);
    }
    expect(planted["decomposition: share, cosine above 0.05"]).toBe(
      result.models.find(({ name }) => name === "smiling-lipstick-100-1")?.planted.decomposition,
    );
    expect(tried.scores.every(({ name }) => !name.startsWith("saliency"))).toBe(true);
  });

  test("goes on where it was: the same figures from what it left", { timeout: 300_000 }, async () => {
    expect(await run()).toEqual(result);
  });

  test("prints what its schema says", { timeout: 300_000 }, async () => {
    const args = ["bench", "planted", "--models", folder, "--out", join(folder, "out"), "--images", "3", "--json"];
    const { code, stdout } = await cli(...args);
    expect(code).toBe(0);
    const printed = plantedSchema.parse(JSON.parse(stdout));
    expect(printed.models).toEqual(result.models);
    expect(printed.scores.map(({ world }) => world)).toEqual(printed.scores.map(() => "cartoon-faces"));
  });
});

describe("its models", () => {
  test("are those of the recipe: every pair with all strengths, seeds and decoys, every target with its controls", async () => {
    const { recipe, models } = await readBenchmark();
    for (const { target, feature, split } of recipe.pairs) {
      const own = models.filter((model) => model.target === target && model.feature === feature);
      expect(own.every((model) => model.split === split)).toBe(true);
      expect(own.filter(({ kind }) => kind === "planted").length).toBe(recipe.strengths.length * recipe.seeds.length);
      expect(own.filter(({ kind }) => kind === "decoy").length).toBe(recipe.seeds.length);
    }
    expect(recipe.pairs.filter(({ split }) => split === "test").length).toBeGreaterThanOrEqual(6);
    const file = JSON.parse(await readFile(join(zoo, "planted-faces/models/planted/model.json"), "utf8"));
    expect(file.targets).toEqual(models.map(({ name }) => name));
  });

  test("that are not there are said to be in the repository", async () => {
    const { code, stderr } = await cli("bench", "planted", "--models", "nowhere");
    expect(code).toBe(2);
    expect(stderr).toBe(
      'cfalign: planted benchmark: expected its models in "nowhere", got no recipe.json there: they come with the repository, not with the package; clone it, or give --models that folder\n',
    );
  });

  test("an unknown world is refused by name", async () => {
    const { code, stderr } = await cli("bench", "planted", "--world", "moon");
    expect(code).toBe(2);
    expect(stderr).toMatch(/^cfalign: --world: expected cartoon-faces.*, got "moon"\n$/);
  });

  test("an unknown benchmark is refused by name", async () => {
    const { code, stderr } = await cli("bench", "wild");
    expect(code).toBe(2);
    expect(stderr).toBe('cfalign: unknown benchmark "wild": expected planted\n');
  });
});
