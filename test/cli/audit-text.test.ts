import { expect, test } from "vitest";
import { outcomeText } from "../../src/cli/audit-text.ts";
import type { AuditOutcome } from "../../src/index.ts";

const plain = (text: string): string => text;
const outcome: AuditOutcome = {
  ...{ workspace: "audit/workspace.json", run: "audit/runs/1", report: "report.html", verdicts: [] },
  ...{ unnamed: [], choices: [], bounds: [], preflight: [], stages: [] },
};

test("an audit whose features are all clear says first what none of them names", () => {
  const sentence = 'Something that none of these features names lowers "smiling", which is no all-clear.';
  const style = { bold: plain, dim: plain, width: 300 };
  expect(outcomeText(outcome, style)).not.toContain("no all-clear");
  expect(outcomeText({ ...outcome, unnamed: [sentence] }, style).split("\n")[0]).toBe(sentence);
});
