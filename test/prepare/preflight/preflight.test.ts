import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Workspace } from "../../../src/models/workspace.ts";
import { type Preflight, preflight } from "../../../src/prepare/preflight/preflight.ts";
import { attributes, lines } from "../../models/linear-models.ts";
import { linearWorld } from "../../models/linear-world.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "../../run/small-world.ts";

let faces = "";
let workspace: Workspace;
let found: Preflight;
let clock = 0;
const line = { slope: [2, 0, 0, 0], intercept: 0 };

beforeAll(async () => {
  faces = join(await temporaryFolder(), "faces");
  await drawFaces(faces, 60);
  writeFileSync(join(faces, "notes.txt"), "not an image");
  workspace = await openSmallWorld(await smallWorld());
  // Every look at the clock is 16 seconds after the last: a second a row.
  found = await preflight(faces, {
    workspace,
    now: () => {
      clock += 16_000;
      return clock;
    },
  });
});
afterAll(() => workspace.dispose());

test("a preflight counts what a classifier says of the pictures", () => {
  const labels = readFileSync(join(faces, "metadata.csv"), "utf8").trim().split("\n").slice(1);
  // The logit of the small world's smile is the label's latent, with the sign that the label is.
  const smiling = labels.filter((line) => line.split(",")[1] === "1").length;
  const target = found.models[0]?.targets[0];
  expect([target?.name, target?.positives]).toEqual(["smiling", smiling]);
});

test("a preflight knows every model in its role, and that all run", () => {
  expect(found.models.map(({ name, role }) => `${name}: ${role}`)).toEqual([
    "attributes: classifier",
    "biased: classifier",
    "colours: classifier",
    "judge: judge",
  ]);
  expect(found.runs).toBe(true);
  expect(found.models.every((model) => model.forwardProblem === null && model.gradientProblem === null)).toBe(true);
});

test("a preflight tells an autoencoder that keeps every decision", () => {
  // Pictures of the small world are drawn by its decoder, up to 8 bits.
  for (const { agreement, blind } of found.models.flatMap(({ targets }) => targets)) {
    expect(agreement).toBeGreaterThan(0.95);
    expect(blind).toBe(false);
  }
});

test("a preflight tells a flat latent, and files that are no pictures", () => {
  expect(found.autoencoder).toMatchObject({ latentDims: [4], spatial: false, flattened: false });
  expect(found.images).toMatchObject({ files: 61, looked: 61, unusable: 1, stretched: 0 });
});

test("a preflight takes its times from the clock, per picture", () => {
  expect(found.autoencoder.decodeSeconds).toBeCloseTo(1, 9);
  expect(found.models.map(({ forwardSeconds }) => forwardSeconds)).toEqual([1, 1, 1, 1]);
  expect(found.models.map(({ gradientSeconds }) => gradientSeconds)).toEqual([1, 1, 1, null]);
});

test("a preflight asks twice, and stops at a classifier that answers otherwise the second time", async () => {
  const { path } = await linearWorld([attributes, { ...lines("chance", { smiling: line }), noise: 1e-4 }]);
  await using world = await openSmallWorld(path);
  const { runs, statements } = await preflight(faces, { workspace: world, now: () => 0 });
  expect(runs).toBe(false);
  expect(statements.filter(({ level }) => level === "stop")).toEqual([
    {
      level: "stop",
      about: "chance",
      sentence:
        "it gives another answer when the same is asked again: export it in evaluation mode, without random operators",
    },
  ]);
});

test("an encoder with chance in it is refused", async () => {
  const { path } = await linearWorld([attributes], { noise: 1e-4 });
  await using world = await openSmallWorld(path);
  await expect(preflight(faces, { workspace: world, now: () => 0 })).rejects.toMatchObject({
    code: "input",
    message:
      "linear: its encoder gives another answer when the same is asked again: export it in evaluation mode, without random operators",
  });
});

test.each(["uint8", "int8"] as const)("pixels of %s are those of the manifest's range, or refused", async (pixels) => {
  const { path } = await linearWorld([attributes, { ...lines("whole", { smiling: line }), pixels }]);
  const range = pixels === "uint8" ? [0, 255] : [-128, 127];
  const manifest = join(dirname(path), "whole.json");
  await expect(openSmallWorld(path)).rejects.toMatchObject({
    code: "input",
    message: `${manifest}: input.range: expected [${range.join(", ")}] for the ${pixels} pixels of ${join(dirname(path), "whole.onnx")}, got [0, 1]`,
  });
  const described = JSON.parse(readFileSync(manifest, "utf8"));
  writeFileSync(manifest, JSON.stringify({ ...described, input: { ...described.input, range } }));
  await using world = await openSmallWorld(path);
  expect((await preflight(faces, { workspace: world, now: () => 0 })).runs).toBe(true);
});

test("a preflight tells of every column with a judge whether edits reach it", () => {
  const { reach, statements } = found;
  expect(reach.map(({ feature, witness, probe }) => [feature, witness, probe])).toContainEqual([
    "smiling",
    "judge/smiling",
    false,
  ]);
  const [smiling] = reach.filter(({ feature }) => feature === "smiling");
  expect(smiling?.edits).toBe(12);
  // The decoder is linear: the pattern of the smile is its own axis.
  expect(smiling?.moved).toBe(true);
  expect(statements).toContainEqual({
    level: "good",
    about: "smiling",
    sentence: `${smiling?.seen} of 12 edits seen by judge/smiling`,
  });
});
