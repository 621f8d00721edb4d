import { expect, test } from "vitest";
import { unitedDevices } from "../../src/results/united-devices.ts";

test("what models ran on in several shards is named once, and shards on the CPU alone name nothing", () => {
  expect(unitedDevices([{ faces: ["webgpu"] }, undefined, { faces: ["webgpu", "cpu"], smiling: ["cpu"] }])).toEqual({
    faces: ["webgpu", "cpu"],
    smiling: ["cpu"],
  });
  expect(unitedDevices([undefined, undefined])).toEqual({});
});
