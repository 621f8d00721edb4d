import { mkdir, mkdtemp, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { differentiate } from "../../src/engine/differentiate.ts";
import { differentiable } from "../../src/engine/public-vjp.ts";
import { floatConstant, GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { readModel } from "../../src/onnx/read.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { inOpset } from "../onnx/opset.ts";

const random = createRandom("differentiate");
const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const folder = () => mkdtemp(join(tmpdir(), "cfalign-"));
const size = 8;
const pixels = 3 * size * size;

/** Conv, Relu, MatMul with weights over 1 KB, then a sigmoid, and how many logits are positive: x [n, 3, 8, 8] → y [n, 4], count. */
function net(): Graph {
  const b = new GraphBuilder();
  const weights = b.constant(floatConstant(normal(12 * 27), [12, 3, 3, 3]));
  const conv = b.add("Conv", ["x", weights], { pads: ints([1, 1, 1, 1]) });
  const flat = b.add("Flatten", [b.add("Relu", [conv])]);
  const logits = b.add("MatMul", [
    flat,
    b.constant(
      floatConstant(
        Array.from(normal(768 * 4), (v) => v / 9),
        [768, 4],
      ),
    ),
  ]);
  const y = b.add("Sigmoid", [logits]);
  const found = b.add("Cast", [b.add("Greater", [logits, b.float(0)])], { to: int(7) });
  const count = b.add("ReduceSum", [found, b.int([1])], { keepdims: int(0) });
  return b.graph(
    "net",
    [{ name: "x", type: "float32", dims: ["n", 3, size, size] }],
    [
      { name: y, type: "float32", dims: ["n", 4] },
      { name: count, type: "int64", dims: ["n"] },
    ],
  );
}

const graph = net();
const [y, count] = graph.outputs.map(({ name }) => name) as [string, string];
const logits = graph.nodes.find(({ op }) => op === "Sigmoid")?.inputs[0] as string;

async function written(): Promise<{ root: string; path: string }> {
  const root = await folder();
  const path = join(root, "net.onnx");
  await writeFile(path, writeModel(graph));
  return { root, path };
}

/** Runs a file in onnxruntime as any program would, without cfalign. */
async function runFile(path: string, feeds: Record<string, { data: Float32Array; dims: readonly number[] }>) {
  const session = await InferenceSession.create(path);
  const tensors = Object.entries(feeds).map(([name, { data, dims }]) => [name, new Tensor("float32", data, dims)]);
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return (name: string) => Array.from(results[name]?.data as Float32Array, Number);
}

function expectClose(found: readonly number[], expected: ArrayLike<number>, digits = 5): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, digits);
  });
}

