import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inspectModel } from "../../src/engine/inspect.ts";
import { GraphBuilder, ints } from "../../src/onnx/build.ts";
import type { Graph, ValueInfo } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";

const info = (name: string, ...dims: (number | string)[]): ValueInfo => ({ name, type: "float32", dims });

async function folderWith(files: Readonly<Record<string, Uint8Array | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "cfalign-"));
  for (const [name, data] of Object.entries(files)) await writeFile(join(folder, name), data);
  return folder;
}

/** One strided Conv and two Relus over images of any size. */
function encoder(): Graph {
  const b = new GraphBuilder();
  const conv = b.add("Conv", [b.add("Relu", ["x"]), b.float(Array(12).fill(0.1), [1, 3, 2, 2])], {
    strides: ints([2, 2]),
  });
  return b.graph("encoder", [info("x", "n", 3, "h", "w")], [info(b.add("Relu", [conv]), "n", 1, "h2", "w2")]);
}

function decoder(): Graph {
  const b = new GraphBuilder();
  return b.graph("decoder", [info("z", "n", 1, "h", "w")], [info(b.add("Sigmoid", ["z"]), "n", 1, "h", "w")]);
}

test("sizes that no input has are refused", async () => {
  const folder = await folderWith({ "m.onnx": writeModel(encoder()) });
  const inspecting = (shapes: Record<string, readonly number[]>) => inspectModel(join(folder, "m.onnx"), { shapes });
  await expect(inspecting({ y: [1] })).rejects.toThrow('"shape" names an unknown input "y"');
  await expect(inspecting({ x: [1, 3] })).rejects.toThrow('"shape" has to agree with it where it is fixed, got 1x3');
});

test("a file is described by its operators, shapes and size", async () => {
  const folder = await folderWith({ "m.onnx": writeModel(encoder()) });
  const [found] = await inspectModel(join(folder, "m.onnx"), { shapes: { x: [1, 3, 8, 8] } });
  expect(found).toMatchObject({
    opset: 21,
    producer: "cfalign",
    inputs: [info("x", "n", 3, "h", "w")],
    operators: [
      { op: "Relu", domain: "", count: 2 },
      { op: "Conv", domain: "", count: 1 },
    ],
    parameters: 12,
    weightBytes: 48,
    missing: [],
    triedAt: { x: [1, 3, 8, 8] },
    problem: null,
    differentiable: true,
  });
  // 1 × 4 × 4 places, 12 weights each; back the same, and once to the input.
  expect(found?.forward?.macs).toBe(16 * 12);
  expect(found?.gradient?.macs).toBeGreaterThan(16 * 12);
  expect(found?.gradient?.memoryBytes).toBeGreaterThan(found?.forward?.memoryBytes as number);
  expect(found?.forward?.seconds).toBeGreaterThan(0);
});

test("a model that cannot be differentiated has its forward pass counted all the same", async () => {
  const b = new GraphBuilder();
  const product = b.add("MatMul", ["x", b.float([1, 2, 3, 4], [2, 2])]);
  const y = b.add("Bernoulli", [product]);
  const folder = await folderWith({ "m.onnx": writeModel(b.graph("m", [info("x", "n", 2, 2)], [info(y, "n", 2, 2)])) });
  const [found] = await inspectModel(join(folder, "m.onnx"));
  expect(found).toMatchObject({
    forward: { macs: 8, activationBytes: 32 },
    gradient: null,
    differentiable: false,
  });
});

test("a manifest's hashes are verified", async () => {
  const input = { channels: 3, height: 8, width: 8 };
  const folder = await folderWith({
    "m.onnx": writeModel(encoder()),
    "model.json": JSON.stringify({ file: "m.onnx", sha256: "0".repeat(64), input }),
  });
  await expect(inspectModel(join(folder, "model.json"))).rejects.toThrow(
    /sha256: expected 0+ for .*m\.onnx, got [0-9a-f]{64}/,
  );
});

test("an operator without a rule is named with its node and the way to it", async () => {
  const b = new GraphBuilder();
  const y = b.add("Bernoulli", [b.add("Exp", ["x"])]);
  const folder = await folderWith({ "m.onnx": writeModel(b.graph("m", [info("x", "n", 2, 2)], [info(y, "n", 2, 2)])) });
  const [found] = await inspectModel(join(folder, "m.onnx"));
  expect(found?.differentiable).toBe(false);
  expect(found?.missing).toEqual([
    { op: "Bernoulli", domain: "", node: "Bernoulli_node_3", input: 0, path: ["x", "Exp_0"] },
  ]);
});

test("the files of an autoencoder's manifest are tried at the manifest's image size", async () => {
  const manifest = {
    encoder: { file: "e.onnx" },
    decoder: { file: "d.onnx" },
    input: { channels: 3, height: 8, width: 6 },
  };
  const folder = await folderWith({
    "model.json": JSON.stringify(manifest),
    "e.onnx": writeModel(encoder()),
    "d.onnx": writeModel(decoder()),
  });
  const found = await inspectModel(join(folder, "model.json"));
  expect(found.map(({ triedAt }) => triedAt)).toEqual([{ x: [1, 3, 8, 6] }, { z: [1, 1, 4, 3] }]);
  expect(found.every(({ differentiable }) => differentiable)).toBe(true);
});

test("a manifest without files is refused in words", async () => {
  const folder = await folderWith({ "model.json": "{}", "broken.json": "{", "number.json": '{"file": 3}' });
  await expect(inspectModel(join(folder, "model.json"))).rejects.toThrow(
    'expected "file", or "encoder" and "decoder", found neither',
  );
  await expect(inspectModel(join(folder, "broken.json"))).rejects.toThrow(/broken\.json: not a model manifest: /);
  await expect(inspectModel(join(folder, "number.json"))).rejects.toThrow("number.json: not a model manifest: file: ");
});
