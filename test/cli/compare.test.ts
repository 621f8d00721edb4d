import { join } from "node:path";
import { SaxesParser } from "saxes";
import { beforeAll, describe, expect, test } from "vitest";
import { checkJunit } from "../../src/cli/check-junit.ts";
import { outcomeOf } from "../../src/cli/check-text.ts";
import { checkOutput, diffOutput } from "../../src/cli/schemas.ts";
import type { Check, CheckItem } from "../../src/index.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

// In this world "biased" is a smiling classifier that also looks at glasses; what is computed is tested in test/audit.
let run = "";
beforeAll(async () => {
  const folder = await temporaryFolder();
  const faces = join(folder, "faces");
  run = join(folder, "run");
  await drawFaces(faces, 160);
  const base = "smiling,biased";
  const downstream = "glasses,rare";
  const { code, stderr } = await cli(
    ...["align", faces, "-w", await smallWorld(), "--base", base, "--downstream", downstream],
    ...["--limit", "all", "--keep-images", "0", "--out", run],
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}, 180_000);

/** Elements of a document with their attributes and depth; throws where it is not well-formed. */
function elements(xml: string): { name: string; depth: number; attributes: Record<string, string> }[] {
  const found: ReturnType<typeof elements> = [];
  const parser = new SaxesParser();
  let depth = 0;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    found.push({ name, depth: depth++, attributes: attributes as Record<string, string> });
  });
  parser.on("closetag", () => {
    depth--;
  });
  parser.write(xml).close();
  return found;
}

