import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { float, GraphBuilder, string } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { guidedBackprop } from "../../src/vjp/guided.ts";
import { type Feeds, float32, gradientsOf } from "./harness.ts";

const width = 24;
const random = createRandom("guided");
const matrix = (): number[][] =>
  Array.from({ length: width }, () => Array.from({ length: width }, () => 0.5 * random.normal()));
const [first, second] = [matrix(), matrix()];
const last = Array.from({ length: width }, () => random.normal());
const input = Array.from({ length: width }, () => random.normal());

/** An activation: how a file may spell it, and its formula. */
interface Activation {
  readonly spell: (b: GraphBuilder, x: string) => string;
  readonly value: (x: number) => number;
}

const erf = (x: number): number => {
  // ∫ by Simpson's rule: slow, but of nobody's making.
  const n = 2000;
  const f = (t: number): number => Math.exp(-t * t);
  let sum = f(0) + f(x);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * f((x * i) / n);
  return ((2 / Math.sqrt(Math.PI)) * sum * x) / n / 3;
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const relu = (x: number): number => Math.max(0, x);
const gelu = (x: number): number => 0.5 * x * (1 + erf(x * Math.SQRT1_2));
const hardSwish = (x: number): number => (x * Math.min(6, Math.max(0, x + 3))) / 6;
const tanhGelu = (x: number): number => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));

const rectifiers: Readonly<Record<string, Activation>> = {
  Relu: { spell: (b, x) => b.add("Relu", [x]), value: relu },
  "Relu as Clip from 0": { spell: (b, x) => b.add("Clip", [x, b.float(0)]), value: relu },
  "Relu as Max with 0": { spell: (b, x) => b.add("Max", [b.float(0), x]), value: relu },
  ReLU6: { spell: (b, x) => b.add("Clip", [x, b.float(0), b.float(6)]), value: (x) => Math.min(6, relu(x)) },
  LeakyRelu: {
    spell: (b, x) => b.add("LeakyRelu", [x], { alpha: float(0.2) }),
    value: (x) => (x > 0 ? x : 0.2 * x),
  },
  Elu: { spell: (b, x) => b.add("Elu", [x]), value: (x) => (x > 0 ? x : Math.exp(x) - 1) },
  "SiLU as x·Sigmoid(x)": {
    spell: (b, x) => b.add("Mul", [x, b.add("Sigmoid", [x])]),
    value: (x) => x * sigmoid(x),
  },
  "SiLU as Sigmoid(x)·x": {
    spell: (b, x) => b.add("Mul", [b.add("Sigmoid", [x]), x]),
    value: (x) => x * sigmoid(x),
  },
  Gelu: { spell: (b, x) => b.add("Gelu", [x]), value: gelu },
  "GELU as x·½·(1 + erf(x/√2))": {
    spell: (b, x) => {
      const gate = b.add("Add", [b.add("Erf", [b.add("Div", [x, b.float(Math.SQRT2)])]), b.float(1)]);
      return b.add("Mul", [b.add("Mul", [x, b.float(0.5)]), gate]);
    },
    value: gelu,
  },
  "GELU by tanh": {
    spell: (b, x) => {
      const cube = b.add("Mul", [b.add("Pow", [x, b.float(3)]), b.float(0.044715)]);
      const inner = b.add("Mul", [b.add("Add", [x, cube]), b.float(Math.sqrt(2 / Math.PI))]);
      return b.add("Mul", [b.add("Mul", [b.float(0.5), x]), b.add("Add", [b.float(1), b.add("Tanh", [inner])])]);
    },
    value: tanhGelu,
  },
  "Gelu by tanh": { spell: (b, x) => b.add("Gelu", [x], { approximate: string("tanh") }), value: tanhGelu },
  HardSwish: { spell: (b, x) => b.add("HardSwish", [x]), value: hardSwish },
  "hard swish by Clip": {
    spell: (b, x) => {
      const gate = b.add("Clip", [b.add("Add", [x, b.float(3)]), b.float(0), b.float(6)]);
      return b.add("Div", [b.add("Mul", [x, gate]), b.float(6)]);
    },
    value: hardSwish,
  },
};

const others: Readonly<Record<string, Activation>> = {
  Tanh: { spell: (b, x) => b.add("Tanh", [x]), value: Math.tanh },
  Sigmoid: { spell: (b, x) => b.add("Sigmoid", [x]), value: sigmoid },
  square: { spell: (b, x) => b.add("Mul", [x, x]), value: (x) => x * x },
  "Clip from −1": {
    spell: (b, x) => b.add("Clip", [x, b.float(-1), b.float(1)]),
    value: (x) => Math.min(1, Math.max(-1, x)),
  },
};

