import { expect, test } from "vitest";
import { markHolds } from "../../src/audit/marks.ts";

test.each([
  [0.3, 0.3, true],
  [0.3, 0.39, true],
  [0.3, 0.41, false],
  [0.3, 0.05, true],
  [0.3, -0.3, false],
  [-0.3, -0.35, true],
  [-0.3, -0.5, false],
  [-0.3, 0.3, false],
  [null, 0.3, false],
  [0.3, null, false],
  [null, null, true],
])("what was said of %s holds of %s: %s", (relativeChange, now, holds) => {
  expect(markHolds(relativeChange, now, 0.1)).toBe(holds);
});
