import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { platform } from "#platform";
import {
  alignOutput,
  conceptsOutput,
  drawOutput,
  errorOutput,
  explainOutput,
  figureOutput,
  findOutput,
  flattenOutput,
  furtherOutput,
  inspectOutput,
  labelsOutput,
  matrixOutput,
  mergeOutput,
  modesOutput,
  reportOutput,
  statusOutput,
  submitOutput,
} from "../../src/cli/schemas.ts";
import { readRunFile, writeRunFile } from "../../src/results/run-file.ts";
import { exampleRectification } from "../report/example-rectification.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { type CliResult, cli } from "./cli.ts";

// One small world for all verbs; what each verb computes is tested in its layer, here: that it prints it.
let folder = "";
let world = "";
let faces = "";
let run = "";
let aligned: CliResult;

beforeAll(async () => {
  folder = await temporaryFolder();
  world = await smallWorld();
  faces = join(folder, "faces");
  run = join(folder, "run");
  await drawFaces(faces, 130);
  writeFileSync(join(faces, "notes.txt"), "not an image");
  aligned = await cli("align", faces, "-w", world, "--base", "smiling,biased", "--limit", "20", "--out", run, "--json");
}, 120_000);

const parsed = <T extends z.ZodType>(schema: T, { stdout }: CliResult): z.infer<T> => schema.parse(JSON.parse(stdout));

describe("align", () => {
  test("says what the run holds", () => {
    expect(aligned.code).toBe(0);
    expect(parsed(alignOutput, aligned)).toMatchObject({ run, counterfactuals: 40 });
  });

  test("drops what is no image, and ends with 0", async () => {
    const out = join(folder, "everything");
    const result = await cli("align", faces, "-w", world, "--base", "rare", "--limit", "all", "--out", out, "--json");
    expect(result.code).toBe(0);
    expect(parsed(alignOutput, result)).toMatchObject({ images: 131, dropped: { "not-an-image": 1 } });
    const text = await cli("align", faces, "-w", world, "--base", "rare", "--limit", "all", "--out", out);
    expect(text.stdout).toContain("\nfiles that could not be used: 1 not-an-image\n");
    expect(text.stdout).toMatch(/\n\nnext: cfalign report \S+\n$/);
    const { findings, summary } = parsed(matrixOutput, await cli("matrix", out, "--json"));
    expect(parsed(alignOutput, result)).toMatchObject({ findings, summary });
    expect(text.stdout).toContain(summary.headline);
    expect(text.stdout).toContain(summary.states);
  });

  test("says what its metadata does not fit", async () => {
    const described = join(folder, "described");
    await drawFaces(described, 4);
    writeFileSync(join(described, "metadata.csv"), `file_name,smiling\nnobody.png,1\n${readdirSync(described)[0]},0\n`);
    const arguments_ = ["-w", world, "--base", "smiling", "--select", "all", "--out", join(folder, "described-run")];
    const { code, stderr } = await cli("align", described, ...arguments_);
    expect([code, stderr]).toEqual([
      0,
      'note: metadata.csv: 1 of 2 file names are not in the folder, such as "nobody.png"\n',
    ]);
  });

  test("again has nothing to do, and says the same", async () => {
    const again = await cli(
      "align",
      faces,
      "-w",
      world,
      "--base",
      "smiling,biased",
      "--limit",
      "20",
      "--out",
      run,
      "--json",
    );
    expect(again.stdout).toBe(aligned.stdout);
  });

  test("with other options there is refused with the difference", async () => {
    const { code, stderr } = await cli("align", faces, "-w", world, "--base", "smiling", "--limit", "20", "--out", run);
    expect(code).toBe(2);
    expect(stderr).toContain("bases: smiling, biased there, smiling now");
  });

  test("with a wrong name lists the nearest", async () => {
    const { code, stderr } = await cli("align", faces, "-w", world, "--base", "smilling", "--out", join(folder, "x"));
    expect([code, existsSync(join(folder, "x"))]).toEqual([2, false]);
    expect(stderr).toContain('did you mean "smiling"?');
  });

  test("in shards, merged, has the matrix of the whole", async () => {
    const shards = [1, 2].map((index) => join(folder, `shard-${index}`));
    const alignShards = async (): Promise<void> => {
      for (const [index, out] of shards.entries()) {
        const words = ["-w", world, "--base", "smiling,biased", "--limit", "20", "--shard", `${index + 1}/2`];
        await cli("align", faces, ...words, "--listing", join(folder, "listing.json"), "--out", out);
      }
    };
    await alignShards();
    const { further } = parsed(furtherOutput, await cli("merge", ...shards, "--further", "--json"));
    const states = parsed(statusOutput, await cli("merge", ...shards, "--status", "--json"));
    expect(states.map(({ run, state }) => [run, state])).toEqual(
      shards.map((shard) => [shard, further.includes(shard) ? "asked" : "finished"]),
    );
    await alignShards();
    const merged = join(folder, "merged");
    const result = await cli("merge", ...shards, "--out", merged, "--json");
    expect(parsed(mergeOutput, result)).toEqual({ runs: shards, out: merged });
    expect((await cli("matrix", merged, "--json")).stdout).toBe((await cli("matrix", run, "--json")).stdout);
  });

  test("in shards, is printed as Slurm's jobs; those that are finished are not missing", async () => {
    const jobs = join(folder, "jobs");
    const submit = (...more: readonly string[]) =>
      cli("submit", "slurm", "--shards", "3", "--out", jobs, "--missing", "--json", "--", faces, ...more);
    cpSync(run, join(`${jobs}.shards`, "2"), { recursive: true });
    const { tasks, script, jobs: submitted } = parsed(submitOutput, await submit("--base", "smiling"));
    expect([tasks, submitted]).toEqual([[1, 3], null]);
    expect(script).toContain("--array=1,3");
    const { code, stderr } = await submit("--shard", "1/2");
    expect(code).toBe(2);
    expect(stderr).toContain("--shard: expected none after --: every task has its own");
  });

  test("of a folder without images is an input error", async () => {
    const empty = await temporaryFolder();
    const { code, stderr } = await cli(
      "align",
      empty,
      "-w",
      world,
      "--base",
      "smiling",
      "--out",
      join(folder, "e"),
      "--json",
    );
    expect(code).toBe(2);
    expect(errorOutput.parse(JSON.parse(stderr)).error.code).toBe("input");
  });
});

