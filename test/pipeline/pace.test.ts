import { describe, expect, test } from "vitest";
import { type AuditProgress, createPace } from "../../src/pipeline/pace.ts";

describe("the pace of an audit", () => {
  test("weighs stages by the seconds that are expected of them", () => {
    const told: AuditProgress[] = [];
    const pace = createPace((progress) => told.push(progress));
    for (const stage of ["models", "basis", "preflight", "probes", "witnesses", "report"] as const)
      pace.expect(stage, 0);
    pace.expect("interventions", 30);
    pace.expect("counterfactuals", 10);
    pace.at("interventions", 1, 2);
    pace.end("interventions");
    pace.at("counterfactuals", 1, 4);
    // 15 of 40 seconds, 30 of 40, 32.5 of 40.
    expect(told.map(({ share }) => share)).toEqual([0.375, 0.75, 0.8125]);
  });

  test("counts a stage that goes on beside others, and tells it once it is waited for", () => {
    const told: AuditProgress[] = [];
    const pace = createPace((progress) => told.push(progress));
    for (const stage of ["models", "preflight", "probes", "interventions", "counterfactuals", "report"] as const)
      pace.expect(stage, 0);
    pace.expect("basis", 10);
    pace.expect("witnesses", 30);
    pace.beside("witnesses", 1, 3);
    pace.at("basis", 1, 2);
    pace.at("witnesses", 0, 1);
    pace.beside("witnesses", 2, 3);
    expect(told.map(({ stage, share }) => [stage, share])).toEqual([
      ["basis", 0.375],
      ["witnesses", 0.375],
      ["witnesses", 0.625],
    ]);
  });

  test("takes stages before one that is over for over, and none for more than whole", () => {
    const told: number[] = [];
    const pace = createPace(({ share }) => told.push(share));
    pace.at("basis", 7, 5);
    pace.end("report");
    expect(told.at(-1)).toBe(1);
    expect(Math.max(...told)).toBe(1);
  });
});
