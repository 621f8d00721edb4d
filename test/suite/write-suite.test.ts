import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { platform } from "#platform";
import { fitImage } from "../../src/models/fit-image.ts";
import { predict } from "../../src/models/prediction.ts";
import { readImage } from "../../src/models/read-image.ts";
import { sealed } from "../../src/results/sealed-json.ts";
import { completeSuite } from "../../src/suite/complete-suite.ts";
import { mergeSuites } from "../../src/suite/merge-suites.ts";
import { openSuite, picturesOf, readPicture, type Suite, suiteProblems } from "../../src/suite/open-suite.ts";
import { writeSuite } from "../../src/suite/write-suite.ts";
import { drawFaces } from "../run/small-world.ts";
import { smallSuite } from "./small-suite.ts";

const small = await smallSuite();
const { suite } = small;
afterAll(() => small.workspace.dispose());

test("a suite has the run's interventions that their witness confirms, and no others", () => {
  const rows = small.run.interventions ?? [];
  for (const { feature, change, image, length, before, after } of suite.pairs) {
    const row = rows.find((each) => each.feature === feature && each.side === change && each.image === image);
    expect(row?.length, `${feature} ${change} ${image}`).toBe(length);
    const { name } = suite.file.features.find((each) => each.name === feature)?.witness ?? { name: "" };
    const fall = (before.predictions[name] as number) - (after.predictions[name] as number);
    expect(change === "remove" ? fall : -fall).toBeGreaterThan(0.25);
    // Eight bits, and no other difference from what the run saw.
    expect(Math.abs((row?.after[name] as number) - (after.predictions[name] as number))).toBeLessThan(0.05);
  }
  expect(suite.pairs.length).toBeGreaterThan(100);
});

test("what the table says that classifiers predict is what they predict on the files", async () => {
  const { autoencoder } = small.workspace;
  for (const { after, before } of suite.pairs.slice(0, 5)) {
    for (const { file, predictions } of [before, after]) {
      const image = await fitImage(await readImage(join(suite.path, file)), autoencoder.image);
      for (const [name, told] of Object.entries(predictions)) {
        const [[said] = []] = await predict(image, [small.workspace.classifier(name)]);
        expect(Math.abs((said?.prediction as number) - told), name).toBeLessThan(1e-6);
      }
    }
  }
});

test("before and after differ by the feature's pattern and nothing else", async () => {
  const pair = suite.pairs.find(({ feature }) => feature === "glasses");
  const [before, after] = await Promise.all(
    [pair?.before, pair?.after].map(async (side) => (await readImage(join(suite.path, side?.file as string))).data),
  );
  const change = Math.sqrt(
    (before as Float32Array).reduce((sum, value, p) => sum + (value - (after?.[p] as number)) ** 2, 0) /
      (before?.length as number),
  );
  expect(Math.abs(change - (pair?.distance as number))).toBeLessThan(0.01);
});

test("the table is one that image folders have: a line a file, each with the same columns", async () => {
  const lines = (await readFile(join(suite.path, "metadata.jsonl"), "utf8")).trimEnd().split("\n");
  const rows = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(rows).toHaveLength(2 * suite.pairs.length);
  expect(new Set(rows.map(({ file_name }) => file_name)).size).toBe(rows.length);
  expect(new Set(rows.map((row) => Object.keys(row).join())).size).toBe(1);
  expect(new Set(rows.map(({ labels }) => Object.keys(labels as object).join()))).toEqual(new Set(["smiling,young"]));
  const readme = await readFile(join(suite.path, "README.md"), "utf8");
  expect(readme).toContain("| glasses | pattern | judge/glasses |");
});

test("written again it is the same to the byte, but for the time", async () => {
  const out = join(small.folder, "again");
  await writeSuite(small.run, { workspace: small.workspace, out });
  for (const file of ["metadata.jsonl", ...picturesOf(suite).map(({ file }) => file)]) {
    expect(Buffer.compare(await readFile(join(out, file)), await readFile(join(suite.path, file))), file).toBe(0);
  }
});