describe("a run that is not finished", () => {
  test("is read, and that is said", async () => {
    const half = join(run, "..", "half");
    cpSync(run, half, { recursive: true });
    await writeRunFile(half, { ...(await readRunFile(half)), finishedAt: null });
    const note = `note: "${half}" is not finished (`;
    for (const argv of [
      ["matrix", half],
      ["find", half],
      ["report", half],
      ["diff", half, run],
    ]) {
      expect((await cli(...argv)).stderr).toContain(note);
    }
    expect((await cli("matrix", run)).stderr).toBe("");
  });
});

describe("matrix", () => {
  test("is the same in three formats", async () => {
    const matrix = parsed(matrixOutput, await cli("matrix", run, "--json"));
    expect(matrix.bases).toEqual(["smiling", "biased"]);
    expect((await cli("matrix", run, "--format", "json")).stdout).toBe((await cli("matrix", run, "--json")).stdout);
    const lines = (await cli("matrix", run, "--format", "csv")).stdout.trim().split("\r\n");
    const column = (line: string | undefined, name: string) =>
      line?.split(",")[lines[0]?.split(",").indexOf(name) ?? -1];
    expect(lines.length - 1).toBe(matrix.cells.length);
    for (const [index, cell] of matrix.cells.entries()) {
      expect(column(lines[index + 1], "downstream")).toBe(cell.downstream);
      expect(column(lines[index + 1], "mean")).toBe(cell.mean === null ? "" : String(cell.mean));
    }
    const cell = matrix.cells.find(({ base, downstream }) => base === "biased" && downstream === "glasses");
    expect((await cli("matrix", run)).stdout).toContain(`${cell?.deciding.mean?.toFixed(2)}*`);
    expect(matrix.findings.map(({ base, downstream }) => [base, downstream])).toContainEqual(["biased", "glasses"]);
    expect(matrix.summary.headline).toBe("One of 2 classifiers relies on a feature that is not its own");
  });

  test("echoes the options of its statistics", async () => {
    const matrix = parsed(
      matrixOutput,
      await cli("matrix", run, "--json", "--min-effect", "0.2", "--resamples", "500"),
    );
    expect([matrix.minEffect, matrix.resamples, matrix.minBaseChange]).toEqual([0.2, 500, 0.3]);
  });

  test("of something that is no run says so", async () => {
    const { code, stderr } = await cli("matrix", faces);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `cfalign: "${faces}": expected a run (a folder made by cfalign align), found a folder without run.json\n`,
    );
  });
});