/** v·(h + φ(B·h)) with h = φ(A·x): two layers, and a value that is used twice. */
function network({ spell }: Activation): Graph {
  const b = new GraphBuilder("", ["x"]);
  const matmul = (x: string, rows: number[][]): string =>
    b.add("MatMul", [
      x,
      b.float(rows[0]?.flatMap((_, c) => rows.map((row) => row[c] as number)) ?? [], [width, width]),
    ]);
  const h = spell(b, matmul("x", first));
  const sum = b.add("Add", [h, spell(b, matmul(h, second))]);
  const y = b.add("MatMul", [sum, b.float(last, [width, 1])]);
  return b.graph(
    "network",
    [{ name: "x", type: "float32", dims: [1, width] }],
    [{ name: y, type: "float32", dims: [1, 1] }],
  );
}

const times = (rows: readonly number[][], x: readonly number[]): number[] =>
  rows.map((row) => row.reduce((sum, w, i) => sum + w * (x[i] as number), 0));
const transposed = (rows: readonly number[][]): number[][] =>
  Array.from({ length: width }, (_, c) => rows.map((row) => row[c] as number));

/** The same by loops in float64; the slope of φ by central differences. `guide`: what a rectifier does to what arrives. */
function slowTwin({ value }: Activation, guide: (ct: number) => number): number[] {
  const slope = (x: number): number => (value(x + 1e-5) - value(x - 1e-5)) / 2e-5;
  const a = times(first, input);
  const c = times(second, a.map(value));
  const atSecond = last.map((ct, i) => guide(ct) * slope(c[i] as number));
  const back = times(transposed(second), atSecond);
  const atFirst = last.map((ct, i) => guide(ct + (back[i] as number)) * slope(a[i] as number));
  return times(transposed(first), atFirst);
}

async function map(activation: Activation): Promise<number[]> {
  const graph = network(activation);
  const feeds: Feeds = { x: float32(input, [1, width]) };
  const output = graph.outputs[0]?.name as string;
  const ct = { [output]: float32([1], [1, 1]) };
  const { gradients } = await gradientsOf(graph, feeds, ["x"], ct, guidedBackprop);
  return [...(gradients.x?.data ?? [])];
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  const size = Math.max(...expected.map(Math.abs));
  expect(size).toBeGreaterThan(0.01);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value) / size).toBeLessThan(1e-4);
  });
}

describe("guided backpropagation", () => {
  test.each(Object.entries(rectifiers))("hands only positive signals back through %s", async (_, activation) => {
    const expected = slowTwin(activation, (ct) => Math.max(0, ct));
    const plain = slowTwin(activation, (ct) => ct);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - (plain[i] as number))))).toBeGreaterThan(0.01);
    expectClose(await map(activation), expected);
  });

  test.each(Object.entries(others))("is the derivative where nothing rectifies: %s", async (_, activation) => {
    expectClose(
      await map(activation),
      slowTwin(activation, (ct) => ct),
    );
  });

  test("leaves a gate that looks at more than its own value alone", async () => {
    // x·Sigmoid(A·x), as in squeeze-and-excitation.
    const b = new GraphBuilder("", ["x"]);
    const scores = b.add("MatMul", ["x", b.float(transposed(first).flat(), [width, width])]);
    const gated = b.add("Mul", ["x", b.add("Sigmoid", [scores])]);
    const y = b.add("MatMul", [gated, b.float(last, [width, 1])]);
    const info = (name: string, size: number) => ({ name, type: "float32" as const, dims: [1, size] });
    const graph = b.graph("gate", [info("x", width)], [info(y, 1)]);
    const f = (x: readonly number[]): number =>
      times(first, x).reduce((sum, score, i) => sum + (last[i] as number) * (x[i] as number) * sigmoid(score), 0);
    const ct = { [y]: float32([1], [1, 1]) };
    const { gradients } = await gradientsOf(graph, { x: float32(input, [1, width]) }, ["x"], ct, guidedBackprop);
    const expected = input.map(
      (_, i) => (f(input.with(i, (input[i] as number) + 1e-5)) - f(input.with(i, (input[i] as number) - 1e-5))) / 2e-5,
    );
    expectClose([...(gradients.x?.data ?? [])], expected);
  });
});
