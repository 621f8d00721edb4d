// Models on WebGPU for real, without a graphics processor: in Node over Mesa's software Vulkan, in Chromium over SwiftShader.
// One line a claim, then the counts; exits 1 if any fails. Needs Vulkan with a driver (Debian: mesa-vulkan-drivers) and Chromium.
// Usage: node --conditions=source --import tsx scripts/ci/devices.ts
import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { disagreement } from "../../src/engine/agreement.ts";
import { inspectModel } from "../../src/engine/inspect.ts";
import { tryDevices } from "../../src/engine/place-models.ts";
import { differentiable } from "../../src/engine/public-vjp.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { floatConstant, GraphBuilder, ints } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { Device } from "../../src/options/device.ts";
import { openRun } from "../../src/results/open-run.ts";
import { BrowserPage, bundle } from "../../test/browser/page.ts";
import { launch } from "../../test/report/chromium.ts";
import { drawFaces, runToEnd, smallWorld, temporaryFolder } from "../../test/run/small-world.ts";
import { attempt, endChecks } from "./counted-checks.ts";

const random = createRandom("devices");
const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());

/** Conv, Relu, Gemm: [n, 3, 8, 8] → [n, 4]. */
function convolution(): Uint8Array {
  const b = new GraphBuilder();
  const conv = b.add("Conv", ["x", b.constant(floatConstant(normal(12 * 27), [12, 3, 3, 3]))], {
    pads: ints([1, 1, 1, 1]),
  });
  const flat = b.add("Flatten", [b.add("Relu", [conv])]);
  const y = b.add("MatMul", [flat, b.constant(floatConstant(normal(768 * 4), [768, 4]))]);
  const info = (name: string, dims: readonly (number | string)[]) => ({ name, type: "float32" as const, dims });
  return writeModel(b.graph("net", [info("x", ["n", 3, 8, 8])], [info(y, ["n", 4])]));
}

/** A file with an operator that WebGPU lacks: x·round(x). */
function rounding(): Uint8Array {
  const b = new GraphBuilder();
  const info = (name: string) => ({ name, type: "float32" as const, dims: [8] });
  return writeModel(b.graph("rounding", [info("x")], [info(b.add("Mul", ["x", b.add("Round", ["x"])]))]));
}

const net = convolution();
const x = { data: normal(2 * 192), dims: [2, 3, 8, 8] };
const cotangent = { data: normal(8), dims: [2, 4] };
interface Passes {
  readonly forward: Tensor;
  readonly output: Tensor;
  readonly gradient: Tensor;
}

async function passesOn(device: Device): Promise<Passes> {
  const lines: string[] = [];
  await using model = await differentiable(net, { device, onFallback: (line) => lines.push(line) });
  const { output, gradient } = await model.vjp(x, cotangent);
  const forward = await model.forward(x);
  assert.deepEqual([lines, model.devices], [[], [device]]);
  return { forward, output, gradient };
}

function assertClose(expected: Passes, found: Passes): void {
  const typed = (passes: Passes) =>
    Object.fromEntries(
      Object.entries(passes).map(([name, { data, dims }]) => [name, { type: "float32" as const, dims, data }]),
    );
  assert.equal(disagreement(typed(expected), typed(found)), undefined);
  // Else it was the CPU again.
  assert.notDeepEqual([...found.gradient.data], [...expected.gradient.data]);
}

