import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { loadModel } from "../../src/engine/load.ts";
import { openClassifier } from "../../src/models/classifier-model.ts";
import { classifierManifestSchema } from "../../src/models/manifest.ts";
import type { Classifier } from "../../src/models/types.ts";
import { GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { editFile } from "../../src/onnx/edit-file.ts";
import type { Constant } from "../../src/onnx/graph.ts";
import { float16Bytes } from "../../src/onnx/half.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { branchesOf, foldRow } from "../../src/rectify/fold-row.ts";
import { type Layer, openLayer, type ReadNumbers, type Row } from "../../src/rectify/layer.ts";
import { temporaryFolder } from "../run/small-world.ts";

const random = createRandom("layers");
const numbers = (count: number): number[] => Array.from({ length: count }, () => random.normal());
const image = { channels: 1, height: 2, width: 4 } as const;
const pixels = 8;
const targets = ["a", "b", "c"];
const images = { data: Float32Array.from({ length: 5 * pixels }, () => random.uniform()), dims: [5, 1, 2, 4] };

type End = (builder: GraphBuilder, flat: string) => string;
const half = (values: readonly number[], dims: readonly number[]): Constant => ({
  ...{ type: "float16", dims, data: { kind: "inline", bytes: float16Bytes(values) } },
});

/** Ways in which exporters write a last layer. */
const ends: Readonly<Record<string, End>> = {
  "Gemm with rows": (b, x) => b.add("Gemm", [x, b.float(numbers(24), [3, 8]), b.float(numbers(3))], { transB: int(1) }),
  "Gemm with columns": (b, x) => b.add("Gemm", [x, b.float(numbers(24), [8, 3]), b.float(numbers(3))]),
  "Gemm with alpha and beta": (b, x) =>
    b.add("Gemm", [x, b.float(numbers(24), [8, 3]), b.float(numbers(3))], {
      ...{ alpha: { kind: "float", value: 0.5 }, beta: { kind: "float", value: 2 } },
    }),
  "Gemm without a bias": (b, x) => b.add("Gemm", [x, b.float(numbers(24), [8, 3])]),
  "Gemm with one bias for all": (b, x) => b.add("Gemm", [x, b.float(numbers(24), [8, 3]), b.float(numbers(1))]),
  "MatMul and Add": (b, x) => b.add("Add", [b.add("MatMul", [x, b.float(numbers(24), [8, 3])]), b.float(numbers(3))]),
  "Add and MatMul": (b, x) => b.add("Add", [b.float(numbers(3)), b.add("MatMul", [x, b.float(numbers(24), [8, 3])])]),
  "MatMul alone": (b, x) => b.add("MatMul", [x, b.float(numbers(24), [8, 3])]),
  "under a sigmoid and other forms": (b, x) => {
    const logits = b.add("Gemm", [x, b.float(numbers(24), [8, 3]), b.float(numbers(3))]);
    const wide = b.add("Unsqueeze", [b.add("Identity", [logits]), b.int([2])]);
    return b.add("Reshape", [b.add("Sigmoid", [wide]), b.int([0, -1])]);
  },
  "Conv before a pool": (b, x) => {
    const map = b.add("Reshape", [x, b.int([0, 4, 1, 2])]);
    const conv = b.add("Conv", [map, b.float(numbers(12), [3, 4, 1, 1]), b.float(numbers(3))]);
    return b.add("Flatten", [b.add("GlobalAveragePool", [conv])], { axis: int(1) });
  },
  "Conv behind a pool": (b, x) => {
    const map = b.add("GlobalAveragePool", [b.add("Reshape", [x, b.int([0, 4, 1, 2])])]);
    const conv = b.add("Conv", [map, b.float(numbers(12), [3, 4, 1, 1])], { kernel_shape: ints([1, 1]) });
    return b.add("Squeeze", [conv, b.int([2, 3])]);
  },
  "a product by rows": (b, x) => {
    const own = b.add("Reshape", [b.add("MatMul", [x, b.float(numbers(48), [8, 6])]), b.int([0, 3, 2])]);
    const product = b.add("Mul", [own, b.float(numbers(6), [3, 2])]);
    return b.add("Add", [b.add("ReduceSum", [product, b.int([2])], { keepdims: int(0) }), b.float(numbers(3))]);
  },
  "a product by rows without a bias": (b, x) => {
    const stored = b.add("Cast", [b.add("Cast", [b.constant(half(numbers(48), [8, 6]))], { to: int(1) })], {
      to: int(1),
    });
    const own = b.add("Reshape", [b.add("MatMul", [x, stored]), b.int([0, 3, 2])]);
    return b.add("ReduceSum", [b.add("Mul", [own, b.float(numbers(6), [3, 2])]), b.int([-1])], { keepdims: int(0) });
  },
  "weights stored in half precision": (b, x) => {
    const weights = b.add("Cast", [b.constant(half(numbers(24), [3, 8]))], { to: int(1) });
    return b.add("Gemm", [x, weights, b.float(numbers(3))], { transB: int(1) });
  },
  "weights that another layer reads too": (b, x) => {
    const shared = b.float(numbers(64), [8, 8]);
    const hidden = b.add("Relu", [b.add("MatMul", [x, shared])]);
    const all = b.add("MatMul", [hidden, shared]);
    return b.add("Gemm", [all, b.float(numbers(24), [8, 3]), b.float(numbers(3))]);
  },
};

const folder = await temporaryFolder();
const opened: { dispose(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of opened) await one.dispose();
});

