import { describe, expect, test } from "vitest";
import { withDevices } from "../../src/run/device-use.ts";
import { runFile as run } from "../results/run-file.ts";

describe("the devices of a run", () => {
  test("are those of before and those of now", () => {
    const before = withDevices(run, { faces: ["webgpu"] });
    expect(withDevices(before, { faces: ["cpu"], smiling: ["webgpu"] }).compute).toEqual({
      ...run.compute,
      devices: { faces: ["webgpu", "cpu"], smiling: ["webgpu"] },
    });
  });

  test("leave the run as it is where nothing is new, or all was on the CPU", () => {
    const before = withDevices(run, { faces: ["webgpu"] });
    expect(withDevices(before, { faces: ["webgpu"] })).toBe(before);
    expect(withDevices(run, {})).toBe(run);
  });
});
