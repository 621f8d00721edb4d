import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { platform } from "#platform";
import { checkRun } from "../../src/audit/compare/check.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { readInterventionPictures } from "../../src/results/intervention-pictures.ts";
import type { Cell } from "../../src/results/matrix-schema.ts";
import { mergeRuns } from "../../src/results/merge.ts";
import { interventionsFile, openRun } from "../../src/results/open-run.ts";
import { tileOf } from "../../src/results/thumbnail-sheets.ts";
import { alongLatent, linearWorld } from "../models/linear-world.ts";
import { openSmallWorld, runToEnd, smallScene } from "./small-world.ts";

const options = { bases: ["smiling", "biased"], limit: 40, keepImages: 0, interventions: 30 } as const;

const { workspace, folder, faces } = await smallScene(300);
await runToEnd(faces, { ...options, workspace, out: join(folder, "whole") });
const whole = await openRun(join(folder, "whole"));
afterAll(() => workspace.dispose());

function cellOf(base: string, downstream: string): Cell {
  const cell = alignmentMatrix(whole).cells.find((each) => each.base === base && each.downstream === downstream);
  if (cell === undefined) throw new Error(`no cell ${base} → ${downstream}`);
  return cell;
}

test("every feature with a side of ten pictures is moved on both sides, where its witness agrees with its label", () => {
  const rows = whole.interventions ?? [];
  expect(new Set(rows.map(({ feature }) => feature))).toEqual(
    new Set(["smiling", "glasses", "rare", "red", "green", "blue"]),
  );
  for (const { feature, side, witness, before, image } of rows) {
    expect((before[witness] as number) >= 0.5, `${feature} of ${image}`).toBe(side === "remove");
  }
  const smiling = rows.filter(({ feature }) => feature === "smiling");
  expect(smiling.map(({ side }) => side).filter((side) => side === "add")).toHaveLength(30);
  expect(new Set(smiling.map(({ witness }) => witness))).toEqual(new Set(["judge/smiling"]));
});

test("labels of the table are what a feature's sides are by", () => {
  const labels = new Map(whole.images.map(({ image, labels }) => [image, labels]));
  for (const { feature, side, image } of whole.interventions ?? []) {
    if (feature === "smiling") expect(labels.get(image)?.smiling, image).toBe(side === "remove" ? 1 : 0);
  }
});

test("an edit goes no further than its witness asks for", () => {
  const lengths = (whole.interventions ?? []).map(({ length }) => length);
  expect(Math.min(...lengths)).toBe(1);
  expect(lengths.filter((length) => length === 1).length).toBeGreaterThan(lengths.length / 4);
});

test("a classifier that was built to use a feature is found to use it, and one that was not is not", () => {
  const used = cellOf("biased", "glasses");
  expect(used.state).toBe("found");
  expect(used.effect?.state).toBe("found");
  // Ten parts smile, nine parts glasses.
  expect(used.effect?.value).toBeGreaterThan(0.3);
  expect(used.effect?.removed?.after).toBeLessThan(used.effect?.removed?.before as number);
  expect(used.effect?.witness).toBe("judge/glasses");
  const unused = cellOf("smiling", "glasses");
  expect(unused.effect?.state).toBe("clear");
  expect(Math.abs(unused.effect?.value as number)).toBeLessThan(0.05);
});

test("own concepts, and classes of one softmax, have no effect to judge", () => {
  expect(cellOf("biased", "smiling").effect).toBeNull();
  expect(cellOf("biased", "smiling").state).toBeNull();
});

/** The tiles of a feature's sheet as decoded bytes: pattern, then before and after of every edit. */
async function tilesOf(feature: string) {
  const sheet = (await readInterventionPictures(whole.path, whole.file)).find((each) => each.feature === feature);
  if (sheet === undefined) throw new Error(`no pictures of ${feature}`);
  const pixels = await platform.decodeImage(sheet.bytes);
  const { width, height } = sheet;
  const tiles = Array.from({ length: pixels.width / width }, (_, place) =>
    tileOf({ width, height, columns: pixels.width / width }, pixels, place),
  );
  return { ...sheet, tiles };
}

