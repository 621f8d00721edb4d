import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourceFiles } from "./imports.ts";
import { judgingIn } from "./judging.ts";

const src = join(import.meta.dirname, "../../src");

describe("the page and the report", () => {
  test("divide no change, decide no presence, and hold no figure against a threshold: the audit does", () => {
    const files = sourceFiles(src).filter((file) => /^(ui|report)\//.test(file));
    expect(files.length).toBeGreaterThan(50);
    const found = files.flatMap((file) =>
      judgingIn(readFileSync(join(src, file), "utf8"), file).map(
        ({ line, what, text }) => `${file}:${line} ${what}: ${text}`,
      ),
    );
    expect(found).toEqual([]);
  });
});

describe("the search for judging", () => {
  const says = (code: string): string[] => judgingIn(code).map(({ what }) => what);

  test("finds relative change where it is computed", () => {
    const { length } = judgingIn(readFileSync(join(src, "alignment/relative-change.ts"), "utf8"));
    expect(length).toBe(1);
  });

  test.each([
    "const row = { relativeChange: b1 === b0 ? undefined : (after - before) / (b1 - b0) };",
    "const row = { relativeChange: undefinedChange ? undefined : (after - before) / moved };",
    "const rc = (of.at(-1) - of[0]) / (own.at(-1) - own[0]);",
    "const share = point.change / point.baseChange;",
    "const share = (d1 - d0) / -baseChange;",
    "const [up, down] = [row.after, row.before]; const x = up - down; const y = x / lift(own);",
    "const { before: a, after: b } = row; const x = (b - a) / z;",
    "const a = (q as Row).change; let x = a; x /= z;",
    "const u = p - q, v = r - s; const x = u / v;",
  ])("finds a division of changes: %s", (line) => {
    expect(says(line)).toEqual(["divides a change"]);
  });

  test.each([
    "const row = { present: (before ?? 0) >= 0.5 };",
    "if (0.5 <= prediction) count++;",
    "const positive = along[0] > .5;",
    "const half = 0.5; const positive = x > half;",
  ])("finds a threshold of presence: %s", (line) => {
    expect(says(line)).toEqual(["decides presence"]);
  });

  test.each([
    "if (baseBefore - baseAfter <= minBaseChange) drop();",
    "const row = { isFragile: share !== null && share < thresholds.minSurvival };",
    "if (present.count >= minCount) keep(present);",
    "const { minSurvival: least } = report.thresholds; if (share < least) warn();",
    "const limit = report.matrix.maxFalseDiscovery; if (q > 2 * limit) drop();",
  ])("finds a threshold of the audit: %s", (line) => {
    expect(says(line)).toEqual(["holds a figure against a threshold"]);
  });

  test.each([
    "const x = 60 + 57 * (Math.min(1.5, Math.max(-1.5, share)) / 1.5);",
    "const at = (across * (place - ends[0])) / (ends[1] - ends[0]);",
    "const words = '' + Math.round((100 * part) / whole);",
    "const byte = (254 * (value - low)) / (high - low);",
    "const thousandth = point.change / 1000;",
    "// (after - before) / moved",
    'const words = "(after - before) / moved";',
    "const a = <b>1 &lt; 0.5</b>;",
    'import { relativeChange } from "../../alignment/relative-change.ts";',
  ])("leaves what only draws: %s", (line) => {
    expect(says(line)).toEqual([]);
  });
});