describe("vjp", { timeout: 120_000 }, () => {
  test("the file has all the model's outputs and the gradient of the one asked for", async () => {
    const { root, path } = await written();
    const out = join(root, "grad.onnx");
    const file = await differentiate(path, out, { output: y, batch: 2 });
    expect(file).toMatchObject({ path: out, dataPath: null, bytes: (await stat(out)).size, wrt: "x", score: y });
    expect(file.inputs.map(({ name, dims }) => [name, dims])).toEqual([
      ["x", [2, 3, size, size]],
      [`ct:${y}`, [2, 4]],
    ]);
    expect(file.outputs.map(({ name }) => name)).toEqual([y, count, "grad:x"]);
    const x = { data: normal(2 * pixels), dims: [2, 3, size, size] };
    const ct = { data: normal(8), dims: [2, 4] };
    const get = await runFile(out, { x, [`ct:${y}`]: ct });
    await using model = await differentiable(path, { output: y });
    const expected = await model.vjp(x, ct);
    expectClose(get("grad:x"), expected.gradient.data);
    expectClose(get(y), expected.output.data);
    const own = await runFile(path, { x });
    expect(get(count)).toEqual(own(count));
  });

  test("weights beyond the limit go to a data file beside it, to the same numbers", async () => {
    const { root, path } = await written();
    const [inside, beside] = [join(root, "inside.onnx"), join(root, "beside.onnx")];
    await differentiate(path, inside, { output: y });
    const file = await differentiate(path, beside, { output: y, maxModelBytes: 10_000 });
    expect(file.dataPath).toBe(`${beside}.data`);
    const sizes = await Promise.all([beside, `${beside}.data`].map(async (each) => (await stat(each)).size));
    expect(sizes[0]).toBeLessThan(10_000);
    expect((sizes[0] as number) + (sizes[1] as number)).toBe(file.bytes);
    const places = [...readModel(await readFile(beside)).graph.initializers.values()].flatMap(({ data }) =>
      data.kind === "external" ? [data] : [],
    );
    expect(places.length).toBeGreaterThanOrEqual(2);
    expect(places.every(({ location, offset }) => location === "beside.onnx.data" && offset % 4096 === 0)).toBe(true);
    const feeds = {
      x: { data: normal(pixels), dims: [1, 3, size, size] },
      [`ct:${y}`]: { data: normal(4), dims: [1, 4] },
    };
    const [a, b] = [await runFile(inside, feeds), await runFile(beside, feeds)];
    expect(b("grad:x")).toEqual(a("grad:x"));
    expect(a("grad:x").some((value) => value !== 0)).toBe(true);
  });

  test("a model whose own weights are in a data file becomes one file", async () => {
    const { root, path } = await written();
    await mkdir(join(root, "split"));
    const split = join(root, "split/grad.onnx");
    await differentiate(path, split, { output: y, maxModelBytes: 10_000 });
    const out = join(root, "second.onnx");
    const file = await differentiate(split, out, { output: "grad:x", wrt: `ct:${y}` });
    expect(file.dataPath).toBeNull();
    const [x, u, v] = [normal(pixels), normal(pixels), normal(4)];
    const dims = [1, 3, size, size];
    // The gradient is linear in the cotangent, so its transposed product is the Jacobian's: ⟨u, Jᵀv⟩ = ⟨Ju, v⟩.
    const get = await runFile(out, {
      x: { data: x, dims },
      [`ct:${y}`]: { data: v, dims: [1, 4] },
      "ct:grad:x": { data: u, dims },
    });
    const dot = (a: readonly number[], b: ArrayLike<number>) =>
      a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
    expect(dot(get(`grad:ct:${y}`), v)).toBeCloseTo(dot(get("grad:x"), u), 3);
  });

  test("bytes are a source too", async () => {
    const out = join(await folder(), "grad.onnx");
    await differentiate(writeModel(graph), out, { output: y });
    const { initializers } = readModel(await readFile(out)).graph;
    expect([...initializers.values()].every(({ data }) => data.kind === "inline")).toBe(true);
  });
});

