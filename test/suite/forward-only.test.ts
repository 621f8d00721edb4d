import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType } from "onnx-buf";
import { expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { inspectModel } from "../../src/engine/inspect.ts";
import { classifierManifestSchema } from "../../src/models/manifest.ts";
import { floats, GraphBuilder, int, ints, string } from "../../src/onnx/build.ts";
import type { Constant, Node } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { importModel } from "../../src/prepare/importing/import-model.ts";
import { fileRespondent } from "../../src/suite/file-respondent.ts";
import { predictionsOf } from "../../src/suite/respondent.ts";
import { smallWorld } from "../run/small-world.ts";
import { int8Copy } from "./int8-copy.ts";

const folder = await mkdtemp(join(tmpdir(), "cfalign-forward-"));
const models = dirname(await smallWorld());

const frame = { channels: 3, width: 3, height: 2 } as const;
/** Twenty pictures, half of them grey levels that rise, half that fall. */
const pictures: Tensor = {
  data: Float32Array.from({ length: 20 * 18 }, (_, i) => {
    const [picture, pixel] = [Math.floor(i / 18), i % 6];
    return picture % 2 === 0 ? (pixel + picture / 20) / 7 : 1 - (pixel + picture / 20) / 7;
  }),
  dims: [20, 3, 2, 3],
};
const grey = { width: 3, height: 2, channels: 1 } as const;

async function predictions(file: string, bytes: Uint8Array, activation: "sigmoid" | "none" = "sigmoid") {
  await writeFile(join(folder, file), bytes);
  const described = { kind: "classifier", name: "q", file, input: grey, output: { activation }, targets: ["smiling"] };
  const manifest = classifierManifestSchema.parse(described);
  const respondent = await fileRespondent(join(folder, "model.json"), manifest, frame);
  try {
    const rows = await respondent.ask(pictures);
    return predictionsOf(respondent.description, rows, respondent.beforeHead).map(([value]) => value as number);
  } finally {
    await respondent.dispose();
  }
}

function plain(op: string, inputs: readonly string[], outputs: readonly string[], domain = ""): Node {
  return { name: `${op} node`, op, domain, inputs, outputs, attributes: {} };
}

function eight(values: readonly number[], dims: readonly number[], type: "int8" | "uint8" = "int8"): Constant {
  const bytes = new Uint8Array((type === "int8" ? Int8Array : Uint8Array).from(values).buffer as ArrayBuffer);
  return { type, dims, data: { kind: "inline", bytes } };
}

const ends = [
  [{ name: "x", type: "float32", dims: ["n", 1, 2, 3] }],
  [{ name: "y", type: "float32", dims: ["n", 1] }],
] as const;

test("a copy with eight bits a number answers nearly as the file that it was made from", async () => {
  const bytes = await readFile(join(models, "biased.onnx"));
  const [exact, copy] = [
    await predictions("biased.onnx", bytes),
    await predictions("biased-int8.onnx", int8Copy(bytes)),
  ];
  const most = Math.max(...exact.map((value, at) => Math.abs(value - (copy[at] as number))));
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(0.05);
});

test("whole-number operators run: QLinearMatMul, and DynamicQuantizeLinear with MatMulInteger", async () => {
  const weights = [4, -3, 2, -1, 5, -6];
  const expected = (value: (pixel: number) => number): number => 1 / (1 + Math.exp(-value(0)));
  const logit = (picture: number): number =>
    weights.reduce((sum, weight, pixel) => sum + weight * (pictures.data[18 * picture + pixel] as number), 0);
  const linear = new GraphBuilder("", ["x", "y"]);
  const flat = linear.add("Flatten", ["x"], { axis: int(1) });
  const constants = {
    ...{
      w8: eight(weights, [6, 1]),
      zero: eight([0], []),
      zero8: eight([0], [], "uint8"),
      middle: eight([128], [], "uint8"),
    },
  };
  for (const [name, constant] of Object.entries(constants)) linear.initializers.set(name, constant);
  const [pixel, out, one] = [linear.float(1 / 255), linear.float(0.1), linear.float(1)];
  linear.nodes.push(
    plain("QuantizeLinear", [flat, pixel, "zero8"], ["x8"]),
    plain("QLinearMatMul", ["x8", pixel, "zero8", "w8", one, "zero", out, "middle"], ["y8"]),
    plain("DequantizeLinear", ["y8", out, "middle"], ["y"]),
  );
  const byQLinear = await predictions("qlinear.onnx", writeModel(linear.graph("q", ...ends)));
  const dynamic = new GraphBuilder("", ["x", "y"]);
  const rounded = dynamic.add("Flatten", ["x"], { axis: int(1) });
  dynamic.initializers.set("w8", constants.w8);
  dynamic.nodes.push(
    plain("DynamicQuantizeLinear", [rounded], ["x8", "scale", "zero"]),
    plain("MatMulInteger", ["x8", "w8", "zero"], ["sum"]),
    { ...plain("Cast", ["sum"], ["wide"]), attributes: { to: int(1) } },
    plain("Mul", ["wide", "scale"], ["y"]),
  );
  const byInteger = await predictions("integer.onnx", writeModel(dynamic.graph("d", ...ends)));
  for (let picture = 0; picture < 20; picture++) {
    const exact = expected(() => logit(picture));
    expect(Math.abs((byQLinear[picture] as number) - exact), `QLinear, ${picture}`).toBeLessThan(0.03);
    expect(Math.abs((byInteger[picture] as number) - exact), `integer, ${picture}`).toBeLessThan(0.03);
  }
});

test("a tree runs, whose predictions are what the file gives", async () => {
  const tree = new GraphBuilder("", ["x", "y"]);
  const flat = tree.add("Flatten", ["x"], { axis: int(1) });
  tree.nodes.push({
    ...plain("TreeEnsembleRegressor", [flat], ["y"], "ai.onnx.ml"),
    attributes: {
      ...{ n_targets: int(1), nodes_treeids: ints([0, 0, 0]), nodes_nodeids: ints([0, 1, 2]) },
      ...{ nodes_featureids: ints([0, 0, 0]), nodes_values: floats([0.5, 0, 0]), post_transform: string("NONE") },
      nodes_modes: { kind: "strings", value: ["BRANCH_LEQ", "LEAF", "LEAF"] },
      ...{ nodes_truenodeids: ints([1, 0, 0]), nodes_falsenodeids: ints([2, 0, 0]) },
      ...{ nodes_hitrates: floats([1, 1, 1]), nodes_missing_value_tracks_true: ints([0, 0, 0]) },
      ...{ target_treeids: ints([0, 0]), target_nodeids: ints([1, 2]), target_ids: ints([0, 0]) },
      target_weights: floats([0.25, 0.75]),
    },
  });
  const told = await predictions("tree.onnx", writeModel(tree.graph("t", ...ends)), "none");
  const expected = Array.from({ length: 20 }, (_, picture) =>
    (pictures.data[18 * picture] as number) <= 0.5 ? 0.25 : 0.75,
  );
  expect(told).toEqual(expected);
});

test("a quantized file is said to be audited by pairs, where it is looked at and where it is imported", async () => {
  const path = join(folder, "biased-int8.onnx");
  await writeFile(path, int8Copy(await readFile(join(models, "biased.onnx"))));
  const [inspection] = await inspectModel(path, { shapes: { x: [1, 1, 2, 3] } });
  expect(inspection).toMatchObject({ differentiable: false, forwardOnly: true });
  await expect(importModel(path)).rejects.toThrow("cfalign suite audit takes it as it is");
});

/** A file whose weights have four bits, which cfalign's graphs cannot hold: weights·pixels, and a head where it is asked for. */
function fourBits(weights: readonly number[], head: boolean): Uint8Array {
  const b = new GraphBuilder("", ["x", "y"]);
  const flat = b.add("Flatten", ["x"], { axis: int(1) });
  b.initializers.set("w4", eight(weights, [6, 1]));
  const back = b.add("DequantizeLinear", ["w4", b.float(1)]);
  b.nodes.push(plain(head ? "Sigmoid" : "Identity", [b.add("MatMul", [flat, back])], ["y"]));
  const model = fromBinary(ModelProtoSchema, writeModel(b.graph("h", ...ends)));
  for (const tensor of model.graph?.initializer ?? []) {
    if (tensor.name !== "w4") continue;
    tensor.dataType = TensorProto_DataType.INT4;
    // Two a byte, the lower half first.
    tensor.rawData = Uint8Array.from(
      [0, 2, 4],
      (at) => ((weights[at] as number) & 15) | (((weights[at + 1] as number) & 15) << 4),
    );
  }
  return toBinary(ModelProtoSchema, model);
}

test("a file that cannot be read is run as it is, and its own head is told from its answers", async () => {
  const weights = [1, 2, 3, -4, -5, -6];
  const [ended, bare] = [
    await predictions("ended.onnx", fourBits(weights, true)),
    await predictions("bare.onnx", fourBits(weights, false)),
  ];
  for (const [picture, value] of bare.entries()) {
    const logit = weights.reduce(
      (sum, weight, pixel) => sum + weight * (pictures.data[18 * picture + pixel] as number),
      0,
    );
    // onnxruntime rounds the pixels to eight bits on its way.
    expect(Math.abs(value - 1 / (1 + Math.exp(-logit)))).toBeLessThan(0.01);
    expect(ended[picture]).toBeCloseTo(value, 6);
  }
});

test("what onnxruntime does not run is told by what cfalign found", async () => {
  const b = new GraphBuilder("", ["x", "y"]);
  b.nodes.push(plain("NoSuch", ["x"], ["y"]));
  await expect(predictions("unknown.onnx", writeModel(b.graph("u", ...ends)))).rejects.toThrow(/NoSuch/);
});
