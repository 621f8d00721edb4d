import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SaxesParser } from "saxes";
import { beforeAll, describe, expect, test } from "vitest";
import { checkJunit } from "../../src/cli/check-junit.ts";
import { checkMarkdown, outcomeOf } from "../../src/cli/check-text.ts";
import { checkOutput, diffOutput, matrixOutput, summaryOutput } from "../../src/cli/schemas.ts";
import type { Check, CheckItem } from "../../src/index.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

// In this world "biased" is a smiling classifier that also looks at glasses; what is computed is tested in test/audit.
let run = "";
let world = "";
beforeAll(async () => {
  const folder = await temporaryFolder();
  const faces = join(folder, "faces");
  run = join(folder, "run");
  await drawFaces(faces, 160);
  world = await smallWorld();
  // What is checked by default, without interventions: relative change.
  await aligned(faces, "0", run);
}, 180_000);

async function aligned(faces: string, interventions: string, out: string): Promise<void> {
  const { code, stderr } = await cli(
    ...["align", faces, "-w", world, "--base", "smiling,biased", "--downstream", "glasses,rare"],
    ...["--limit", "all", "--keep-images", "0", "--interventions", interventions, "--out", out],
  );
  expect([code, stderr]).toEqual([0, expect.any(String)]);
}

/** So few images exclude no use on a tenth of them. */
const few = ["--max-rare-use", "0.2"];

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
  test("holds effects where a run has them, and says so in the text, the JSON and the note of what was expected", async () => {
    const moved = join(dirname(run), "moved");
    await aligned(join(dirname(run), "faces"), "24", moved);
    const { code, stdout } = await cli("check", moved, "--max", "*->glasses=0.2");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^failed {6}biased->glasses=0\.2\n {12}effect of glasses 0\.\d\d .* beyond ±0\.2$/m);
    expect(stdout).toMatch(/^passed {6}smiling->glasses=0\.2\n {12}effect of glasses .* within ±0\.2$/m);
    const expected = join(dirname(run), "effects.txt");
    writeFileSync(expected, "biased -> glasses = 0.2..1.5");
    const json = await cli("check", moved, "--max", "*->glasses=0.2", "--expect", expected, "--json");
    const check = checkOutput.parse(JSON.parse(json.stdout));
    expect(check.checks.map(({ measure }) => measure)).toEqual(["effect", "effect"]);
    expect(check.expectations).toMatchObject([{ found: 1, sentence: expect.stringContaining("found: effect 0.") }]);
  }, 60_000);

  const bounds = ["--max", "smiling->glasses=0.2", "--max", "biased->glasses=0.2", "--max", "biased->rare=0.2"];

  test("exits 0 when every cell lies within its bound, and 1 when one lies beyond", async () => {
    const passed = await cli("check", run, ...few, "--max", "smiling->glasses=0.2");
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

  test("passes nothing on images that are too few to exclude rare use, and says how many are missing", async () => {
    expect(await cli("check", run, "--max", "smiling->glasses=0.2")).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /within the bound on average, but too few images to exclude rare use \(0 of 2\d images that lack them answer, which leaves up to 1\d\.\d % of all\): about \d+ more images are needed/,
      ),
    });
  });

  test("prints JSON that its schema describes", async () => {
    const { code, stdout } = await cli("check", run, ...few, ...bounds, "--baseline", run, "--json");
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
    expect((await cli("check", run, ...few, ...bounds, "--baseline", run, "--format", "json")).stdout).toBe(stdout);
  });

  test("of which nothing has an image passes in no format, whatever is allowed", async () => {
    const none = { count: 0, mean: null, ci: null };
    const check = {
      ...{ minBaseChange: 0.3, minEffect: 0.1, confidence: 0.95, intervalConfidence: 0.99, resamples: 400, seed: 1 },
      checks: [
        {
          base: "a",
          bound: "a->b=1",
          sentence: "",
          verdict: "unresolved",
          reason: "too-few",
          present: none,
          absent: none,
          share: null,
          effect: null,
        },
      ],
      ...{ expectations: [], notes: ["something < that nobody named"] },
    } as unknown as Check;
    const outcome = outcomeOf(check, true);
    expect(outcome).toMatchObject({ passed: false, unresolved: 1 });
    expect(checkJunit(check, outcome)).toContain('failures="1"');
    expect(checkMarkdown(check, outcome)).toMatch(/^### cfalign check: failed\n[\s\S]*no check had an image/);
    expect(checkMarkdown(check, outcome)).toContain("\n\n> something < that nobody named");
    expect(checkJunit(check, outcome)).toContain("<system-out>something &lt; that nobody named</system-out>");
  });

  test("prints JUnit that a strict parser reads, with a failure for what failed or cannot be told", async () => {
    const { code, stdout } = await cli("check", run, ...few, ...bounds, "--format", "junit");
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
    const allowed = elements(
      (await cli("check", run, ...few, ...bounds, "--format", "junit", "--allow-unresolved")).stdout,
    );
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
        effect: null,
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
    const check = { checks: items, notes: [], expectations: [] } as unknown as Check;
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
    const { stdout } = await cli("check", run, ...few, ...bounds, "--format", "markdown");
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
    const { code, stdout, stderr } = await cli("check", run, ...few, "--max", "*->glasses=0.2");
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

describe("an expectation file", () => {
  const written = (text: string): string => {
    const path = join(dirname(run), "expected.txt");
    writeFileSync(path, text);
    return path;
  };
  const meant = () => written("biased -> glasses  # it is trained on both\n");

  test("takes its cells out of a check with *, and says so, and what became of them", async () => {
    const { code, stdout, stderr } = await cli("check", run, ...few, "--max", "*->glasses=0.2", "--expect", meant());
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^passed {6}smiling->glasses=0\.2\n.*\n\n0 failed/)]);
    expect(stderr).toMatch(
      /^note: "\*->glasses=0\.2" covers 1 cell, and leaves out 1 that is expected: biased->glasses\nnote: biased → glasses is expected, and is found: relative change \S+ \(.*\)\.\n$/,
    );
  });

  test("that leaves no cell to a bound with * is refused, in every format: a check of nothing is no pass", async () => {
    for (const [max, expected, cells] of [
      ["*->*=0.2", "* -> *", "all 4 are"],
      ["biased->*=0.2", "biased -> * = -2..2", "all 2 are"],
      ["*->glasses=0.2", "smiling -> glasses\nbiased -> glasses", "all 2 are"],
    ] as const) {
      for (const format of ["text", "json", "junit", "markdown"]) {
        const asked = ["--max", "smiling->rare=0.5", "--max", max, "--format", format, "--allow-unresolved"];
        expect(await cli("check", run, ...asked, "--expect", written(expected))).toEqual({
          code: 2,
          stdout: "",
          stderr: `cfalign: --max "${max}": covers no cell: ${cells} expected (--expect): expect less, or bound a cell by both of its names\n`,
        });
      }
    }
    expect(await cli("check", run, "--expect", written("* -> *"))).toMatchObject({ code: 2, stdout: "" });
  });

  test("does not loosen a bound that names the cell", async () => {
    const asked = ["check", run, "--max", "biased->glasses=0.2", "--expect", meant(), "--json"];
    const { code, stdout } = await cli(...asked);
    expect(code).toBe(1);
    expect(checkOutput.parse(JSON.parse(stdout))).toMatchObject({ failed: 1, expectations: [{ cells: 1, found: 1 }] });
  });

  test("with a range is a bound of its own", async () => {
    const far = await cli("check", run, "--expect", written("biased -> glasses = -0.1..0.1"));
    expect([far.code, far.stdout]).toEqual([1, expect.stringContaining("failed      biased->glasses= -0.1..0.1\n")]);
    const near = await cli("check", run, "--expect", written("biased -> glasses = 0.1..2"), "--allow-unresolved");
    expect(near.code).toBe(0);
  });

  test("that names what the run does not have ends with 2 and the nearest name, wherever it is used", async () => {
    const path = written("# meant\nbiased -> galsses\n");
    const message =
      'cfalign: "expected.txt" line 2: "biased -> galsses": the run has no downstream classifier "galsses": did you mean "glasses"?\n';
    for (const verb of [
      ["check", run, "--max", "*->*=0.2"],
      ["matrix", run],
      ["report", run, "--format", "json"],
    ]) {
      expect(await cli(...verb, "--expect", path)).toEqual({ code: 2, stdout: "", stderr: message });
    }
  });

  test("is what align counts by at its end, and a mistake in it is told before a picture is read", async () => {
    const out = join(dirname(run), "expecting");
    const asked = ["align", join(dirname(run), "faces"), "-w", world, "--base", "biased", "--downstream", "glasses"];
    const begun = (path: string) =>
      cli(...asked, "--limit", "all", "--keep-images", "0", "--out", out, "--expect", path);
    const mistaken = await begun(written("biased -> galsses\n"));
    expect([mistaken.code, mistaken.stdout]).toEqual([2, ""]);
    expect(mistaken.stderr).toMatch(/"expected.txt" line 1: .*: did you mean "glasses"\?\n$/);
    expect(existsSync(out)).toBe(false);
    const path = meant();
    const { code, stdout } = await begun(path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nNothing unexpected was found/);
    expect(stdout).toContain(`\n\nnext: cfalign report ${out} --expect ${path}\n`);
  });

  test("leaves the finding in the summary, in a group of its own", async () => {
    const said = async (...argv: string[]) =>
      summaryOutput.parse(JSON.parse((await cli("report", run, "--format", "json", ...argv)).stdout));
    const [plain, expecting] = [await said(), await said("--expect", meant())];
    expect(plain.findings.map(({ downstream, group }) => [downstream, group])).toEqual([["glasses", "confirmed"]]);
    expect(expecting.findings.map(({ downstream, group }) => [downstream, group])).toEqual([["glasses", "expected"]]);
    expect(expecting.findings[0]?.sentence).toBe(plain.findings[0]?.sentence);
    expect(expecting.summary.headline).toMatch(/^Nothing unexpected was found/);
    expect((await cli("matrix", run, "--expect", meant())).stdout).toMatch(/\nbiased .*\d\+ /);
  });
});

