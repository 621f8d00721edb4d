import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findings } from "../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { findOutput, initOutput, matrixOutput, preflightOutput } from "../../src/cli/schemas.ts";
import { autoencoderManifestSchema, classifierManifestSchema } from "../../src/models/manifest.ts";
import { openRun } from "../../src/results/open-run.ts";
import { blocksOf } from "../house/readme.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { type CliResult, cli } from "./cli.ts";
import { walkWorld } from "./walk-world.ts";

const document = readFileSync(join(import.meta.dirname, "../../docs/your-models.md"), "utf8");
const before = process.cwd();
let folder = "";
const results = new Map<string, CliResult>();

/** The commands of the document's second block, word by word: the first is all of them in one. */
function commands(): readonly (readonly string[])[] {
  const [, second] = blocksOf(document);
  return (second?.code ?? "")
    .trim()
    .split("\n")
    .map((line) => line.split(" ").slice(1));
}

beforeAll(async () => {
  folder = await temporaryFolder();
  await walkWorld(folder);
  process.chdir(folder);
  for (const argv of commands()) results.set(argv[0] as string, await cli(...argv));
}, 300_000);
afterAll(() => process.chdir(before));

const json = (path: string): unknown => JSON.parse(readFileSync(join(folder, path), "utf8"));

describe("the walk from an exporter's folder to a report", () => {
  test("is the one of the document, and every command of it succeeds", () => {
    expect(commands().map(([verb]) => verb)).toEqual(["init", "flatten", "concepts", "train", "align", "report"]);
    for (const [verb, { code, stderr }] of results)
      expect(`${verb} ${code} ${code === 0 ? "" : stderr}`).toBe(`${verb} 0 `);
    expect(existsSync(join(folder, "runs/1/report.html"))).toBe(true);
  });

  test("describes the models from what lies beside them", () => {
    const classifier = classifierManifestSchema.parse(json("my-model/model.json"));
    expect(classifier.targets).toEqual(["plain", "patch"]);
    expect(classifier.input).toMatchObject({ width: 32, height: 32, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] });
    // Without an autoencoder pictures are their own latent, and flatten's is a basis of them.
    const { autoencoder } = json("cfalign.json") as { readonly autoencoder: string };
    const basis = autoencoderManifestSchema.parse(json(autoencoder));
    expect(basis).toMatchObject({ name: "pixels-32-flat", pixels: true, input: { width: 32, fit: "cover" } });
  });

  test("warns before it is flat that the latent is the picture itself", () => {
    expect(results.get("init")?.stdout).toContain("warning  latent: the latent is the picture itself (3 × 32 × 32)");
  });

  test("lowers the classifier only, watches its probes too, and goes as far as the flat latent asks for", async () => {
    const { file } = await openRun(join(folder, "runs/1"));
    expect(file.bases).toEqual(["plain", "my-model/patch"]);
    // Who has a name that a probe has, too, is named with its model.
    expect(file.downstream).toEqual(["plain", "my-model/patch", "concepts/patch", "concepts/bar"]);
    expect(file.probes).toEqual(["concepts/patch", "concepts/bar"]);
    expect(file.options.maxShift).toBe(1);
  });

  test("finds the planted bar by an effect that a trained witness tells, and says of relative changes that a probe tells them", async () => {
    const found = findings(alignmentMatrix(await openRun(join(folder, "runs/1"))));
    const bar = found.filter(({ downstream }) => downstream === "concepts/bar");
    const [effect] = bar.filter(({ base }) => base === "my-model/patch");
    expect(effect?.sentence).toMatch(/^Without bar, my-model\/patch falls from .*, while witness\/patch goes from /);
    expect(effect?.qualifiers).toEqual([]);
    const [change] = bar.filter(({ base }) => base === "plain");
    expect(change?.qualifiers).toContain(
      "concepts/bar is a probe, and no independent witness: it reads the latent that counterfactuals move in, or an inner value of another model",
    );
  });

  test("goes on with the newest run where none is named", async () => {
    const [base] = ["patch"];
    expect((await cli("align", "--base", base as string, "--limit", "12")).stdout).toContain("in runs/2");
    expect(readdirSync(join(folder, "runs")).sort()).toEqual(["1", "2"]);
    const matrix = await cli("matrix", "--json");
    expect(matrix.stderr).toContain("run: runs/2\n");
    expect(matrixOutput.parse(JSON.parse(matrix.stdout))).toMatchObject({
      bases: ["my-model/patch"],
      probes: ["concepts/patch", "concepts/bar"],
    });
    const hits = await cli("find", "--downstream", "concepts/bar", "--json");
    expect(findOutput.parse(JSON.parse(hits.stdout)).count).toBe(12);
  });

  test("prints the preflight as data", async () => {
    const { stdout, code } = await cli("preflight", "--json");
    const { runs, models, alignSeconds } = preflightOutput.parse(JSON.parse(stdout));
    expect([code, runs]).toEqual([0, true]);
    expect(models.map(({ name, role }) => `${name}: ${role}`)).toEqual([
      "my-model: classifier",
      "concepts: probe",
      "witness: judge",
    ]);
    expect(alignSeconds).toBeGreaterThan(0);
  });

  test("does not write over a workspace, unless it is told to, and then says so", async () => {
    const argv = ["init", "--classifier", "my-model", "--images", "photos"];
    const kept = readFileSync(join(folder, "cfalign.json"), "utf8");
    const refused = await cli(...argv);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'cfalign: "cfalign.json" is there already: choose another folder, or --overwrite\n',
    ]);
    expect(readFileSync(join(folder, "cfalign.json"), "utf8")).toBe(kept);
    const again = await cli(...argv, "--overwrite", "--json");
    const { replaced, models } = initOutput.parse(JSON.parse(again.stdout));
    // What is described already is kept; pictures as their own latent are written anew.
    expect([again.code, replaced, models.map(({ fields }) => fields.length)]).toEqual([0, true, [5, 0]]);
  });
});