describe("figure", () => {
  test("draws every kind of figure of a run in the format that the file's name says", async () => {
    const sizes: Record<string, unknown> = {};
    for (const [kind, ending] of [
      ["matrix", "svg"],
      ["intervals", "pdf"],
      ["strip", "png"],
      ["alignment", "svg"],
      ["counterfactual", "pdf"],
    ]) {
      const out = join(folder, "figures", `${kind}.${ending}`);
      const result = await cli("figure", run, kind as string, "--out", out, "--width", "single", "--json");
      const { width, bytes, base, image, path } = parsed(figureOutput, result);
      expect([result.code, path, bytes]).toEqual([0, out, readFileSync(out).length]);
      sizes[kind as string] = [width, base, image?.replace(/\d+/, "N") ?? null];
    }
    const shown = [89, "biased", "face-N.png"];
    expect(sizes).toEqual({
      matrix: [89, null, null],
      intervals: [89, "biased", null],
      strip: shown,
      alignment: shown,
      counterfactual: shown,
    });
    expect(readFileSync(join(folder, "figures", "matrix.svg"), "utf8")).not.toContain(folder);
  });

  test("says what it cannot draw", async () => {
    const says = async (message: string, ...argv: string[]) =>
      expect(await cli("figure", run, ...argv)).toEqual({ code: 2, stdout: "", stderr: `cfalign: ${message}\n` });
    await says("--out is missing: expected a file that ends in .svg, .png or .pdf", "matrix");
    await says('--out: expected a file that ends in .svg, .png or .pdf, got "m.jpg"', "matrix", "--out", "m.jpg");
    await says(
      '--width: expected single, double, or millimetres from 30 to 400, got "9"',
      ...["matrix", "--out", "m.svg", "--width", "9"],
    );
    await says("--base: a figure of kind matrix shows every base", "matrix", "--out", "m.svg", "--base", "smiling");
    await says(
      "--view: a figure of kind strip shows one counterfactual",
      ...["strip", "--out", "m.svg", "--view", "effect"],
    );
    await says(
      '--base: the run has no base "smilling": did you mean "smiling"?',
      ...["intervals", "--out", "m.svg", "--base", "smilling"],
    );
    await says(
      '--base: the run keeps no pictures of base "rare": known are "smiling", "biased"',
      ...["strip", "--out", "m.svg", "--base", "rare"],
    );
  });
});

describe("find", () => {
  test("prints the images behind a cell", async () => {
    const found = parsed(findOutput, await cli("find", run, "--base", "biased", "--downstream", "glasses", "--json"));
    const cell = parsed(matrixOutput, await cli("matrix", run, "--json")).cells.find(
      ({ base, downstream }) => base === "biased" && downstream === "glasses",
    );
    const mean = found.images.reduce((sum, { relativeChange }) => sum + relativeChange, 0) / found.count;
    expect(found.count).toBe(cell?.count);
    expect(found.cell).toEqual({ state: cell?.state, reason: cell?.reason, deciding: cell?.deciding });
    const text = (await cli("find", run, "--base", "biased", "--downstream", "glasses")).stdout;
    expect(text).toContain(`biased → glasses: relative change ${cell?.deciding.mean?.toFixed(2)} (`);
    expect(text).toContain(`, on ${cell?.deciding.count} images with glasses; found`);
    expect(mean).toBeCloseTo(cell?.mean ?? Number.NaN, 12);
  });

  test("prints 20 and says how many more there are, and all where that is asked for, or as JSON", async () => {
    const { count, images } = parsed(findOutput, await cli("find", run, "--json"));
    expect([images.length, count > 40]).toEqual([count, true]);
    const few = (await cli("find", run)).stdout.trimEnd().split("\n");
    expect(few).toHaveLength(22);
    expect(few.at(-1)).toBe(`… and ${count - 20} more (--limit ${count} prints all)`);
    const all = (await cli("find", run, "--limit", String(count))).stdout.trimEnd().split("\n");
    expect(all).toHaveLength(1 + count);
    expect((await cli("find", run, "limit 30")).stdout.trimEnd().split("\n")).toHaveLength(31);
  });

  test("exits 1 without hits", async () => {
    const result = await cli("find", run, "--base", "biased", "--downstream", "glasses", "--above", "1000", "--json");
    expect(result.code).toBe(1);
    expect(parsed(findOutput, result)).toMatchObject({ count: 0, images: [] });
  });
});

