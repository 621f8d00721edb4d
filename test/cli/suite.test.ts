import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  checkOutput,
  suiteAuditOutput,
  suiteCheckOutput,
  suiteListOutput,
  suiteOutput,
  suiteVersionsOutput,
} from "../../src/cli/schemas.ts";
import { auditSuite, type SuiteAudit } from "../../src/suite/audit-suite.ts";
import { openSuite } from "../../src/suite/open-suite.ts";
import { writeSuiteFile } from "../../src/suite/suite-file.ts";
import { markedText } from "../house/marked.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { fourWays } from "../suite/four-ways.ts";
import { type CliResult, cli } from "./cli.ts";

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly { run?: string; uses?: string; with?: Record<string, string> }[] }>
  >;
}

/** A folder with the command of this repository, and an npm that has it installed. */
async function commands(bin: string): Promise<string> {
  await mkdir(bin);
  const main = join(import.meta.dirname, "../../dist/cli/main.js");
  const own = { cfalign: `exec "${process.execPath}" "${main}" "$@"`, npm: "exit 0" };
  for (const [name, script] of Object.entries(own)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return bin;
}

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

  test("is still one for a classifier of its question, and stale for one that answers otherwise", async () => {
    const fits = await cli("suite", "check", suite, "--classifier", join(models, "smiling-clean"), "--json");
    const [own] = suiteCheckOutput.parse(JSON.parse(fits.stdout)).classifiers ?? [];
    expect([fits.code, own?.staleness?.stale]).toEqual([0, false]);
    const other = ["--classifier", join(models, "eyeshadow-big_nose-95"), "--about", "eyeshadow=smiling"];
    const stale = await cli("suite", "check", suite, ...other);
    expect(stale.code).toBe(1);
    expect(stale.stdout).toMatch(/ unedited pictures: more than 0\.2: the suite is stale, write it anew\n$/);
  });

  test("is not passed by a classifier that it can be held against nothing", async () => {
    const without = join(folder, "without");
    await cp(suite, without, { recursive: true });
    await writeSuiteFile(without, { ...(await openSuite(suite)).file, classifiers: [] });
    const { code, stdout } = await cli("suite", "check", without, "--classifier", join(models, "smiling-clean"));
    expect(code).toBe(1);
    expect(stdout).toContain(
      "the suite has no classifier of its question, or nothing was answered: whether the suite will do cannot be told",
    );
  });

  test("follows reliance over versions, on the terminal, as JSON and drawn", async () => {
    const versions = ["smiling-clean", "smiling-eyeglasses-75", "smiling-eyeglasses-100"].map((name) =>
      join(models, name),
    );
    const drawn = join(folder, "reliance.html");
    const { code, stdout } = await cli(
      "diff",
      "--suite",
      suite,
      ...versions,
      "--feature",
      "eyeglasses",
      "--out",
      drawn,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^reliance of smiling on eyeglasses since smiling-clean: (introduced|stronger), from /);
    expect(readFileSync(drawn, "utf8")).toMatch(
      /<title>Reliance since smiling-clean<\/title>.*<svg .*smiling: eyeglasses/s,
    );
    const json = await cli("diff", "--suite", suite, ...versions, "--out", join(folder, "all.pdf"), "--json");
    const { series } = suiteVersionsOutput.parse(JSON.parse(json.stdout));
    expect(series.find(({ feature }) => feature === "smiling")).toBeUndefined();
    expect(series.find(({ feature }) => feature === "eyeglasses")?.points).toHaveLength(3);
    expect(readFileSync(join(folder, "all.pdf"), "latin1").slice(0, 5)).toBe("%PDF-");
    const runs = await cli("diff", "a", "b", "c");
    expect([runs.code, runs.stderr]).toEqual([
      2,
      'cfalign: <after>: expected one run, or --suite with versions, got "b c"\n',
    ]);
    const unknown = await cli("diff", "--suite", suite, ...versions, "--feature", "nose");
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/^cfalign: --feature: expected features of the suite \(.*\), got "nose"\n$/),
    ]);
    const mapped = await cli("diff", "--suite", suite, ...versions, "--map", "a=b");
    expect([mapped.code, mapped.stderr]).toEqual([
      2,
      'cfalign: --map: expected runs, not --suite, beside it, got "a=b"\n',
    ]);
    const needless = await cli("diff", "a", "b", "--out", "c.svg");
    expect([needless.code, needless.stderr]).toEqual([2, 'cfalign: --out: expected --suite with it, got "runs"\n']);
  });

  test("is checked by the commands of the workflow in docs/suite.md, which leave what it uploads", async () => {
    const document = readFileSync(join(import.meta.dirname, "../../docs/suite.md"), "utf8");
    const text = markedText(document, "workflow", "docs/suite.md").replaceAll(/^```(yaml)?$/gm, "");
    const { jobs }: Workflow = parse(text);
    const [job] = Object.values(jobs);
    const root = join(folder, "repository");
    await mkdir(join(root, "models"), { recursive: true });
    await mkdir(join(root, "audit"));
    await symlink(suite, join(root, "audit/suite"), "dir");
    await symlink(join(models, "smiling-eyeglasses-95"), join(root, "models/new"), "dir");
    const clean = join(models, "smiling-clean");
    await cli("suite", "audit", suite, "--classifier", clean, "--save", join(root, "audit/released.csv"));
    const bin = await commands(join(folder, "bin"));
    const [runs, uses] = [job?.steps.filter(({ run }) => run), job?.steps.filter(({ uses }) => uses)];
    expect(uses?.map(({ uses }) => uses?.replace(/@v\d+$/, ""))).toEqual([
      ...["actions/checkout", "actions/setup-node", "actions/upload-artifact"],
    ]);
    const codes = [];
    for (const { run = "" } of runs ?? []) {
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, GITHUB_STEP_SUMMARY: join(root, "summary.md") };
      // As GitHub runs a step.
      codes.push(spawnSync("bash", ["-eo", "pipefail", "-c", run], { cwd: root, env, stdio: "ignore" }).status);
    }
    expect(codes).toEqual([0, 0, 0, 1]);
    const paths = uses?.at(-1)?.with?.path?.trim().split("\n") ?? [];
    expect(paths).toHaveLength(3);
    for (const path of paths) expect(readFileSync(join(root, path.trim()), "utf8").length, path).toBeGreaterThan(100);
    expect(readFileSync(join(root, "summary.md"), "utf8")).toContain("### cfalign check: failed");
    const page = readFileSync(join(root, "cfalign.html"), "utf8");
    expect(page.match(/<figure>/g)?.length).toBeGreaterThan(10);
    expect(page).toContain("moved most otherwise than by the baseline");
    expect(page).not.toMatch(/<script|https?:/);
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