function graphOf(end: End) {
  const builder = new GraphBuilder("", ["x", "y"]);
  const flat = builder.add("Flatten", ["x"], { axis: int(1) });
  const last = end(builder, flat);
  builder.nodes.push({ name: "last", op: "Identity", domain: "", inputs: [last], outputs: ["y"], attributes: {} });
  return builder.graph(
    "net",
    [{ name: "x", type: "float32", dims: ["n", 1, 2, 4] }],
    [{ name: "y", type: "float32", dims: ["n", 3] }],
  );
}

async function open(path: string, activation: "sigmoid" | "softmax" | "none" = "sigmoid") {
  const manifest = classifierManifestSchema.parse({
    ...{ kind: "classifier", name: "net", file: "net.onnx", input: image, output: { activation }, targets },
  });
  const model = await openClassifier(join(path, "model.json"), manifest, image, { threads: 1 });
  opened.push(model);
  return model;
}

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name.replaceAll(/\W/g, "-"));
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "net.onnx"), bytes);
  return path;
}

const targetOf = (model: Awaited<ReturnType<typeof open>>): Classifier => ({
  name: "b",
  terms: [{ coefficient: 1, model, target: 1, name: "b" }],
});

const logitsOf = (row: Layer["rows"][number], read: ArrayLike<number>): number =>
  row.weights.reduce((sum, weight, i) => sum + weight * (read[i] as number), row.bias);

