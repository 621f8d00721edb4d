import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { errorOutput, rectifyOutput } from "../../src/cli/schemas.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { alongLatent, linearWorld } from "../models/linear-world.ts";
import { drawFaces, temporaryFolder } from "../run/small-world.ts";
import { type CliResult, cli } from "./cli.ts";

let world = "";
let faces = "";
let out = "";
let result: CliResult;

/** Weights along a latent slope, and the bias that makes the logit of the grey image 0. */
function plane(...slope: number[]): { weights: number[]; bias: number } {
  const weights = alongLatent(slope);
  return { weights, bias: -weights.reduce((sum, weight) => sum + 0.5 * weight, 0) };
}

beforeAll(async () => {
  const folder = await temporaryFolder();
  const [smiling, glasses, biased] = [plane(6, 0, 0, 0), plane(0, 6, 0, 0), plane(6, 3, 0, 0)] as const;
  const file = (name: string, targets: readonly string[], planes: readonly ReturnType<typeof plane>[]) => ({
    ...{ name, targets, activation: "sigmoid" as const },
    weights: planes.map(({ weights }) => weights),
    biases: planes.map(({ bias }) => bias),
  });
  const classifiers = [
    file("attributes", ["smiling", "glasses"], [smiling, glasses]),
    file("biased", ["smiling"], [biased]),
  ];
  world = (await linearWorld(classifiers)).path;
  faces = join(folder, "faces");
  out = join(folder, "rectified");
  await drawFaces(faces, 330);
  const targets = "biased,attributes/smiling";
  result = await cli(
    ...["rectify", faces, "-w", world, "--target", targets, "--against", "glasses"],
    ...["--method", "sum", "--max-shift", "3", "--seed", "7", "--out", out, "--json"],
  );
}, 300_000);

const rectification = () => rectifyOutput.parse(JSON.parse(result.stdout));
const named = (name: string) => {
  const found = rectification().targets.find(({ target }) => target === name);
  if (found === undefined) throw new Error(`no target ${name}`);
  return found;
};