const expected = await passesOn("cpu");
const folder = await temporaryFolder();
try {
  await attempt("Node: WebGPU works, by the list of devices", async () => {
    const webgpu = (await tryDevices()).find(({ device }) => device === "webgpu");
    assert.deepEqual([webgpu?.works, webgpu?.problem], [true, undefined]);
  });
  await attempt("Node: a convolution's output and gradient agree with the CPU, and are WebGPU's", async () => {
    assertClose(expected, await passesOn("webgpu"));
  });
  await attempt("Node: inspect names the operator that WebGPU lacks", async () => {
    const path = join(folder, "rounding.onnx");
    await writeFile(path, rounding());
    const [found] = await inspectModel(path, { device: "webgpu" });
    assert.equal(found?.onDevice?.problem, null);
    assert.deepEqual(
      found?.onDevice?.onCpu.find(({ pass }) => pass === "forward"),
      {
        ...{ op: "Round", count: 1, pass: "forward" },
      },
    );
  });

  const faces = join(folder, "faces");
  await drawFaces(faces, 40);
  const world = await smallWorld();
  const lines: string[] = [];
  const run = async (device: "cpu" | "webgpu", out: string, limit: number) => {
    await using workspace = await openWorkspace(world, { device, threads: 1, onFallback: (line) => lines.push(line) });
    const bases = workspace.classifiers("smiling,biased");
    await runToEnd(faces, { workspace, bases, downstream: workspace.classifiers(), out: join(folder, out), limit });
    return openRun(join(folder, out));
  };
  await attempt(
    "Node: a run on WebGPU has the predictions of one on the CPU, and names the device of each model",
    async () => {
      const [there, here] = [await run("webgpu", "webgpu", 5), await run("cpu", "cpu", 5)];
      assert.deepEqual(lines, []);
      const { device, devices } = there.file.compute;
      assert.equal(device, "webgpu");
      const models = [there.file.autoencoder, ...there.file.models].map(({ name }) => name);
      assert.deepEqual(devices, Object.fromEntries(models.map((name) => [name, ["webgpu"]])));
      assert.equal(there.predictions.length, here.predictions.length);
      [...there.predictions].forEach(({ reconstruction }, i) => {
        assert.ok(Math.abs(reconstruction - (here.predictions.at(i)?.reconstruction ?? Number.NaN)) < 1e-3);
      });
      assert.deepEqual([here.file.compute.device, here.file.compute.devices], ["cpu", undefined]);
    },
  );
  await attempt("Node: a run begun on the CPU is not continued on WebGPU", async () => {
    await assert.rejects(run("webgpu", "cpu", 8), /holds another run: device: cpu there, webgpu now/);
  });

  await attempt("Chromium: output and gradient agree with the CPU's, and are WebGPU's", async () => {
    const { code } = await bundle("src/engine/public-vjp.ts");
    const browser = await launch(["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"]);
    const opened = await BrowserPage.open(code, browser, { "/net.onnx": net });
    try {
      // tsx wraps functions in calls of this one, which it leaves outside the page.
      await opened.page.evaluate("globalThis.__name = (named) => named");
      const found = await opened.page.evaluate(
        async ([x, cotangent]) => {
          const { cfalign } = globalThis as unknown as { cfalign: { differentiable: typeof differentiable } };
          const lines: string[] = [];
          const model = await cfalign.differentiable("/net.onnx", {
            device: "webgpu",
            onFallback: (line) => lines.push(line),
          });
          const input = { data: Float32Array.from(x as number[]), dims: [2, 3, 8, 8] };
          const ct = { data: Float32Array.from(cotangent as number[]), dims: [2, 4] };
          // At once: onnxruntime-web itself refuses that on WebGPU.
          const [{ output, gradient }, forward] = await Promise.all([model.vjp(input, ct), model.forward(input)]);
          const { devices } = model;
          await model.dispose();
          return {
            ...{ lines, devices },
            data: [forward, output, gradient].map((tensor) => [...tensor.data]),
          };
        },
        [[...x.data], [...cotangent.data]],
      );
      assert.deepEqual([found.lines, found.devices], [[], ["webgpu"]]);
      const [forward, output, gradient] = found.data.map((data, i) => ({
        data: Float32Array.from(data),
        dims: i === 2 ? x.dims : cotangent.dims,
      }));
      assertClose(expected, { forward, output, gradient } as Passes);
    } finally {
      await opened.close();
    }
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
endChecks();
