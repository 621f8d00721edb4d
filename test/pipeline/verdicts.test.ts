import { expect, test } from "vitest";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { auditVerdicts } from "../../src/pipeline/verdicts.ts";
import type { RunData } from "../../src/results/run-data.ts";
import { exampleRun } from "../audit/example-run.ts";

const readings = ["smiling", "glasses"].map((label) => ({
  ...{ label, ones: 60, zeros: 60, refused: null },
  auroc: { value: 1, ci: [0.99, 1] as [number, number] },
}));

/** A run without effects, in which nothing of the glasses moves along when the smile is lowered. */
const run: RunData = exampleRun({
  ...{ bases: ["smiling"], downstream: ["smiling", "glasses"], count: 200 },
  relativeChange: (_, downstream, image) => (downstream === "glasses" ? 0 : 0.9) + 0.01 * (image % 3),
});

const verdictOn = (probes: readonly string[]) => {
  const told = { ...run, probes };
  return auditVerdicts({ run: told, matrix: alignmentMatrix(told, { resamples: 200 }), readings })[0];
};

test("a feature without an effect is not clear by what its probe says of relative change", () => {
  expect(verdictOn([])).toMatchObject({ feature: "glasses", state: "clear", effect: null });
  const { state, sentence } = verdictOn(["glasses"]) as NonNullable<ReturnType<typeof verdictOn>>;
  expect([state, sentence]).toEqual(["unresolved", expect.stringContaining("cannot be told")]);
});