describe("a summary of a report", () => {
  test("is Markdown with the sentences of the findings, and nothing of this machine", async () => {
    const { stdout, stderr } = await cli("report", run, "--format", "markdown");
    const { findings, summary } = matrixOutput.parse(JSON.parse((await cli("matrix", run, "--json")).stdout));
    expect(stderr).toBe("");
    expect(stdout.startsWith(`### run: ${summary.headline}\n\n${summary.method}\n`)).toBe(true);
    for (const [index, { sentence }] of findings.entries()) expect(stdout).toContain(`\n${index + 1}. ${sentence}\n`);
    expect(stdout).toContain(`\n${summary.states}\n`);
    expect(stdout).not.toContain(dirname(run));
  });

  test("is JSON that its schema describes, on stdout or in a file, without a path of this machine", async () => {
    const { stdout } = await cli("report", run, "--format", "json");
    expect(summaryOutput.parse(JSON.parse(stdout)).title).toBe("run");
    expect(stdout).not.toContain(dirname(run));
    const out = join(dirname(run), "kept", "summary.json");
    const written = await cli("report", run, "--format", "json", "--out", out);
    expect(written).toEqual({ code: 0, stdout: "", stderr: `summary: ${out}\n` });
    expect(readFileSync(out, "utf8")).toBe(stdout);
  });

  test("refuses what it cannot be", async () => {
    const says = async (message: string, ...argv: string[]) =>
      expect(await cli("report", run, ...argv)).toMatchObject({ code: 2, stderr: `cfalign: ${message}\n` });
    await says("--embed: --format markdown is no page", "--format", "markdown", "--embed");
    await says(
      "--against: --format json is about one run: cfalign diff compares two",
      ...["--format", "json", "--against", run],
    );
    await says(
      "--expect is about the findings of one run, not --against",
      "--expect",
      meantNothing(),
      "--against",
      run,
    );
  });

  const meantNothing = (): string => {
    const path = join(dirname(run), "nothing.txt");
    writeFileSync(path, "");
    return path;
  };
});

describe("diff", () => {
  test("says in sentences what was removed, then gives the cells and the images", async () => {
    const { code, stdout } = await cli("diff", run, run, ...few, "--map", "biased=smiling");
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
    const { stdout } = await cli("diff", run, run, ...few, "--map", "biased=smiling", "--resamples", "500", "--json");
    const diff = diffOutput.parse(JSON.parse(stdout));
    expect(diff).toMatchObject({ resamples: 500, notes: [], rows: [{ base: { before: "biased", after: "smiling" } }] });
    expect(diff.cells[0]).toMatchObject({ outcome: "removed", downstream: { after: "glasses" }, stratum: "present" });
  });
});