describe.each(Object.entries(ends))("a last layer: %s", (name, end) => {
  test("is found, read, and changed in one row only", async () => {
    const path = await written(name, writeModel(graphOf(end)));
    const model = await open(path);
    const layer = await openLayer(targetOf(model), { compile: { threads: 1 } });
    if ("refused" in layer) throw new Error(layer.refused);
    opened.push(layer);
    const before = await model.logits(images);
    for (const target of [0, 1, 2]) {
      const read = await layer.read(images, [layer.rowOf(target)]);
      if ("refused" in read) throw new Error(read.refused);
      read[0]?.forEach((own, i) => {
        const logit = logitsOf(layer.rows[layer.rowOf(target)] as Layer["rows"][number], own.own);
        expect(logit).toBeCloseTo(before.data[3 * i + target] as number, 4);
      });
    }

    const row = { weights: Float64Array.from(numbers(layer.width)), bias: 0.25 };
    const bytes = await readFile(join(path, "net.onnx"));
    const changes = foldRow(layer, 1, row, "classifier:net/");
    const edited = editFile(bytes, { ...changes, metadata: { "cfalign.rectified": "b" } });
    const after = await (await open(await written(`${name} edited`, edited))).logits(images);
    const [read = []] = (await layer.read(images, [1])) as readonly (readonly ReadNumbers[])[];
    for (let i = 0; i < 5; i++) {
      expect(after.data[3 * i + 1]).toBeCloseTo(logitsOf(row, (read[i] as ReadNumbers).own), 4);
      for (const other of [0, 2]) expect(after.data[3 * i + other]).toBe(before.data[3 * i + other]);
    }
    const loaded = await loadModel(join(folder, `${name} edited`.replaceAll(/\W/g, "-"), "net.onnx"));
    expect(loaded.metadata).toEqual({ "cfalign.rectified": "b" });
    expect(edited.length).toBeLessThan(bytes.length + 400);
  }, 30_000);

  test("is given what is added beside it behind gates, in one row only", async () => {
    const path = await written(`${name} beside`, writeModel(graphOf(end)));
    const model = await open(path);
    const layer = await openLayer(targetOf(model), { compile: { threads: 1 } });
    if ("refused" in layer) throw new Error(layer.refused);
    opened.push(layer);
    const sorts = (["own", ...(layer.under === undefined ? [] : ["under" as const])] as const).flatMap((depth) => {
      const width = depth === "own" ? layer.width : (layer.under?.width ?? 0);
      const row = (): Row => ({ weights: Float64Array.from(numbers(width)), bias: random.normal() });
      const gated = [0, 1].map((): Row & { gate: Row } => ({ ...row(), gate: row() }));
      const terms: (Row & { readonly gate?: Row })[][] = [[row()], gated, [row(), ...gated]];
      return terms.map((own) => ({ depth, terms: own }));
    });
    for (const { depth, terms } of sorts) {
      const branches = branchesOf(layer, 1, { depth, terms }, "classifier:net/");
      const changes = { constants: [], branches, metadata: {} };
      const edited = editFile(await readFile(join(path, "net.onnx")), changes);
      const after = await (await open(await written(`${name} ${depth} ${terms.length}`, edited))).logits(images);
      const before = await model.logits(images);
      const [read = []] = (await layer.read(images, [1])) as readonly (readonly ReadNumbers[])[];
      for (let i = 0; i < 5; i++) {
        const own = read[i]?.[depth] as Float32Array;
        const added = terms.map((term) => {
          const share = term.gate === undefined ? 1 : 1 / (1 + Math.exp(-logitsOf(term.gate, own)));
          return share * logitsOf(term, own);
        });
        const expected = added.reduce((sum, part) => sum + part, before.data[3 * i + 1] as number);
        expect(after.data[3 * i + 1]).toBeCloseTo(expected, 4);
        for (const other of [0, 2]) expect(after.data[3 * i + other]).toBe(before.data[3 * i + other]);
      }
    }
  }, 30_000);
});

test("the layer under a small one is the one that all of its numbers come from", async () => {
  const under = async (end: string) => {
    const layer = await openLayer(targetOf(await open(await written(end, writeModel(graphOf(ends[end] as End))))), {
      compile: { threads: 1 },
    });
    return "refused" in layer ? layer : layer.under?.width;
  };
  expect(await under("a product by rows")).toBe(8);
  expect(await under("a product by rows without a bias")).toBe(8);
  // Not more than the last one reads.
  expect(await under("weights that another layer reads too")).toBeUndefined();
  // The image itself.
  expect(await under("Gemm with rows")).toBeUndefined();
});

describe("a file without such a layer is refused with the reason", () => {
  const refusal = async (end: End, activation: "sigmoid" | "none" = "sigmoid"): Promise<unknown> => {
    const model = await open(await written(`refused ${numbers(1)}`, writeModel(graphOf(end))), activation);
    return openLayer(targetOf(model), { compile: { threads: 1 } });
  };
  const gemm = ends["Gemm with rows"] as End;

  test("another operator at the end", async () => {
    expect(await refusal((b, x) => b.add("Relu", [gemm(b, x)]))).toEqual({
      refused: expect.stringContaining("its output comes from Relu"),
    });
  });

  test("weights that are computed from the image", async () => {
    expect(await refusal((b, x) => b.add("MatMul", [x, b.add("Transpose", [x], { perm: ints([1, 0]) })]))).toEqual({
      refused: expect.stringContaining("its output comes from MatMul"),
    });
  });

  test("predictions in the place of logits", async () => {
    expect(await refusal(gemm, "none")).toEqual({ refused: expect.stringContaining("predictions, not logits") });
  });
});

describe("half precision", () => {
  test("rounds to the nearest number, ties to even, as the format has them", () => {
    const known = [0, 1, -2, 65504, 1e9, 2 ** -24, 2 ** -14, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 0.1, 2 ** -25, 2047.5];
    const codes = [0, 0x3c00, 0xc000, 0x7bff, 0x7bff, 1, 0x0400, 0x3c00, 0x3c02, 0x2e66, 0, 0x6800];
    const bytes = float16Bytes(known);
    expect(known.map((_, i) => (bytes[2 * i] as number) + 256 * (bytes[2 * i + 1] as number))).toEqual(codes);
  });
});
