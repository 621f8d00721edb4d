import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  checkOutput,
  suiteAuditOutput,
  suiteCheckOutput,
  suiteListOutput,
  suiteOutput,
} from "../../src/cli/schemas.ts";
import { auditSuite, type SuiteAudit } from "../../src/suite/audit-suite.ts";
import { openSuite } from "../../src/suite/open-suite.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { fourWays } from "../suite/four-ways.ts";
import { type CliResult, cli } from "./cli.ts";

const models = join(import.meta.dirname, "../../zoo/cartoon-faces/models");
let folder = "";
let suite = "";
let written: CliResult;

/** One suite of the built-in world, with eight pictures a feature and side. */
beforeAll(async () => {
  folder = await temporaryFolder();
  suite = join(folder, "suite");
  const [faces, run] = [join(folder, "faces"), join(folder, "run")];
  await cli("draw", "cartoon-faces", "--count", "150", "--seed", "7", "--out", faces);
  const align = ["align", faces, "-w", "cartoon-faces", "--base", "smiling-eyeglasses-95", "--limit", "1"];
  await cli(...align, "--interventions", "8", "--out", run);
  written = await cli("suite", "write", run, "-w", "cartoon-faces", "--out", suite, "--json");
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const verdictsOf = ({ cells }: SuiteAudit): string[] =>
  cells.map(({ feature, state, reason }) => `${feature} ${state} ${reason}`);

describe("a suite of the built-in world", { timeout: 300_000 }, () => {
  test("is written from a run, listed and whole", async () => {
    expect([written.code, written.stderr.includes("cfalign:")]).toEqual([0, false]);
    const { pairs, features } = suiteOutput.parse(JSON.parse(written.stdout));
    expect(features.length).toBeGreaterThan(12);
    const listed = suiteListOutput.parse(JSON.parse((await cli("suite", "list", suite, "--json")).stdout));
    expect(listed.length).toBeLessThanOrEqual(2 * pairs);
    const checked = await cli("suite", "check", suite, "--json");
    expect(suiteCheckOutput.parse(JSON.parse(checked.stdout))).toMatchObject({ pairs, whole: true, problems: [] });
  });

  test("gives one classifier the same verdicts as a file, as its int8 copy, behind a server and by a table", async () => {
    const opened = await openSuite(suite);
    const ways = await fourWays(opened, join(models, "smiling-eyeglasses-95"), join(folder, "copies"));
    const [exact, int8, served, table] = [ways.exact, ways.int8, ways.served, ways.table].map((answers) =>
      auditSuite(opened, answers, { maxRareUse: 0.2 }),
    ) as [SuiteAudit, SuiteAudit, SuiteAudit, SuiteAudit];
    expect(exact.cells.filter(({ state }) => state === "found").map(({ feature }) => feature)).toEqual(["eyeglasses"]);
    for (const other of [int8, served, table]) expect(verdictsOf(other)).toEqual(verdictsOf(exact));
    for (const [place, { effect }] of exact.cells.entries()) {
      for (const other of [served, table]) {
        expect(Math.abs((other.cells[place]?.effect?.value ?? 0) - (effect?.value ?? 0))).toBeLessThan(1e-6);
      }
      expect(Math.abs((int8.cells[place]?.effect?.value ?? 0) - (effect?.value ?? 0))).toBeLessThan(0.03);
    }
  });

  test("is a table on the terminal and JSON for programs", async () => {
    const model = join(models, "smiling-eyeglasses-95");
    const saved = join(folder, "predictions.csv");
    const { code, stdout } = await cli("suite", "audit", suite, "--classifier", model, "--save", saved);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\neyeglasses +found +0\.\d\d +0\.\d\d to 0\.\d\d +\d+\n/);
    expect(stdout).toMatch(/\nsmiling +— .* its own\n/);
    expect(readFileSync(saved, "utf8")).toMatch(/^file,smiling\npictures\//);
    const json = await cli("suite", "audit", suite, "--predictions", saved, "--json");
    expect(
      suiteAuditOutput.parse(JSON.parse(json.stdout)).cells.find(({ feature }) => feature === "eyeglasses")?.state,
    ).toBe("found");
  });

  test("fails a build whose classifier uses what it may not, and says how much worse it is than the one before", async () => {
    const [biased, clean] = [join(models, "smiling-eyeglasses-95"), join(models, "smiling-clean")];
    const bound = ["check", "--suite", suite, "--max", "*->eyeglasses=0.2", "--max-rare-use", "0.2"];
    const failed = await cli(...bound, "--classifier", biased, "--baseline", clean, "--json");
    expect(failed.code).toBe(1);
    const { checks } = checkOutput.parse(JSON.parse(failed.stdout));
    expect(checks.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ["bound", "failed"],
      ["regression", "failed"],
    ]);
    const passed = await cli(...bound, "--classifier", clean, "--baseline", biased, "--format", "junit");
    expect([passed.code, passed.stdout.match(/failures="0"/g)?.length]).toEqual([0, 2]);
    const markdown = await cli(...bound, "--classifier", biased, "--format", "markdown");
    expect(markdown.stdout).toContain("### cfalign check: failed");
  });

  test("is asked of nobody, or of two, in one line", async () => {
    const refused = async (argv: readonly string[], message: string) =>
      expect(await cli(...argv)).toEqual({ code: 2, stdout: "", stderr: `cfalign: ${message}\n` });
    await refused(
      ["suite", "audit", suite],
      "--classifier is missing: expected what is asked, or --predictions with what it said",
    );
    await refused(
      ["check", "--max", "a->b=0.2"],
      "<run> is missing: expected a run folder, or --suite with --classifier",
    );
    await refused(["check", "r", "--suite", suite, "--max", "a->b=0.2"], '--suite: expected no run beside it, got "r"');
    await refused(["suite", "write", "r"], "--out is missing: expected a folder for the suite");
    await refused(
      ["suite", "audit", suite, "--classifier", "nowhere.onnx"],
      '"nowhere.onnx": expected a folder, an ONNX file, a manifest, or http://host:8000/v2/models/NAME, got nothing there',
    );
  });
});
