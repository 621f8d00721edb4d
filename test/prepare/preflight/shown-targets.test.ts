import { join } from "node:path";
import { expect, test } from "vitest";
import { openRun } from "../../../src/results/open-run.ts";
import { cli } from "../../cli/cli.ts";
import { alongLatent, linearWorld } from "../../models/linear-world.ts";
import { drawFaces, temporaryFolder } from "../../run/small-world.ts";

test("of 300 classes those are lowered and watched that pictures show, and they are named", async () => {
  const [left, right] = [alongLatent([0, 0, 0, 16]), alongLatent([0, 0, 0, -16])];
  const logit = (weights: readonly number[]): number => -weights.reduce((sum, weight) => sum + 0.5 * weight, 0);
  // Two classes share all pictures; the others are never the most likely.
  const others = Array.from({ length: 298 }, (_, i) => `class-${i}`);
  const world = await linearWorld([
    {
      name: "many",
      targets: [...others, "left", "right"],
      activation: "softmax",
      weights: [...others.map(() => left.map(() => 0)), left, right],
      biases: [...others.map(() => -30), logit(left), logit(right)],
    },
    { name: "few", targets: ["left"], activation: "sigmoid", weights: [left], biases: [logit(left)] },
  ]);
  const folder = await temporaryFolder();
  await drawFaces(join(folder, "faces"), 40);
  const out = join(folder, "run");
  const argv = ["align", join(folder, "faces"), "-w", world.path, "--limit", "4", "--out", out];
  const { code, stderr } = await cli(...argv);
  expect([code, stderr]).toEqual([0, expect.stringContaining("many has 300 targets: of those that 40 pictures show")]);
  expect(stderr).toContain("--base and --downstream name others");
  const { file } = await openRun(out);
  expect([...file.bases].sort()).toEqual(["few", "left", "right"]);
  expect([...file.downstream].sort()).toEqual(["few", "left", "right"]);
});