test("a limit takes as many of every feature and side as there are to take", async () => {
  const { file } = await writeSuite(small.run, {
    ...{ workspace: small.workspace, out: join(small.folder, "few"), limit: 24 },
  });
  expect(file.pairs).toBe(24);
  const counts = file.features.flatMap(({ removed, added }) => [removed.pairs, added.pairs]);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test("a file that is gone, damaged or changed is named", async () => {
  const out = join(small.folder, "broken");
  await cp(suite.path, out, { recursive: true });
  expect(await suiteProblems(await openSuite(out))).toEqual([]);
  const [first, second] = suite.pairs as [Suite["pairs"][number], Suite["pairs"][number]];
  await rm(join(out, first.before.file));
  await writeFile(join(out, second.after.file), "no picture");
  expect(await suiteProblems(await openSuite(out))).toEqual([
    {
      file: first.before.file,
      problem: `${join(out, first.before.file)}: expected a picture of the suite, found nothing there: copy the suite again`,
    },
    {
      file: second.after.file,
      problem: `${join(out, second.after.file)}: the picture is damaged, or was changed: its checksum is of other content: copy the suite again`,
    },
  ]);
  await writeFile(join(out, "metadata.jsonl"), "");
  await expect(openSuite(out)).rejects.toThrow(
    `${join(out, "metadata.jsonl")}: the file is damaged, or was changed: its checksum is of other content: write the suite again`,
  );
});

test("a suite that names files elsewhere is refused before any is read", async () => {
  const out = join(small.folder, "elsewhere");
  await cp(suite.path, out, { recursive: true });
  const text = await readFile(join(out, "metadata.jsonl"), "utf8");
  for (const name of [
    "../secret.png",
    "pictures/../../secret.png",
    "/etc/passwd",
    "C:\\secret.png",
    "..\\secret.png",
  ]) {
    const [first = "", ...rest] = text.split("\n");
    const lines = [JSON.stringify({ ...JSON.parse(first), file_name: name }), ...rest].join("\n");
    await writeFile(join(out, "metadata.jsonl"), lines);
    const metadata = await platform.sha256(new TextEncoder().encode(lines));
    await writeFile(join(out, "suite.json"), await sealed({ ...suite.file, metadata }));
    await expect(openSuite(out)).rejects.toThrow(`expected pictures below the suite's folder, found "${name}"`);
  }
});

test("a suite of a newer format is refused, and what is none is told", async () => {
  const out = join(small.folder, "newer");
  await cp(suite.path, out, { recursive: true });
  await writeFile(join(out, "suite.json"), await sealed({ ...suite.file, formatVersion: 3 }));
  await expect(openSuite(out)).rejects.toThrow(
    `"${out}": expected a suite of format 2, found format 3: take a newer version of cfalign`,
  );
  await expect(openSuite(small.faces)).rejects.toThrow(
    `"${small.faces}": expected a suite (a folder made by cfalign suite write), found a folder or file without suite.json`,
  );
});

test("other images than the run's, and a folder that is taken, are refused", async () => {
  const other = join(small.folder, "other");
  await drawFaces(other, 20, 5);
  const options = { workspace: small.workspace, out: join(small.folder, "refused") };
  await expect(writeSuite(small.run, { ...options, images: other })).rejects.toThrow(
    `"${other}": expected the images of "${small.run.path}", found others (`,
  );
  await expect(writeSuite(small.run, { ...options, out: suite.path })).rejects.toThrow(
    `"${suite.path}": expected a folder that is new or empty, found another: choose one (out)`,
  );
});

test("merged with itself a suite stays what it is, and one of another size is refused", async () => {
  const out = join(small.folder, "merged");
  const file = await mergeSuites([suite.path, suite.path], { out });
  const merged = await openSuite(out);
  const distinct = new Set(suite.pairs.map(({ before, after }) => before.sha256 + after.sha256));
  expect(file.pairs).toBe(distinct.size);
  expect(await suiteProblems(merged)).toEqual([]);
  expect(merged.file.classifiers).toEqual(suite.file.classifiers);
  const odd = join(small.folder, "odd");
  await cp(suite.path, odd, { recursive: true });
  await writeFile(join(odd, "suite.json"), await sealed({ ...suite.file, width: 9 }));
  await expect(mergeSuites([suite.path, odd], { out: join(small.folder, "none") })).rejects.toThrow(
    `"${odd}": expected 3 × 2 pixels as "${suite.path}", got 9 × 2 pixels: write it again`,
  );
});

test("pictures are lossless: files of 8 bits without a colour lost", async () => {
  const [picture] = picturesOf(suite);
  const bytes = await readFile(join(suite.path, picture?.file as string));
  expect([...bytes.subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join("")).toBe("PNG");
  const { width, height } = await platform.decodeImage(bytes);
  expect([width, height]).toEqual([3, 2]);
});

test("differences alone, with the images where they were, are the same pictures", async () => {
  const out = join(small.folder, "edits");
  const { bytes } = await writeSuite(small.run, { workspace: small.workspace, out, onlyEdits: true });
  const edits = await openSuite(out);
  expect(bytes).toBeLessThan(small.written.bytes);
  expect(await suiteProblems(edits)).toEqual([]);
  for (const [place, pair] of edits.pairs.entries()) {
    const same = suite.pairs[place] as Suite["pairs"][number];
    for (const side of ["before", "after"] as const) {
      expect(pair[side].predictions).toEqual(same[side].predictions);
      if (place < 20)
        expect((await readPicture(edits, pair[side])).data).toEqual((await readPicture(suite, same[side])).data);
    }
  }
  const whole = join(small.folder, "completed");
  const completed = await completeSuite(out, { out: whole });
  expect(completed.metadata).toBe(suite.file.metadata);
  expect(await suiteProblems(await openSuite(whole))).toEqual([]);
  await expect(mergeSuites([out, out], { out: join(small.folder, "no") })).rejects.toThrow(
    `"${out}": expected a suite with its pictures, got differences only: complete it first`,
  );
});

test("differences to an image that changed are refused with what to do", async () => {
  const faces = join(small.folder, "changed");
  await cp(small.faces, faces, { recursive: true });
  const out = join(small.folder, "edits-of-changed");
  await writeSuite(small.run, { workspace: small.workspace, images: faces, out, onlyEdits: true, limit: 12 });
  const edits = await openSuite(out);
  const image = edits.pairs[0]?.image as string;
  await cp(join(faces, edits.pairs.find((pair) => pair.image !== image)?.image as string), join(faces, image));
  await expect(readPicture(edits, edits.pairs[0]?.after as Suite["pairs"][number]["after"])).rejects.toThrow(
    "the picture is damaged, or was changed: its checksum is of other content: bring back the images that the suite was made of",
  );
});