describe("rectify", () => {
  test("repairs the biased target and leaves the clean one alone", () => {
    expect(result.code, result.stderr).toBe(0);
    const { features, verdict } = named("biased");
    const [feature] = features;
    // In the middle of the sigmoids it is −⟨a, b⟩/‖b‖² = −0.5.
    expect([verdict, feature?.coefficient]).toEqual(["rectified", expect.closeTo(-0.5, 0)]);
    const { before, after } = feature?.splits.test ?? {};
    expect(before?.present.mean).toBeGreaterThan(0.2);
    expect(Math.abs(after?.all.mean ?? 1)).toBeLessThan(0.25 * Math.abs(before?.all.mean ?? 0));
    expect(named("smiling")).toMatchObject({ verdict: "nothing to rectify", rectified: null, model: null, cells: [] });
  });

  test("speaks of the same images before and after", () => {
    const { features, images } = named("biased");
    for (const split of ["train", "validation", "test"] as const) {
      const { before, after } = features[0]?.splits[split] ?? {};
      for (const stratum of ["all", "present", "absent"] as const) {
        expect(after?.[stratum].images).toBe(before?.[stratum].images);
      }
      expect(before?.all.images).toBe(images[split]);
    }
  });

  test("keeps the learning curve with the look it stopped at, and five fits", () => {
    const { descent, features } = named("biased");
    expect(descent?.checks.map(({ step }) => step)).toContain(descent?.chosen);
    const chosen = descent?.checks.find(({ step }) => step === descent.chosen);
    expect(features[0]?.coefficient).toBeCloseTo(chosen?.coefficients[0] ?? Number.NaN, 3);
    expect(features[0]?.fits).toHaveLength(5);
  });

  test("lists every column in the ledger, and performance where there are labels", () => {
    const { cells, performance } = named("biased");
    expect(cells.map(({ downstream }) => downstream).sort()).toEqual(["biased", "glasses", "smiling"]);
    expect(
      cells
        .filter(({ role }) => role === "own")
        .map(({ downstream }) => downstream)
        .sort(),
    ).toEqual(["biased", "smiling"]);
    // Labels say whether the face smiles; the repaired classifier is better at it.
    expect(performance[0]?.label).toBe("smiling");
    expect(performance[0]?.after.auroc).toBeGreaterThan(performance[0]?.before.auroc ?? 1);
  });

  test("keeps a few test images before and after in pictures, with what moved on them", async () => {
    const { pictures } = named("biased");
    expect(pictures.map(({ chosen }) => chosen)).toEqual([...Array(4).fill("first"), ...Array(2).fill("most-left")]);
    await using workspace = await openWorkspace(world, { threads: 1 });
    const glasses = workspace.classifier("glasses");
    for (const { image, file, width, height, original, rectified } of pictures) {
      const sheet = await platform.decodeImage(readFileSync(join(out, file)));
      expect([sheet.width, sheet.height]).toEqual([4 * width, height]);
      // What the classifier of the feature says of the frames themselves, as far as their compression lets it.
      const { data } = sheet;
      const grey = (frame: number, y: number, x: number): number =>
        (data[3 * ((4 * y + frame) * width + x)] ?? 0) / 255;
      const frames = Float32Array.from({ length: 4 * height * width }, (_, at) =>
        grey(Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width),
      );
      const outputs = await outputsOf(modelsOf([glasses]), { data: frames, dims: [4, 1, height, width] });
      const said = [1, 2, 3].map((frame) => read(glasses, outputs(frame)).prediction);
      for (const [place, value] of [
        original.features[0]?.before,
        original.features[0]?.after,
        rectified.features[0]?.after,
      ].entries()) {
        expect(Math.abs((said[place] ?? 9) - (value ?? 0)), `${image}, frame ${place + 1}`).toBeLessThan(0.15);
      }
      expect(original.before - original.after).toBeGreaterThan(0.3);
    }
    expect(named("smiling").pictures).toEqual([]);
  }, 60_000);

  test("saves a classifier that a workspace opens and that is no longer biased", async () => {
    const { model } = named("biased");
    const contents = JSON.parse(readFileSync(world, "utf8"));
    const path = join(dirname(world), "with-rectified.json");
    const manifest = join(out, model?.manifest ?? "");
    const classifiers = [...contents.classifiers.map((file: string) => join(dirname(world), file)), manifest];
    // Workspace files name their parts relative to themselves.
    const relative = classifiers.map((file) => platform.files.relative(dirname(world), file));
    writeFileSync(path, JSON.stringify({ ...contents, classifiers: relative }));
    await using workspace = await openWorkspace(path, { threads: 1 });
    expect(workspace.classifier("biased-rectified").terms[0]?.model.scale).toBeDefined();
  }, 60_000);

  test("writes what it prints, and does not write over it", async () => {
    const path = join(out, "rectification.json");
    expect(rectifyOutput.parse(JSON.parse(readFileSync(path, "utf8")))).toEqual(rectification());
    const again = await cli(
      ...["rectify", faces, "-w", world, "--target", "biased", "--against", "glasses", "--out", out, "--json"],
    );
    expect(again.code).toBe(2);
    expect(errorOutput.parse(JSON.parse(again.stderr)).error.message).toBe(
      `"${path}" exists: choose another folder (--out), or remove it`,
    );
  }, 60_000);

  test("is refused where another works in its folder", async () => {
    const taken = join(out, "taken");
    const lock = await platform.files.lockFolder(taken);
    const { code, stderr } = await cli(
      ...["rectify", faces, "-w", world, "--target", "biased", "--against", "glasses", "--out", taken],
    );
    await lock.release();
    expect([code, stderr]).toEqual([2, expect.stringContaining(`"${taken}" is in use by process ${process.pid} (`)]);
    expect(existsSync(taken)).toBe(false);
  });

  test("prints the verdict, the expression and the figures for people", async () => {
    const { rectificationText } = await import("../../src/cli/rectification-text.ts");
    const plain = (text: string): string => text;
    const text = rectificationText(rectification(), { bold: plain, dim: plain });
    expect(text).toContain("biased: rectified");
    expect(text).toContain(named("biased").rectified);
    expect(text).toContain("smiling: nothing to rectify");
  });

  test("against itself is refused", async () => {
    const itself = await cli(
      ...["rectify", faces, "-w", world, "--target", "biased", "--against", "biased", "--out", join(out, "x")],
    );
    expect(itself).toEqual({
      code: 2,
      stdout: "",
      stderr: "cfalign: --target: expected a classifier other than biased\n",
    });
    expect(existsSync(join(out, "x"))).toBe(false);
  }, 60_000);
});