describe("heatmaps", { timeout: 120_000 }, () => {
  const x = { data: normal(2 * pixels), dims: [2, 3, size, size] };

  test("input gradients are those of the target's score before the sigmoid, row by row", async () => {
    const { root, path } = await written();
    const out = join(root, "heat.onnx");
    const file = await differentiate(path, out, { output: y, batch: 2, method: "input-gradients", target: 2 });
    expect(file).toMatchObject({ score: logits, target: 2 });
    expect(file.inputs.map(({ name }) => name)).toEqual(["x"]);
    const get = await runFile(out, { x });
    await using model = await differentiable(
      writeModel({ ...graph, outputs: [{ name: logits, type: "float32", dims: ["n", 4] }] }),
    );
    const { gradient } = await model.vjp(x, { data: Float32Array.of(0, 0, 1, 0, 0, 0, 1, 0), dims: [2, 4] });
    expectClose(get("grad:x"), gradient.data);
    const area = size * size;
    const largest = Array.from({ length: 2 * area }, (_, i) => {
      const start = Math.floor(i / area) * pixels + (i % area);
      return Math.max(...[0, 1, 2].map((channel) => Math.abs(gradient.data[start + channel * area] as number)));
    });
    expectClose(get("heatmap:x"), largest);
  });

  test("guided backpropagation lets only what raises a unit through", async () => {
    const { root, path } = await written();
    const out = join(root, "guided.onnx");
    await differentiate(path, out, { output: y, batch: 2, method: "guided-backprop", target: 1 });
    const get = await runFile(out, { x });
    // By hand: the logit's weights, kept where they are positive and the unit is on, through the transposed convolution.
    const [kernel, matrix] = [...graph.initializers.values()].map(
      ({ data }) => new Float32Array((data as { bytes: Uint8Array }).bytes.slice().buffer),
    ) as [Float32Array, Float32Array];
    const at = (data: Float32Array, n: number, c: number, i: number, j: number, channels: number) =>
      i < 0 || j < 0 || i >= size || j >= size ? 0 : (data[((n * channels + c) * size + i) * size + j] as number);
    const expected = new Float32Array(2 * pixels);
    for (let n = 0; n < 2; n++)
      for (let o = 0; o < 12; o++)
        for (let i = 0; i < size; i++)
          for (let j = 0; j < size; j++) {
            const taps = Array.from({ length: 27 }, (_, t) => [Math.floor(t / 9), Math.floor((t % 9) / 3), t % 3]);
            const unit = taps.reduce(
              (sum, [c = 0, a = 0, b = 0], t) =>
                sum + (kernel[o * 27 + t] as number) * at(x.data, n, c, i + a - 1, j + b - 1, 3),
              0,
            );
            const back = matrix[((o * size + i) * size + j) * 4 + 1] as number;
            if (unit <= 0 || back <= 0) continue;
            taps.forEach(([c = 0, a = 0, b = 0], t) => {
              const [row, column] = [i + a - 1, j + b - 1];
              if (row < 0 || column < 0 || row >= size || column >= size) return;
              const place = ((n * 3 + c) * size + row) * size + column;
              expected[place] = (expected[place] as number) + back * (kernel[o * 27 + t] as number);
            });
          }
    expectClose(get("grad:x"), expected, 4);
  });

  test("a manifest knows the target's name, the size and the hash", async () => {
    const { root, path } = await written();
    const manifest = (sha256: string) =>
      JSON.stringify({ file: "net.onnx", sha256, input: { width: size, height: size }, targets: ["a", "b", "c", "d"] });
    const json = join(root, "model.json");
    await writeFile(json, manifest("0".repeat(64)));
    const heat = { output: y, method: "input-gradients" as const, target: "c" };
    const out = join(root, "heat.onnx");
    await expect(differentiate(json, out, heat)).rejects.toThrow(/sha256: expected 0+ for .*, got [0-9a-f]{64}/);
    const { createHash } = await import("node:crypto");
    await writeFile(
      json,
      manifest(
        createHash("sha256")
          .update(await readFile(path))
          .digest("hex"),
      ),
    );
    expect((await differentiate(json, out, heat)).target).toBe(2);
    await expect(differentiate(json, out, { ...heat, target: "cc" })).rejects.toThrow(
      'unknown target "cc": did you mean "c"?',
    );
  });
});

