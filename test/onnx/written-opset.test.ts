import { expect, test } from "vitest";
import { float, int, ints, string } from "../../src/onnx/build.ts";
import type { Attributes, Graph } from "../../src/onnx/graph.ts";
import { readModel } from "../../src/onnx/read.ts";
import { graphProto, modelProto, writeModel } from "../../src/onnx/write.ts";
import { writtenOpset } from "../../src/onnx/written-opset.ts";

type Operator = readonly [op: string, attributes?: Attributes, domain?: string];

function graphOf(...operators: readonly Operator[]): Graph {
  return {
    name: "graph",
    inputs: [],
    outputs: [],
    initializers: new Map(),
    nodes: operators.map(([op, attributes = {}, domain = ""], place) => ({
      ...{ name: `${place}`, op, domain, attributes },
      ...{ inputs: [`${place}`], outputs: [`${place + 1}`] },
    })),
  };
}

const pool: Operator = ["AveragePool", { kernel_shape: ints([2, 2]) }];

test.each<readonly [string, readonly Operator[], number]>([
  ["averages a pool", [["Conv"], pool], 18],
  ["averages no pool", [["Conv"], ["MaxPool"]], 21],
  ["averages a pool whose places lie apart", [["AveragePool", { dilations: ints([2, 2]) }]], 21],
  ["has a younger operator beside the pool", [pool, ["Gelu"]], 21],
  ["has an operator of another form beside the pool", [pool, ["GroupNormalization"]], 21],
  ["has an operator of that name in another domain", [pool, ["Gelu", {}, "com.microsoft"]], 18],
  ["holds a graph", [pool, ["If"]], 21],
  ["casts to float16", [pool, ["Cast", { to: int(10) }]], 18],
  ["casts to a younger type", [pool, ["Cast", { to: int(17) }]], 21],
  ["pads by wrapping", [pool, ["Pad", { mode: string("wrap") }]], 21],
  ["pads by reflection", [pool, ["Pad", { mode: string("reflect") }]], 18],
  ["resizes symmetrically", [pool, ["Resize", { coordinate_transformation_mode: string("half_pixel_symmetric") }]], 21],
  ["resizes", [pool, ["Resize", { cubic_coeff_a: float(-0.5) }]], 18],
])("a graph that %s", (_, operators, opset) => {
  const graph = graphOf(...operators);
  expect(writtenOpset(graph)).toBe(opset);
  expect(readModel(writeModel(graph)).opset).toBe(opset);
  expect(modelProto(graph, graphProto(graph)).opsetImport[0]?.version).toBe(BigInt(opset));
});