describe("modes", () => {
  test("prints what lowers a base, in kinds", async () => {
    const found = parsed(modesOutput, await cli("modes", run, "biased", "--json"));
    expect(found).toMatchObject({ base: "biased", count: 20, withoutPicture: 0, labels: null });
    expect(found.modes.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    const text = (await cli("modes", run, "biased")).stdout;
    expect(text).toContain(
      `biased: 20 counterfactuals in ${found.modes.length === 1 ? "one mode" : found.modes.length}`,
    );
    for (const { sentence } of found.modes) expect(text).toContain(sentence);
  });

  test("writes a mode as a table of labels of all images", async () => {
    const table = join(folder, "of-a-mode", "metadata.csv");
    const result = await cli("modes", run, "biased", "--labels", table, "--name", "glass", "--json");
    expect(parsed(modesOutput, result).labels).toBe(table);
    const [header, ...rows] = readFileSync(table, "utf8").trimEnd().split("\n");
    expect([header?.startsWith("file_name,"), header?.endsWith(",glass")]).toEqual([true, true]);
    expect(rows).toHaveLength((await readRunFile(run)).images.count);
    const ones = rows.filter((row) => row.endsWith(",1")).length;
    expect([ones > 0, rows.filter((row) => row.endsWith(",0")).length]).toEqual([true, ones]);
  });

  test("says what it was not given, and never writes over a file", async () => {
    const says = async (message: string, ...argv: string[]) =>
      expect(await cli("modes", run, ...argv)).toEqual({ code: 2, stdout: "", stderr: `cfalign: ${message}\n` });
    await says('the run has no base "biassed": did you mean "biased"?', "biassed");
    await says("--name: expected --labels with a file, got none", "biased", "--name", "glasses");
    const table = join(folder, "labels.csv");
    writeFileSync(table, "file_name\n");
    await says(`"${table}" exists already: choose another file (--labels)`, "biased", "--labels", table);
    await says(
      "--mode: expected a mode from 1 to 1, got 9",
      ...["smiling", "--labels", join(folder, "other.csv"), "--mode", "9"],
    );
  });
});

describe("report", () => {
  test("says where it is and how large", async () => {
    const report = parsed(reportOutput, await cli("report", run, "--json"));
    expect(report.path).toBe(join(run, "report.html"));
    const { findings, summary } = parsed(matrixOutput, await cli("matrix", run, "--json"));
    expect([report.findings, report.summary]).toEqual([findings, summary]);
    const data = /id="cfalign-data">(.*?)<\/script>/s.exec(readFileSync(report.path, "utf8"))?.[1] ?? "";
    const { provenance, summary: shown } = JSON.parse(data);
    expect(shown).toEqual(summary);
    const file = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
    expect(provenance).toEqual({
      ...{ folder: "faces", files: 131, listHash: file.images.hash, versions: file.versions, device: "cpu" },
      ...{ startedAt: file.startedAt, finishedAt: file.finishedAt },
    });
    expect(readFileSync(report.path).length).toBe(report.bytes);
  });

  test("asks the run's models for saliency maps, and takes none of their options without that", async () => {
    const out = join(folder, "maps.html");
    const asked = ["--saliency", "input-gradients", "--saliency-images", "2", "-w", world, "--out", out];
    expect(parsed(reportOutput, await cli("report", run, ...asked, "--json")).mapped).toBe(4);
    const ignored = await cli("report", run, "-w", world);
    expect([ignored.code, ignored.stderr]).toEqual([
      2,
      "cfalign: --workspace: expected --saliency with a method, got none\n",
    ]);
    const compared = await cli("report", run, "--against", run, ...asked);
    expect([compared.code, compared.stderr]).toEqual([2, "cfalign: --saliency: maps are of one run, not --against\n"]);
  });

  test("of two runs shows what changed, in the folder of the second", async () => {
    const report = parsed(reportOutput, await cli("report", run, "--against", run, "--json"));
    expect(report.path).toBe(join(run, "diff.html"));
    expect(readFileSync(report.path, "utf8")).toContain('id="cfalign-data">{"kind":"diff"');
  });

  test("of a rectification shows that, from its folder or its file", async () => {
    const rectified = join(folder, "rectified");
    const file = join(rectified, "rectification.json");
    mkdirSync(rectified);
    writeFileSync(file, JSON.stringify(exampleRectification()));
    const out = join(folder, "page.html");
    const report = parsed(reportOutput, await cli("report", rectified, "--json"));
    // The example names four pictures, and none lies beside it.
    expect(report).toMatchObject({ path: join(rectified, "rectification.html"), pictures: 0, omittedPictures: 4 });
    expect(parsed(reportOutput, await cli("report", file, "--out", out, "--json")).path).toBe(out);
    expect(readFileSync(out)).toEqual(readFileSync(report.path));
  });

  test("refuses --map without a second run", async () => {
    const result = await cli("report", run, "--map", "a=b");
    expect([result.code, result.stderr.trim()]).toEqual([2, "cfalign: --map: expected --against with a run, got none"]);
  });
});

describe("explain", () => {
  test("prints one counterfactual per image, and writes its pictures", async () => {
    const out = join(folder, "explained");
    const images = [join(faces, "face-0001.png"), join(faces, "face-0002.png")];
    const result = await cli(
      "explain",
      ...images,
      "-w",
      world,
      "--base",
      "smiling + 0.3*glasses,smiling",
      "--out",
      out,
      "--json",
    );
    const { counterfactuals } = parsed(explainOutput, result);
    // Of each image both bases, under its name without the way to it.
    expect(counterfactuals.map(({ image, base }) => [image, base])).toEqual(
      images.flatMap((image) => ["smiling + 0.3*glasses", "smiling"].map((base) => [basename(image), base])),
    );
    expect(result.stdout).not.toContain(faces);
    const beside = await platform.decodeImage(readFileSync(join(out, "face-0001.side-by-side.png")));
    const one = await platform.decodeImage(readFileSync(join(out, "face-0001.smiling.strip.png")));
    expect(beside.width).toBe(one.width);
    expect(beside.height).toBeGreaterThan(1.8 * one.height);
    const stem = join(out, "face-0001.smiling_0.3_glasses");
    for (const ending of ["strip.png", "gif", "alignment.svg", "alignment.png"]) {
      expect(existsSync(`${stem}.${ending}`), ending).toBe(true);
    }
    expect(JSON.parse(readFileSync(`${stem}.json`, "utf8"))).toEqual(counterfactuals[0]);
  });

  test("shows the evaluations of either search in order", async () => {
    const image = join(faces, "face-0001.png");
    for (const search of ["fast", "reference"]) {
      const result = await cli("explain", image, "-w", world, "--base", "smiling", "--search", search, "--json");
      const [first] = parsed(explainOutput, result).counterfactuals;
      expect(first?.trace.length).toBe(first?.evaluations);
      expect(first?.trace[0]).toEqual({ lambda: 0, prediction: first?.basePrediction.before, step: 1, length: 0 });
    }
  });

  test("goes along a path of as many steps as asked, and says how far", async () => {
    const images = Array.from({ length: 6 }, (_, index) => join(faces, `face-000${index}.png`));
    const path = ["--direction", "path", "--steps", "2", "--draws", "3", "--max-shift", "5"];
    const call = ["explain", ...images, "-w", world, "--base", "smiling", ...path];
    const { counterfactuals } = parsed(explainOutput, await cli(...call, "--json"));
    const positive = counterfactuals.filter(({ basePrediction }) => basePrediction.before > 0.7);
    expect(positive.length).toBeGreaterThan(0);
    for (const { lambda, gradients, trace, stopReason } of positive) {
      expect({ lambda, gradients, stopReason }).toEqual({ lambda: null, gradients: 6, stopReason: "dropped" });
      const steps = trace.map(({ step }) => step);
      expect(steps).toEqual(steps.toSorted());
      expect(new Set(steps)).toEqual(new Set([1, 2]));
    }
    const { stdout } = await cli(...call);
    expect(stdout).toContain("of the distance between images");
    expect(stdout).toContain("6 gradients)");
    expect(stdout).not.toContain("λ");
  });

  test("of a file that is no image is an input error that names it", async () => {
    const { code, stderr } = await cli("explain", join(faces, "notes.txt"), "-w", world, "--base", "smiling");
    expect(code).toBe(2);
    expect(stderr).toContain("notes.txt");
  });
});

describe("inspect", () => {
  test("finds a linear decoder differentiable", async () => {
    const result = await cli("inspect", join(dirname(world), "autoencoder.json"), "--json");
    expect(result.code).toBe(0);
    expect(parsed(inspectOutput, result).models.map(({ differentiable }) => differentiable)).toEqual([true, true]);
  });

  test("of a file that is no model is an input error", async () => {
    const { code, stderr } = await cli("inspect", join(faces, "notes.txt"));
    expect(code).toBe(2);
    expect(stderr).toContain("notes.txt");
  });
});

describe("draw", () => {
  test("writes images and their factors", async () => {
    const out = join(folder, "drawn");
    const result = await cli("draw", "cartoon-faces", "--count", "3", "--seed", "7", "--out", out, "--json");
    expect(parsed(drawOutput, result)).toEqual({ world: "cartoon-faces", count: 3, seed: 7, out, correlate: [] });
    expect(readFileSync(join(out, "metadata.csv"), "utf8").trim().split("\n")).toHaveLength(4);
  });
});

describe("labels", () => {
  test("writes metadata.csv and says what it did, in text and JSON", async () => {
    const data = join(folder, "labelled");
    mkdirSync(join(data, "img"), { recursive: true });
    writeFileSync(join(data, "img/1.jpg"), "");
    writeFileSync(join(data, "list_attr_celeba.csv"), "image_id,Smiling\n1.jpg,-1\n2.jpg,1\n");
    const metadata = join(data, "metadata.csv");
    const { code, stdout } = await cli("labels", data);
    expect([code, stdout]).toEqual([
      0,
      `label    1  0  blank\nSmiling  0  1      0\n\n1 image and 1 label of celeba tables in ${metadata}\nnote: 1 in the table without a file, such as "2.jpg"\n`,
    ]);
    const again = await cli("labels", data);
    expect([again.code, again.stderr]).toEqual([
      2,
      `cfalign: "${metadata}" exists already: rename or delete it to have it written anew\n`,
    ]);
    rmSync(metadata);
    expect(parsed(labelsOutput, await cli("labels", data, "--json")).labels).toEqual([
      { label: "Smiling", ones: 0, zeros: 1, blank: 0 },
    ]);
  });
});

describe("flatten", () => {
  test("writes an autoencoder, enters it into the workspace, and shows what its components keep", async () => {
    const own = await smallWorld();
    const result = await cli("flatten", faces, "-w", own, "--components", "3");
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/^components +variance +decisions kept +blind\n3 \* +\d+\.\d % +\d+\.\d % +\d\n/);
    expect(result.stdout).toContain(`now the autoencoder of ${own}`);
    expect(readFileSync(own, "utf8")).toContain("-flat/model.json");
    // Anew from the autoencoder itself, not a second basis on the first.
    const again = await cli("flatten", faces, "-w", own, "--components", "3");
    expect([again.code, again.stdout]).toEqual([0, result.stdout]);
    const { stdout } = await cli(
      "flatten",
      faces,
      "-w",
      await smallWorld(),
      "--components",
      "2",
      "--no-enter",
      "--json",
    );
    expect(parsed(flattenOutput, { code: 0, stdout, stderr: "" })).toMatchObject({ components: 2, workspace: null });
  });
});

describe("concepts", () => {
  test("says which labels can be read, in text and JSON", async () => {
    const own = await smallWorld();
    const result = await cli("concepts", join(faces, "metadata.csv"), "-w", own);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(
      /^label +1 +0 +AUROC \(95 % interval\)\nsmiling +\d+ +\d+ +[01]\.\d{3} \(0\.\d{3} to [01]\.\d{3}\)\nyoung .* refused: not readable surely enough\n/,
    );
    expect(result.stdout).toContain(`1 of 2 labels are targets of`);
    const { stdout } = await cli("concepts", join(faces, "metadata.csv"), "-w", own, "--columns", "young", "--json");
    expect(parsed(conceptsOutput, { code: 0, stdout, stderr: "" }).manifest).toBeNull();
  });
});