describe("what cannot be written", { timeout: 120_000 }, () => {
  test("the model itself is never overwritten, also by another name", async () => {
    const { root, path } = await written();
    await symlink(root, join(root, "link"));
    const before = await readFile(path);
    for (const out of [path, join(root, "link/net.onnx")]) {
      await expect(differentiate(path, out, { output: y })).rejects.toThrow(
        "is a file of the model itself: write to another name",
      );
    }
    expect(await readFile(path)).toEqual(before);
  });

  test("wrong names, targets and shapes are refused with what there is, and leave nothing behind", async () => {
    const { root, path } = await written();
    const out = join(root, "grad.onnx");
    const refused = (options: Parameters<typeof differentiate>[2]) =>
      differentiate(path, out, options).then(
        () => "written",
        (error: Error) => error.message,
      );
    expect(await refused({})).toBe(`the model has 2 outputs ("${y}", "${count}"): name one with "output"`);
    expect(await refused({ output: count })).toBe(
      `expected float32 for "${count}", found int64: convert the model to float32`,
    );
    expect(await refused({ output: y, wrt: "z" })).toBe('unknown input "z": expected "x"');
    expect(await refused({ output: y, method: "input-gradients", target: 4 })).toBe(
      "expected a target from 0 to 3, got 4",
    );
    expect(await refused({ output: y, method: "input-gradients", target: "smiling" })).toBe(
      'unknown target "smiling": expected an index; names need the model\'s manifest',
    );
    expect(await refused({ output: y, target: 1 })).toBe(
      'target "1": expected with a heatmap only (method input-gradients or guided-backprop), got the method vjp',
    );
    expect(await refused({ output: y, shapes: { z: [1, 3, 8, 8] } })).toBe(
      '"shape" names an unknown input "z": did you mean "x"?',
    );
    for (const sizes of [
      [1, 3, 9, 8],
      [1, 3, 8],
    ]) {
      expect(await refused({ output: y, shapes: { x: sizes } })).toBe(
        `input "x" is [n, 3, 8, 8]: "shape" has to agree with it where it is fixed, got ${sizes.join("x")}`,
      );
    }
    expect(await readdir(root)).toEqual(["net.onnx"]);
  });

  test("a branch that reads words beside the picture becomes standard operators", async () => {
    const b = new GraphBuilder();
    const table = (...dims: number[]) => b.constant(floatConstant(normal(dims[0]! * (dims[1] ?? 1)), dims));
    b.nodes.push({
      name: "embed",
      op: "EmbedLayerNormalization",
      domain: "com.microsoft",
      inputs: ["ids", "", table(50, 4), table(6, 4), "", table(4), table(4)],
      outputs: ["words", ""],
      attributes: {},
    });
    const text = b.add("ReduceMean", ["words", b.int([1])], { keepdims: int(0) });
    const y = b.add("ReduceSum", [b.add("Mul", [text, "x"]), b.int([1])], { keepdims: int(0) });
    const inputs = [
      { name: "ids", type: "int32" as const, dims: ["n", 6] },
      { name: "x", type: "float32" as const, dims: ["n", 4] },
    ];
    const outputs = [y, text].map((name) => ({ name, type: "float32" as const, dims: undefined }));
    const root = await folder();
    const [path, out] = [join(root, "clip.onnx"), join(root, "grad.onnx")];
    await writeFile(path, inOpset(b.graph("clip", inputs, outputs), 17));
    await differentiate(path, out, { wrt: "x", output: y });
    expect(readModel(await readFile(out)).graph.nodes.filter(({ domain }) => domain !== "")).toEqual([]);
    const session = await InferenceSession.create(out);
    const results = await session.run({
      ids: new Tensor("int32", Int32Array.of(3, 1, 49, 0, 7, 7), [1, 6]),
      x: new Tensor("float32", normal(4), [1, 4]),
      [`ct:${y}`]: new Tensor("float32", Float32Array.of(1), [1]),
    });
    await session.release();
    expect(results["grad:x"]?.data).toEqual(results[text]?.data);
  });

  test("a free size is asked for by name", async () => {
    const b = new GraphBuilder();
    const path = join(await folder(), "m.onnx");
    const outputs = [{ name: b.add("Relu", ["x"]), type: "float32" as const, dims: undefined }];
    await writeFile(path, writeModel(b.graph("m", [{ name: "x", type: "float32", dims: ["n", "w"] }], outputs)));
    await expect(differentiate(path, `${path}.grad`)).rejects.toThrow(
      'input "x" is [n, w]: give its sizes with "shape", such as x=1x3x224x224',
    );
    const out = join(await folder(), "made", "on the way", "grad.onnx");
    expect((await differentiate(path, out, { shapes: { x: [1, 5] } })).outputs[1]?.dims).toEqual([1, 5]);
    expect((await stat(out)).isFile()).toBe(true);
  });
});
