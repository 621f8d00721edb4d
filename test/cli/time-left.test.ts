import { describe, expect, test } from "vitest";
import { createTimeLeft } from "../../src/cli/time-left.ts";
import recorded from "./recorded-progress.json" with { type: "json" };

describe("the time left", () => {
  // Recorded by scripts/measure/record-progress.ts on the built-in world.
  for (const { name, events } of recorded) {
    test(`is within a factor of 1.5 in the recorded run "${name}" from a fifth of the time on, and not said before`, () => {
      const aligning = events.flatMap(([time, phase, share]) => (phase === "aligning" ? [{ time, share }] : [])) as {
        readonly time: number;
        readonly share: number;
      }[];
      const end = aligning.at(-1)?.time ?? 0;
      const start = aligning[0]?.time ?? 0;
      const timeLeft = createTimeLeft();
      let said = 0;
      for (const { time, share } of aligning) {
        const left = timeLeft.at(time, share);
        const passed = (time - start) / (end - start);
        if (left === undefined) continue;
        expect(passed).toBeGreaterThan(0.2 / 1.5);
        // The whole is what a user judges an estimate by: at the very end a second may be twice what is left.
        const whole = (time - start + left) / (end - start);
        expect(whole, `at ${Math.round(100 * passed)} %`).toBeGreaterThan(1 / 1.5);
        expect(whole, `at ${Math.round(100 * passed)} %`).toBeLessThan(1.5);
        said++;
      }
      expect(said).toBeGreaterThan(aligning.length / 3);
    });
  }

  test("is exact where work goes on evenly, and counts only what this process did", () => {
    const timeLeft = createTimeLeft();
    expect(timeLeft.at(1000, 0.5)).toBeUndefined();
    expect(timeLeft.at(1100, 0.55)).toBeUndefined();
    // A fifth of the other half was done in 200 ms.
    expect(timeLeft.at(1200, 0.6)).toBeCloseTo(800, 6);
  });

  test("is not said while the estimates contradict each other", () => {
    const timeLeft = createTimeLeft();
    timeLeft.at(0, 0);
    timeLeft.at(100, 0.1);
    expect(timeLeft.at(200, 0.4)).toBeUndefined();
    expect(timeLeft.at(250, 0.5)).toBeCloseTo(250, 6);
  });
});