describe("check", () => {
  const bounds = ["--max", "smiling->glasses=0.2", "--max", "biased->glasses=0.2", "--max", "biased->rare=0.2"];

  test("exits 0 when every cell lies within its bound, and 1 when one lies beyond", async () => {
    const passed = await cli("check", run, "--max", "smiling->glasses=0.2");
    expect(passed.code).toBe(0);
    expect(passed.stdout).toMatch(/^passed {6}smiling->glasses=0\.2\n {12}relative change .* within ±0\.2\n\n0 failed/);
    const failed = await cli("check", run, "--max", "biased->glasses=0.2", "--allow-unresolved");
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(
      /^failed {6}biased->glasses=0\.2\n.* beyond ±0\.2\n\n1 failed, 0 unresolved, 0 passed/,
    );
  });

  test("exits 1 for a cell that cannot be told, and 0 with a note where that is allowed", async () => {
    const missing = ["check", run, "--max", "biased->rare=0.2"];
    expect(await cli(...missing)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^unresolved {2}biased->rare=0\.2\n.*too few images \(\d+ images? that have it, \d+ images that lack it; 20 of each are needed to pass\)/,
      ),
    });
    expect(await cli(...missing, "--allow-unresolved")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 unresolved, 0 passed; unresolved checks are allowed to pass"),
    });
  });

  test("prints JSON that its schema describes", async () => {
    const { code, stdout } = await cli("check", run, ...bounds, "--baseline", run, "--json");
    const check = checkOutput.parse(JSON.parse(stdout));
    expect(code).toBe(1);
    expect(check).toMatchObject({ passed: false, failed: 1, unresolved: 3, notes: [] });
    expect(check.checks.map(({ kind, verdict }) => `${kind} ${verdict}`)).toEqual([
      "bound passed",
      "regression passed",
      "bound failed",
      // Only 12 of its images lack glasses: nothing is passed on those.
      "regression unresolved",
      "bound unresolved",
      "regression unresolved",
    ]);
    expect((await cli("check", run, ...bounds, "--baseline", run, "--format", "json")).stdout).toBe(stdout);
  });

  test("prints JUnit that a strict parser reads, with a failure for what failed or cannot be told", async () => {
    const { code, stdout } = await cli("check", run, ...bounds, "--format", "junit");
    expect(code).toBe(1);
    const counts = { tests: "3", failures: "2", errors: "0", skipped: "0" };
    expect(elements(stdout)).toEqual([
      { name: "testsuites", depth: 0, attributes: counts },
      { name: "testsuite", depth: 1, attributes: { name: "cfalign check", ...counts } },
      { name: "testcase", depth: 2, attributes: { classname: "smiling", name: "smiling->glasses=0.2" } },
      { name: "testcase", depth: 2, attributes: { classname: "biased", name: "biased->glasses=0.2" } },
      { name: "failure", depth: 3, attributes: { type: "beyond", message: expect.stringContaining("beyond ±0.2") } },
      { name: "testcase", depth: 2, attributes: { classname: "biased", name: "biased->rare=0.2" } },
      { name: "failure", depth: 3, attributes: { type: "too-few", message: expect.stringContaining("too few") } },
    ]);
    const allowed = elements((await cli("check", run, ...bounds, "--format", "junit", "--allow-unresolved")).stdout);
    expect(allowed[0]?.attributes).toEqual({ tests: "3", failures: "1", errors: "0", skipped: "1" });
    expect(allowed.at(-1)).toMatchObject({ name: "skipped", depth: 3 });
  });

  test("writes any name into JUnit so that it reads back, but for what XML cannot hold", () => {
    const names = [
      "<a & \"b\">'c'",
      "tab\there",
      "smile ☺ 😀",
      "]]>",
      "control \u0001\u0008 \ufffe",
      "lone \ud800 half",
    ];
    const items = names.map((name): CheckItem => {
      const none = { mean: null, ci: null, count: 0 };
      const said = {
        verdict: "unresolved",
        reason: "too-few",
        moreImages: null,
        stratum: null,
        present: none,
        absent: none,
        share: null,
        mark: null,
        dismissed: false,
      } as const;
      return {
        kind: "bound",
        bound: name,
        base: name,
        downstream: "d",
        measure: "rc",
        low: -1,
        high: 1,
        ...said,
        sentence: name,
      };
    });
    const check = { checks: items } as unknown as Check;
    const cases = elements(checkJunit(check, outcomeOf(check, false))).filter(({ name }) => name === "testcase");
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      "<a & \"b\">'c'",
      "tab here",
      "smile ☺ 😀",
      "]]>",
      "control ?? ?",
      "lone ? half",
    ]);
  });

  test("prints a Markdown table with a row for every check", async () => {
    const { stdout } = await cli("check", run, ...bounds, "--format", "markdown");
    const lines = stdout.split("\n");
    expect(lines[0]).toBe("### cfalign check: failed");
    const rows = lines.filter((line) => line.startsWith("| `"));
    expect(rows.map((row) => row.split(" | ").slice(0, 2))).toEqual([
      ["| `smiling->glasses=0.2`", "passed"],
      ["| `biased->glasses=0.2`", "**failed**"],
      ["| `biased->rare=0.2`", "**unresolved**"],
    ]);
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(8);
  });

  test("a name that the run does not have ends with 2, whatever is allowed, and names the nearest", async () => {
    const says = async (message: string, ...argv: string[]) =>
      expect(await cli("check", run, ...argv, "--allow-unresolved")).toEqual({
        code: 2,
        stdout: "",
        stderr: `cfalign: ${message}\n`,
      });
    await says(
      '--max "smiling->galsses=0.5": the run has no downstream classifier "galsses": did you mean "glasses"?',
      ...["--max", "biased->glasses=2", "--max", "smiling->galsses=0.5"],
    );
    await says(
      '--max "*->galsses=0.5": the run has no downstream classifier "galsses": did you mean "glasses"?',
      ...["--max", "*->galsses=0.5"],
    );
  });

  test("a bound with * is held against every cell that it covers, and says how many these are", async () => {
    const { code, stdout, stderr } = await cli("check", run, "--max", "*->glasses=0.2");
    expect([code, stderr]).toEqual([1, 'note: "*->glasses=0.2" covers 2 cells\n']);
    expect(stdout).toMatch(/^passed {6}smiling->glasses=0\.2\n.*\nfailed {6}biased->glasses=0\.2\n/);
  });

  test("refuses what makes no sense", async () => {
    const says = async (message: string, ...argv: string[]) =>
      expect(await cli("check", run, ...argv)).toEqual({ code: 2, stdout: "", stderr: `cfalign: ${message}\n` });
    await says('--max is missing: expected a bound, such as "smiling->eyeglasses=0.2"');
    await says(
      '--max "smiling=0.2": expected base->downstream=bound, such as "smiling->eyeglasses=0.2"',
      ...["--max", "smiling=0.2"],
    );
    await says("--map is about a --baseline, and there is none", "--max", "smiling->glasses=1", "--map", "a=b");
  });
});

describe("diff", () => {
  test("says in sentences what was removed, then gives the cells and the images", async () => {
    const { code, stdout } = await cli("diff", run, run, "--map", "biased=smiling");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^biased \/ smiling → glasses: removed \(found before, clear after\): relative change /);
    expect(stdout).toMatch(/\nimages used +under both +before only +after only\nbiased \/ smiling +\d+ +\d+ +\d+\n/);
    expect(stdout).toContain("bases in the first run only: smiling\nbases in the second run only: biased\n");
  });

  test("of a run with itself finds everything unchanged", async () => {
    const { stdout } = await cli("diff", run, run);
    expect(stdout).toMatch(/^no cell is known to have changed\n/);
  });

  test("prints JSON that its schema describes", async () => {
    const { stdout } = await cli("diff", run, run, "--map", "biased=smiling", "--resamples", "500", "--json");
    const diff = diffOutput.parse(JSON.parse(stdout));
    expect(diff).toMatchObject({ resamples: 500, notes: [], rows: [{ base: { before: "biased", after: "smiling" } }] });
    expect(diff.cells[0]).toMatchObject({ outcome: "removed", downstream: { after: "glasses" }, stratum: "present" });
  });
});
