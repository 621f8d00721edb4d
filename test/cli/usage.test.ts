import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { givenOptions, type ParsedFlags } from "../../src/cli/flags.ts";
import { errorOutput } from "../../src/cli/schemas.ts";
import { searchOptionTable } from "../../src/options/search.ts";
import { cli } from "./cli.ts";

const verbs = [
  "demo",
  "draw",
  "init",
  "preflight",
  "inspect",
  "differentiate",
  "explain",
  "saliency",
  "align",
  "matrix",
  "find",
  "report",
  "diff",
  "check",
  "merge",
  "rectify",
  "suite",
];

// Where nobody has made a run or a workspace.
const before = process.cwd();
const empty = mkdtempSync(join(tmpdir(), "cfalign-usage-"));
beforeAll(() => process.chdir(empty));
afterAll(() => {
  process.chdir(before);
  rmSync(empty, { recursive: true });
});

describe("a wrong call", () => {
  // Every message whole: it says where, what was expected, what came, and what to do.
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [["aling"], 'unknown command "aling": did you mean "align"?'],
    [["help", "aling"], "help: expected a verb, got an unknown one: cfalign --help lists them"],
    [["align", "faces", "--base", "smiling", "--base", "hat"], '--base: expected once, got it again with "hat"'],
    [["align", "--bas", "smiling"], 'unknown option "--bas": did you mean "--base"?'],
    [["align"], "no workspace: expected ./cfalign.json, or --workspace with a path or the built-in cartoon-faces"],
    [["align", "--shard", "1/4"], "--out is missing: expected a run folder for this shard"],
    [["init"], "--classifier is missing: expected a folder that an exporter wrote"],
    [["init", "--classifier", "m"], "--images is missing: expected a folder of pictures"],
    [["init", "--classifier", "m", "--autoencoder", "a"], "--images is missing: expected a folder of pictures"],
    [["report"], 'no run: expected one below "runs", found none: name a run, or make one with cfalign align'],
    [
      ["align", "--base", "smiling", "--out", "r", "--limit", "none"],
      '--limit: expected a whole number, at least 1, or all, got "none"',
    ],
    [
      ["align", "--base", "smiling", "--out", "r", "--shard", "5/4"],
      '--shard: expected i/n with i from 1 to n, such as 1/4, or auto, got "5/4"',
    ],
    [
      ["align", "--base", "smiling", "--out", "r", "--search", "fats"],
      '--search: expected fast or reference, got "fats"',
    ],
    [["align", "--base", "smiling", "--out", "r", "--drop", "-1"], '--drop: expected a number above 0, got "-1"'],
    [
      ["align", "--base", "smiling", "--out", "r", "--floor", "1"],
      '--floor: expected a number from 0 to below 1, got "1"',
    ],
    [["labels"], 'missing argument "folder": see --help'],
    [["matrix", "a", "b"], 'matrix: expected run, got "a" and "b"'],
    [["align", "faces", "-w", "cartoon-faces", "--decompose", "4"], 'align: expected folder, got "faces" and "4"'],
    [["demo", "faces"], 'demo: expected no argument, got "faces"'],
    [["matrix", "a", "--format", "xml"], '--format: expected table, csv or json, got "xml"'],
    [["find", "r", "--above", "0.5", "--below", "0.5"], "--above 0.5 and --below 0.5 leave nothing between"],
    [["draw", "moon", "--out", "x"], 'unknown world "moon": expected cartoon-faces'],
    [
      ["draw", "cartoon-faces", "--out", "x", "--correlate", "hat-beard=1"],
      '--correlate: expected factor~factor=number with a number between -1 and 1, such as "hat~beard=0.6", got "hat-beard=1"',
    ],
    [["merge", "a"], "--out is missing: expected a run folder to write"],
    [["rectify"], "--target is missing: expected classifiers to repair (names after commas, or all)"],
    [
      ["rectify", "--target", "smiling", "--out", "r"],
      '--against is missing: expected classifiers of features ("eyeglasses", more after commas)',
    ],
  ];
  for (const [argv, message] of wrong) {
    test(`cfalign ${argv.join(" ")}: ${message}`, async () => {
      expect(await cli(...argv)).toEqual({ code: 2, stdout: "", stderr: `cfalign: ${message}\n` });
    });
  }

  test("says the same as JSON on stderr under --json", async () => {
    const { code, stdout, stderr } = await cli("align", "--base", "smiling", "--out", "r", "--drop", "x", "--json");
    expect([code, stdout]).toEqual([2, ""]);
    expect(errorOutput.parse(JSON.parse(stderr))).toEqual({
      error: { code: "usage", message: '--drop: expected a number above 0, got "x"', where: "--drop" },
    });
  });

  test("is told in flags, though the library names its options", async () => {
    const call = ["align", "faces", "-w", "cartoon-faces", "--base", "smiling", "--out", "r"];
    const asked = [...call, "--until-resolved", "--limit", "500", "--json"];
    const { code, stderr } = await cli(...asked);
    expect([code, errorOutput.parse(JSON.parse(stderr)).error]).toEqual([
      2,
      {
        code: "usage",
        message: "--until-resolved: the last look is at 400 images: expected a limit of at most that, got 500",
        where: "--until-resolved",
      },
    ]);
  });

  test("that gives an option of the other search is refused", () => {
    expect(() => givenOptions(searchOptionTable, { step: 3 })).toThrow(
      '--step: expected --search reference with it, got "fast"',
    );
    expect(() => givenOptions(searchOptionTable, { search: "fast", maxPixelChange: 0.1 })).toThrow(
      "--max-pixel-change: expected",
    );
    expect(() => givenOptions(searchOptionTable, { search: "reference", maxShift: 1 })).toThrow(
      '--max-shift: expected --search fast with it, got "reference"',
    );
    expect(givenOptions(searchOptionTable, { search: "reference", step: 3 })).toEqual({ search: "reference", step: 3 });
  });

  test("that gives an option of another direction is refused", () => {
    const given = (flags: ParsedFlags) => givenOptions(searchOptionTable, flags);
    expect(() => given({ steps: 3 })).toThrow('--steps: expected --direction path with it, got "gradient"');
    expect(() => given({ direction: "smoothed", steps: 3 })).toThrow("--steps: expected --direction path");
    expect(() => given({ direction: "gradient", draws: 3 })).toThrow(
      '--draws: expected --direction smoothed or path with it, got "gradient"',
    );
    expect(() => given({ search: "reference", direction: "path" })).toThrow(
      '--direction: expected --search fast with it, got "reference"',
    );
    const path = { direction: "path", steps: 2, draws: 5, noise: 0.3 } as const;
    expect(given(path)).toEqual(path);
  });

  test("that asks for two formats is refused", async () => {
    const { code, stderr } = await cli("matrix", "a", "--format", "csv", "--json");
    expect([code, errorOutput.parse(JSON.parse(stderr)).error.message]).toEqual([
      2,
      "--format csv and --json exclude each other",
    ]);
  });

  test("without a verb shows the help on stderr", async () => {
    const { code, stdout, stderr } = await cli();
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("Usage: cfalign");
  });
});

describe("help", () => {
  test("goes to stdout and lists every verb", async () => {
    const { code, stdout, stderr } = await cli("--help");
    expect([code, stderr]).toEqual([0, ""]);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
  });

  test("says where the benchmark is, which the package does not have", async () => {
    const { stdout } = await cli("--help");
    expect(stdout).not.toMatch(/^ {2}bench /m);
    expect(stdout).toContain("`npm run --silent cfalign -- bench planted`, in a clone of the repository");
    expect((await cli("bench", "planted")).code).toBe(2);
  });

  for (const verb of verbs) {
    test(`of ${verb} has an example that calls it, and --json`, async () => {
      const { code, stdout } = await cli(verb, "--help");
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`\\nExamples?:\\n(  .*\\n)*  cfalign ${verb}`));
      expect(stdout).toContain("--json");
    });
  }

  test("knows its version", async () => {
    expect((await cli("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