test("of every feature the first four edits of a side are kept as pictures, before and after", async () => {
  const rows = whole.interventions ?? [];
  const features = [...new Set(rows.map(({ feature }) => feature))];
  const kept = await readInterventionPictures(whole.path, whole.file);
  expect(kept.map(({ feature }) => feature)).toEqual(features);
  for (const feature of features) {
    const { edits, tiles } = await tilesOf(feature);
    const first = (["remove", "add"] as const).flatMap((side) =>
      rows.filter((row) => row.feature === feature && row.side === side).slice(0, 4),
    );
    expect(edits).toEqual(first.map(({ image, side }) => ({ image, side })));
    expect(tiles).toHaveLength(1 + 2 * edits.length);
    for (const [place, { image, distance }] of first.entries()) {
      const [before, after] = [tiles[1 + 2 * place], tiles[2 + 2 * place]].map((tile) => [...(tile?.data ?? [])]) as [
        number[],
        number[],
      ];
      const source = [...(await platform.decodeImage(await readFile(join(faces, image)))).data];
      expect(meanSquare(before, source), image).toBeLessThan(8);
      // The codec's own error is a few levels of 255.
      expect(Math.abs(meanSquare(before, after) - 255 * distance), image).toBeLessThan(8);
    }
  }
});

function meanSquare(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.sqrt(a.reduce((sum, value, at) => sum + (value - (b[at] as number)) ** 2, 0) / a.length);
}

test("the picture of a pattern is grey where the feature adds nothing, and its ends are what is said of them", async () => {
  const { tiles, patternEnds, edits } = await tilesOf("glasses");
  const pattern = [...(tiles[0]?.data ?? [])].map((value) => (patternEnds * (value - 127.5)) / 127.5);
  const rows = whole.interventions ?? [];
  const at = edits.findIndex(
    ({ image, side }) =>
      rows.find((row) => row.feature === "glasses" && row.image === image && row.side === side)?.length === 1,
  );
  expect(at).toBeGreaterThanOrEqual(0);
  const sign = edits[at]?.side === "remove" ? -1 : 1;
  const [before, after] = [tiles[1 + 2 * at]?.data, tiles[2 + 2 * at]?.data] as [Uint8Array, Uint8Array];
  // An edit of length 1 is the pattern itself, but where it leaves the range.
  const off = pattern.filter((value, p) => {
    const edited = after[p] as number;
    const cut = edited < 8 || edited > 247;
    return !cut && Math.abs((sign * (edited - (before[p] as number))) / 255 - value) > 0.08;
  });
  expect(off.length).toBeLessThan(pattern.length / 50);
});

test("pictures that are lost or damaged are told of, and made anew", async () => {
  const out = join(folder, "lost-pictures");
  await cp(whole.path, out, { recursive: true });
  const [first] = await readInterventionPictures(out, whole.file);
  const path = join(out, "pictures", first?.sheet as string);
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(0, bytes.length - 1));
  await expect(readInterventionPictures(out, whole.file)).rejects.toThrow(
    `${path}: the file is damaged, its checksum is of other content: delete it and run align again, which makes it anew`,
  );
  await rm(path);
  await expect(readInterventionPictures(out, whole.file)).rejects.toThrow(
    `${path}: expected pictures of the run's interventions, found nothing there: run align again, which makes it anew`,
  );
  await runToEnd(faces, { ...options, workspace, out });
  expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
});

test("made anew they are the same to the byte, and what is there is not made again", async () => {
  const path = join(folder, "whole", interventionsFile);
  const bytes = await readFile(path);
  await rm(path);
  await runToEnd(faces, { ...options, workspace, out: join(folder, "whole") });
  expect(Buffer.compare(await readFile(path), bytes)).toBe(0);
});

test("the first of two shards makes them for both, and their merge has those of the whole run", async () => {
  const shards = [1, 2].map((index) => join(folder, `shard-${index}`));
  for (;;) {
    for (const [place, out] of shards.entries()) {
      await runToEnd(faces, { ...options, workspace, out, shard: { index: place + 1, count: 2 } });
    }
    try {
      await mergeRuns(shards, { out: join(folder, "merged") });
      break;
    } catch (error) {
      // A shard may have to look further before the union is known.
      if (!(error as Error).message.includes("run their align commands again")) throw error;
    }
  }
  expect((await openRun(shards[1] as string)).interventions).toEqual([]);
  const merged = await openRun(join(folder, "merged"));
  expect(merged.interventions).toEqual(whole.interventions);
  expect(await readInterventionPictures(merged.path, merged.file)).toEqual(
    await readInterventionPictures(whole.path, whole.file),
  );
});

