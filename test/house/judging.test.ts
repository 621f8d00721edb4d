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
      judgingIn(readFileSync(join(src, file), "utf8")).map(
        ({ line, what, text }) => `${file}:${line} ${what}: ${text}`,
      ),
    );
    expect(found).toEqual([]);
  });
});

describe("the search for judging", () => {
  const says = (line: string): string[] => judgingIn(line).map(({ what }) => what);

  test("finds relative change where it is computed", () => {
    const { length } = judgingIn(readFileSync(join(src, "alignment/relative-change.ts"), "utf8"));
    expect(length).toBe(1);
  });

  test.each([
    "relativeChange: b1 === b0 ? undefined : (after - before) / (b1 - b0),",
    "relativeChange: undefinedChange ? undefined : (after - before) / moved,",
    "const rc = (of.at(-1) - of[0]) / (own.at(-1) - own[0]);",
    "return point.change / point.baseChange;",
    "return (d1 - d0) / -baseChange;",
  ])("finds a division of changes: %s", (line) => {
    expect(says(line)).toEqual(["divides a change"]);
  });

  test.each(["present: (before ?? 0) >= 0.5,", "if (0.5 <= prediction) with++;", "const positive = along[0] > .5;"])(
    "finds a threshold of presence: %s",
    (line) => {
      expect(says(line)).toEqual(["decides presence"]);
    },
  );

  test.each([
    "if (baseBefore - baseAfter <= minBaseChange) return [];",
    "withinNoise: cell.z !== null && cell.z < thresholds.minScore,",
    "if (present.count >= minCount) return present;",
  ])("finds a threshold of the audit: %s", (line) => {
    expect(says(line)).toEqual(["holds a figure against a threshold"]);
  });

  test.each([
    "const x = 60 + 57 * (Math.min(1.5, Math.max(-1.5, share)) / 1.5);",
    "const at = (across * (place - ends[0])) / (ends[1] - ends[0]);",
    "return `${Math.round((100 * part) / whole)} %`;",
    "// (after - before) / moved",
    'import { relativeChange } from "../../alignment/relative-change.ts";',
  ])("leaves what only draws: %s", (line) => {
    expect(says(line)).toEqual([]);
  });
});
