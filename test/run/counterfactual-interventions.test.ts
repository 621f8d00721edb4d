import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { createRandom } from "../../src/base/random.ts";
import { featureSheets } from "../../src/report/interventions.ts";
import { readInterventionPictures } from "../../src/results/intervention-pictures.ts";
import { interventionsFile, openRun } from "../../src/results/open-run.ts";
import { latentSize } from "../models/linear-world.ts";
import { runToEnd, smallScene } from "./small-world.ts";

const options = { bases: ["smiling", "biased"], limit: 20, keepImages: 0, interventions: 30 } as const;

const { workspace, folder, faces } = await smallScene(300);
// Labels of glasses that are right on 13 of 25 images: their pattern is too faint to move them.
const path = join(faces, "metadata.csv");
const [head, ...rows] = (await readFile(path, "utf8")).trim().split("\n");
const { normal } = createRandom(1);
const labelled = rows.map((row, i) => {
  const [, glasses = 0] = Array.from({ length: latentSize }, normal);
  return `${row},${glasses > 0 === i % 25 < 13 ? 1 : 0}`;
});
await writeFile(path, `${[`${head},glasses`, ...labelled].join("\n")}\n`);
await runToEnd(faces, { ...options, workspace, out: join(folder, "whole") });
const whole = await openRun(join(folder, "whole"));
afterAll(() => workspace.dispose());

const glassesBy = (editor: string) =>
  (whole.interventions ?? []).filter((row) => row.feature === "glasses" && row.editor === editor);

test("what no pattern moves is moved by counterfactuals of another network than its witness, and found by them", () => {
  expect(glassesBy("pattern").length).toBe(60);
  const made = glassesBy("counterfactual");
  expect(made.length).toBeGreaterThan(40);
  expect(new Set(made.map(({ editedBy, witness }) => `${editedBy} ${witness}`))).toEqual(
    new Set(["glasses judge/glasses"]),
  );
  expect(whole.interventions?.filter(({ feature, editor }) => feature !== "glasses" && editor !== "pattern")).toEqual(
    [],
  );
  const cell = alignmentMatrix(whole).cells.find(
    ({ base, downstream }) => base === "biased" && downstream === "glasses",
  );
  expect(cell).toMatchObject({
    state: "found",
    effect: { editors: ["counterfactual"], toldByEditor: false, count: made.length },
  });
});

test("pictures of them are kept, and shown in place of those of the pattern", async () => {
  const sheets = (await readInterventionPictures(whole.path, whole.file)).filter(
    ({ feature }) => feature === "glasses",
  );
  expect(sheets.map(({ editor }) => editor)).toEqual(["pattern", "counterfactual"]);
  const first = (["remove", "add"] as const).flatMap((side) =>
    glassesBy("counterfactual")
      .filter((row) => row.side === side)
      .slice(0, 4)
      .map(({ image }) => ({ image, side })),
  );
  expect(sheets[1]?.edits).toEqual(first);
  const shown = (await featureSheets(whole, [])).filter(({ feature }) => feature === "glasses");
  expect(shown.map(({ editor }) => editor)).toEqual(["counterfactual"]);
});

test("made anew, and by the first of two shards, they are the same to the byte", async () => {
  const path = join(whole.path, interventionsFile);
  const bytes = await readFile(path);
  await rm(path);
  await runToEnd(faces, { ...options, workspace, out: whole.path });
  expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
  const out = join(folder, "shard");
  await runToEnd(faces, { ...options, workspace, out, shard: { index: 1, count: 2 } });
  expect(Buffer.compare(await readFile(join(out, interventionsFile)), bytes)).toBe(0);
});