test("none are made where none are asked for", async () => {
  const out = join(folder, "none");
  await runToEnd(faces, { ...options, interventions: 0, workspace, out });
  const run = await openRun(out);
  expect(run.interventions).toEqual([]);
  expect(await readInterventionPictures(out, run.file)).toEqual([]);
  expect(alignmentMatrix(run).cells.every(({ effect }) => effect === null)).toBe(true);
});

test("a finished run that lost them, or whose file was changed by a bit, is refused with what to do", async () => {
  const out = join(folder, "damaged");
  await runToEnd(faces, { ...options, workspace, out });
  const path = join(out, interventionsFile);
  const bytes = await readFile(path);
  const changed = Buffer.from(bytes);
  changed[200] = (changed[200] as number) ^ 1;
  await writeFile(path, changed);
  await expect(openRun(out)).rejects.toThrow("run align again, which makes it anew");
  await rm(path);
  await expect(openRun(out)).rejects.toThrow(`${path}: expected the run's interventions, found nothing there`);
  await runToEnd(faces, { ...options, workspace, out });
  expect((await openRun(out)).interventions).toEqual(whole.interventions);
});

test("a bound is held against the effect where there is one, and against relative changes where they are asked for", () => {
  const verdictOf = (bound: string) => checkRun(whole, [bound]).checks[0];
  expect(verdictOf("biased->glasses=0.2")).toMatchObject({ measure: "effect", verdict: "failed", stratum: null });
  expect(verdictOf("biased->glasses=0.2")?.sentence).toMatch(
    /^effect of glasses 0\.\d\d \(.*\) on \d+ edited images: beyond ±0\.2$/,
  );
  expect(verdictOf("smiling->glasses.effect=0.2")).toMatchObject({ measure: "effect", verdict: "passed" });
  expect(verdictOf("biased->glasses.rc=0.2")).toMatchObject({ measure: "rc", effect: null });
  // Signed: what lowers is no more than what raises. Single pictures answer by up to 1.2.
  expect(verdictOf("biased->glasses=-0.1..1.3")).toMatchObject({ measure: "effect", verdict: "passed" });
  expect(verdictOf("biased->glasses=-0.1..0.95")).toMatchObject({ verdict: "unresolved", reason: "rare-use" });
});

test("an effect that there is not is no pass", () => {
  const [item] = checkRun(whole, ["biased->smiling.effect=0.2"]).checks;
  expect(item).toMatchObject({ verdict: "unresolved", reason: "no-effect" });
  expect(() => checkRun({ ...whole, interventions: [] }, ["biased->glasses.effect=0.2"])).toThrow(
    'bounds "biased->glasses.effect=0.2": the run has no effects: align with interventions 24',
  );
});

test("a clean classifier is not found to use what the only witness of its feature uses", async () => {
  const centred = (weights: readonly number[]): number => -0.5 * weights.reduce((sum, weight) => sum + weight, 0);
  const [smiling, glasses, biased] = [[14], [0, 15], [10, 9]].map((latent) =>
    alongLatent([...latent, 0, 0, 0].slice(0, 4)),
  );
  const single = (name: string, target: string, weights: readonly number[] = []) => ({
    ...{ name, targets: [target], activation: "sigmoid" as const, weights: [weights], biases: [centred(weights)] },
  });
  const { path } = await linearWorld([
    single("biased", "smiling", biased),
    single("clean", "smiling", smiling),
    single("glasses", "glasses", glasses),
  ]);
  const unjudged = await openSmallWorld(path);
  try {
    const out = join(folder, "unjudged");
    await runToEnd(faces, { bases: ["biased", "clean"], limit: 20, keepImages: 0, workspace: unjudged, out });
    const { cells } = alignmentMatrix(await openRun(out));
    const [cell] = cells.filter(({ base, downstream }) => base === "clean" && downstream === "glasses");
    expect(cell?.effect?.value).toBeLessThan(-0.3);
    expect(cell).toMatchObject({ state: "unresolved", reason: "moves-others" });
  } finally {
    await unjudged.dispose();
  }
});
