import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { devicesOutput, inspectOutput } from "../../src/cli/schemas.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

/** No build of onnxruntime has both. */
const absent = process.platform === "win32" ? "coreml" : "dml";
const line = new RegExp(`^${absent} does not work here, everything runs on the CPU: onnxruntime offers cpu`);

let folder = "";
let world = "";
let faces = "";

beforeAll(async () => {
  folder = await temporaryFolder();
  world = await smallWorld();
  faces = join(folder, "faces");
  await drawFaces(faces, 20);
});

const align = (device: string, out: string, limit = "2") =>
  cli(
    "align",
    faces,
    "-w",
    world,
    "--base",
    "smiling",
    "--limit",
    limit,
    "--device",
    device,
    "--out",
    join(folder, out),
  );

describe("a run on a device that is not there", () => {
  test("says so in one line, is one on the CPU, and goes on as one", async () => {
    const first = await align(absent, "run");
    expect(first.code).toBe(0);
    expect(first.stderr.split("\n").filter((each) => line.test(each))).toHaveLength(1);
    const { compute } = JSON.parse(readFileSync(join(folder, "run/run.json"), "utf8"));
    expect(compute).toEqual({ batch: null, threads: null, device: "cpu" });
    const further = await align("cpu", "run", "3");
    expect([further.code, further.stderr]).toEqual([0, ""]);
  });

  test("goes on with auto where it was begun", async () => {
    await align("cpu", "begun");
    expect(await align("auto", "begun", "3")).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("inspect", () => {
  test("lists the devices, the CPU among them", async () => {
    const { stdout } = await cli("inspect", "--devices", "--json");
    expect(devicesOutput.parse(JSON.parse(stdout)).devices).toContainEqual({
      ...{ device: "cpu", works: true, installed: true, accelerator: false, about: null, problem: null },
    });
    expect((await cli("inspect", "--devices")).stdout).toMatch(/^cpu +works\n[\s\S]*\nauto: \w+/);
  });

  test("says why a model would fall back", async () => {
    const model = join(world, "../biased.json");
    const { stdout } = await cli("inspect", model, "--device", absent, "--json");
    const { models, differentiable } = inspectOutput.parse(JSON.parse(stdout));
    expect(differentiable).toBe(true);
    expect(models[0]?.onDevice).toMatchObject({ device: absent, problem: expect.stringContaining(absent), onCpu: [] });
    expect((await cli("inspect", model, "--device", absent)).stdout).toContain(
      `\n  ${absent}: would run on the CPU instead: the forward pass: `,
    );
  });

  test("finds that the CPU agrees with itself", async () => {
    const { stdout } = await cli("inspect", join(world, "../biased.json"), "--device", "cpu", "--json");
    const [found] = inspectOutput.parse(JSON.parse(stdout)).models;
    expect(found?.onDevice?.problem).toBeNull();
    // On the CPU everything runs there.
    expect(found?.onDevice?.onCpu.map(({ pass }) => pass)).toEqual(expect.arrayContaining(["forward", "gradient"]));
  });

  test("wants a model or the list", async () => {
    expect((await cli("inspect")).stderr).toMatch(/^cfalign: <model> is missing: expected /);
    expect(await cli("inspect", "--devices", "a.onnx")).toMatchObject({ code: 2 });
    expect((await cli("align", faces, "--device", "tpu")).stderr).toContain(
      '--device: expected auto, cpu, webgpu, cuda, dml or coreml, got "tpu"',
    );
  });
});
