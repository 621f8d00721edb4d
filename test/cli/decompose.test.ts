import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { checkOutput, decomposeOutput, matrixOutput } from "../../src/cli/schemas.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

let [folder, world, faces] = ["", "", ""];
beforeAll(async () => {
  folder = await temporaryFolder();
  world = await smallWorld();
  faces = join(folder, "faces");
  await drawFaces(faces, 70);
}, 60_000);

describe("decompose", () => {
  test("prints the JSON that its schema describes, says the cost first, draws the parts, and leaves a run", async () => {
    const out = join(folder, "run");
    const pictures = join(folder, "pictures");
    const line = ["--base", "biased", "--concepts", "smiling,glasses", "--limit", "12", "--out", out];
    const result = await cli("decompose", faces, "-w", world, ...line, "--pictures", pictures, "--json");
    expect(result).toMatchObject({ code: 0 });
    expect(result.stderr).toMatch(/^decomposition: at most 288 gradients, about \d/);
    const { run, decomposition, pictures: drawn } = decomposeOutput.parse(JSON.parse(result.stdout));
    expect(run).toBe(out);
    expect(decomposition.map(({ base, count }) => [base, count])).toEqual([["biased", 12]]);
    expect(decomposition[0]?.shares.map(({ concept, state }) => [concept, state])).toEqual([
      ["smiling", "found"],
      ["glasses", "found"],
    ]);
    expect(drawn).toEqual([join(pictures, "biased.parts.png")]);
    expect(drawn.every((path) => existsSync(path))).toBe(true);

    const matrix = await cli("matrix", out, "--json");
    expect(matrixOutput.parse(JSON.parse(matrix.stdout)).decomposition).toEqual(decomposition);
    const table = await cli("matrix", out);
    expect(table.stdout).toMatch(
      /what makes up the direction\n {2}biased: 99 % .* explained, 12 images; smiling 0\.\d+, glasses 0\.\d+/,
    );
    const text = await cli("decompose", faces, "-w", world, ...line);
    expect(text.stdout).toMatch(
      /^biased {2}99 % \(99 to 99\) of the direction explained, 12 images\n {4}smiling +0\.\d\d .* found\n/,
    );
  }, 300_000);

  test("leaves shares that check holds against bounds, in every format", async () => {
    const out = join(folder, "checked");
    const line = ["--base", "biased", "--concepts", "smiling,glasses", "--limit", "12", "--out", out];
    expect(await cli("decompose", faces, "-w", world, ...line)).toMatchObject({ code: 0 });
    const bounds = ["--max", "biased->glasses.share=0.3", "--max", "biased->glasses.share=0.9"];
    const [json, text, junit, markdown] = await Promise.all(
      ["json", "text", "junit", "markdown"].map((format) => cli("check", out, ...bounds, "--format", format)),
    );
    for (const result of [json, text, junit, markdown]) expect(result?.code).toBe(1);
    const { checks } = checkOutput.parse(JSON.parse(json?.stdout ?? ""));
    expect(checks.map(({ measure, verdict, reason }) => [measure, verdict, reason])).toEqual([
      ["share", "failed", null],
      ["share", "passed", null],
    ]);
    const share = checks[0]?.share?.mean?.toFixed(2) ?? "";
    expect(text?.stdout).toMatch(
      /^failed {6}biased->glasses\.share=0\.3\n {12}share 0\.\d\d \(.*\) of the direction on 12 images/,
    );
    expect(junit?.stdout).toContain(`<failure message="share ${share} (`);
    expect(markdown?.stdout).toContain(`| \`biased->glasses.share=0.3\` | **failed** | ${share} |`);
    const allowed = await cli("check", out, "--max", "biased->glasses.share=0.9");
    expect(allowed).toMatchObject({ code: 0 });
    expect(allowed.stdout).toMatch(/^passed /);
    const unknown = await cli("check", out, "--max", "biased->red.share=0.3", "--allow-unresolved");
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('was not decomposed into "red"') });
  }, 300_000);

  test("says first that the concepts do not explain a direction", async () => {
    const line = ["--base", "biased", "--concepts", "smiling", "--limit", "10", "--out", join(folder, "low")];
    const { stdout } = await cli("decompose", faces, "-w", world, ...line);
    expect(stdout).toMatch(/^biased {2}only 55 % .*: a feature that none of these concepts knows may be at work\n/);
  }, 300_000);

  test("without a base, or with a concept that is not there, is a usage error", async () => {
    const none = await cli("decompose", faces, "-w", world, "--out", join(folder, "x"));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("--base is missing")]);
    const wrong = ["--base", "biased", "--concepts", "glases", "--out", join(folder, "x")];
    const { code, stderr } = await cli("decompose", faces, "-w", world, ...wrong);
    expect([code, stderr]).toEqual([2, expect.stringContaining('did you mean "glasses"?')]);
  });
});

describe("align --decompose", () => {
  test("decomposes the first images of a base beside its counterfactuals", async () => {
    const out = join(folder, "aligned");
    const line = ["--base", "biased", "--limit", "20", "--decompose-images", "10", "--out", out];
    const { code, stderr } = await cli("align", faces, "-w", world, ...line);
    expect([code, stderr]).toEqual([0, expect.stringContaining("decomposition: at most 560 gradients")]);
    const matrix = matrixOutput.parse(JSON.parse((await cli("matrix", out, "--json")).stdout));
    expect(matrix.decomposition?.[0]?.count).toBe(10);
    expect(matrix.decomposition?.[0]?.shares.map(({ concept }) => concept)).toEqual([
      "smiling",
      "glasses",
      "rare",
      "red",
      "green",
      "blue",
    ]);
  }, 300_000);
});
