import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { trainWitnessApart } from "../../src/training/train-apart.ts";
import { type TrainingProgress, trainWitness } from "../../src/training/train-witness.ts";
import { filesBelow } from "../pipeline/audit-world.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { plantedFolder } from "./planted-folder.ts";

test("a training in a process of its own that was ended goes on, and comes to the same file", async () => {
  const folder = await temporaryFolder();
  const table = await plantedFolder(join(folder, "planted"), 150, 16);
  const quick = { size: 16, epochs: 20, minAuroc: 0.5 };
  const out = join(folder, "witness");
  const controller = new AbortController();
  const ending = trainWitnessApart(table, {
    ...{ ...quick, out, signal: controller.signal },
    progress: ({ stage, done }) => {
      if (stage === "training" && done === 25) controller.abort();
    },
  });
  await expect(ending).rejects.toMatchObject({ code: "interrupted" });
  const told: TrainingProgress[] = [];
  const made = await trainWitnessApart(table, { ...quick, out, progress: (one) => told.push(one) });
  expect(told.find(({ stage }) => stage === "training")?.done).toBeGreaterThan(20);
  const whole = await trainWitness(table, { ...quick, out: join(folder, "whole") });
  expect(made.manifest).toBe(join(out, "model.json"));
  expect({ ...made, manifest: null }).toEqual({ ...whole, manifest: null });
  expect(filesBelow(out)).toHaveLength(filesBelow(join(folder, "whole")).length);
  expect(readFileSync(join(out, "model.onnx"))).toEqual(readFileSync(join(folder, "whole", "model.onnx")));
});

test("what cannot be trained on is said in one line from there, too", async () => {
  const out = join(await temporaryFolder(), "witness");
  await expect(trainWitnessApart(join(out, "no.csv"), { out })).rejects.toMatchObject({ code: "input" });
});
