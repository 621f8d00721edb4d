import { describe, expect, test } from "vitest";
import { differentiable } from "../../src/engine/differentiable.ts";
import { chooseDevice, placeModels, tryDevices } from "../../src/engine/place-models.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { DeviceOffer } from "../../src/platform/platform.ts";

const cpu: DeviceOffer = { device: "cpu", installed: true, accelerator: false };
const offer = (device: DeviceOffer["device"], accelerator: boolean | undefined, installed = true): DeviceOffer => ({
  device,
  installed,
  accelerator,
});

describe("auto", () => {
  test.each<[string, readonly DeviceOffer[], string]>([
    ["cpu where there is nothing else", [cpu], "cpu"],
    ["no software that plays a graphics processor", [cpu, offer("webgpu", false)], "cpu"],
    ["a graphics processor", [cpu, offer("webgpu", true)], "webgpu"],
    ["what may be a graphics processor, as it has to be faster anyway", [cpu, offer("webgpu", undefined)], "webgpu"],
    ["CUDA before WebGPU", [cpu, offer("webgpu", true), offer("cuda", true)], "cuda"],
    ["WebGPU where CUDA is not installed", [cpu, offer("webgpu", true), offer("cuda", true, false)], "webgpu"],
    ["neither DirectML nor Core ML", [cpu, offer("dml", true), offer("coreml", true)], "cpu"],
  ])("takes %s", (_, offers, chosen) => {
    expect(chooseDevice(offers)).toBe(chosen);
  });
});

/** No build of onnxruntime has both. */
const absent = process.platform === "win32" ? "coreml" : "dml";

describe("a device that is not there", () => {
  test("is said once, with what there is, and everything runs on the CPU", async () => {
    const lines: string[] = [];
    const placements = await placeModels({ device: absent, onFallback: (line) => lines.push(line) });
    expect(placements.device).toBe("cpu");
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${absent} does not work here, everything runs on the CPU: onnxruntime offers cpu\\b.* on this`),
      ),
    ]);
  });

  test("leaves an ONNX file its gradients", async () => {
    const b = new GraphBuilder();
    const info = (name: string) => ({ name, type: "float32" as const, dims: [2] });
    const bytes = writeModel(b.graph("square", [info("x")], [info(b.add("Mul", ["x", "x"]))]));
    const lines: string[] = [];
    await using model = await differentiable(bytes, { device: absent, onFallback: (line) => lines.push(line) });
    const [x, ct] = [Float32Array.of(3, -2), Float32Array.of(1, 10)].map((data) => ({ data, dims: [2] }));
    const { output, gradient } = await model.vjp(x as never, ct as never);
    expect([[...output.data], [...gradient.data]]).toEqual([
      [9, 4],
      [6, -40],
    ]);
    expect(model.devices).toEqual(["cpu"]);
    expect(lines).toHaveLength(1);
  });
});

test("the CPU is among the devices that are offered, and works", async () => {
  expect((await tryDevices()).find(({ device }) => device === "cpu")).toMatchObject({ works: true, installed: true });
});
