// Compares whole networks' gradients with PyTorch's (made by zoo/parity/networks.py); prints one line per network, then the
// counts; exits 1 if any is off. With --write it also writes into docs/operators.md
// and docs/data/network-parity.csv.
// Usage: node --conditions=source --import tsx scripts/parity/network-parity.ts DIR [--write]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { differentiable } from "../../src/engine/differentiable.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { relative } from "./relative.ts";

const MOST = 1e-4;
const MOST_TIMES_PYTORCH = 3;

const [folder, write] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: network-parity.ts DIR [--write]");

interface Facts {
  readonly name: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
  readonly points: number;
}

/** Errors at one input, relative to the norm of what is compared with. */
interface Errors {
  readonly forward: number;
  readonly gradient: number;
  readonly fromDouble: number;
  readonly pytorch: number;
}

interface Parity extends Facts, Errors {
  readonly kinks: number;
  readonly holds: boolean;
}

function bytes(name: string, part: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder as string, `${name}.${part}.bin`));
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** At the middle input: a ReLU on the other side of its kink spoils single ones, and they are counted. */
async function compare(facts: Facts): Promise<Parity> {
  const path = join(folder as string, `${facts.name}.onnx`);
  const model = await differentiable(path, { shape: facts.input });
  const float32 = (part: string) => new Float32Array(bytes(facts.name, part));
  const [inputs, cotangents, outputs, gradients] = ["input", "cotangent", "output", "gradient"].map(float32) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const doubles = new Float64Array(bytes(facts.name, "gradient64"));
  const [inputSize, outputSize] = [inputs.length / facts.points, outputs.length / facts.points];
  const errors: Errors[] = [];
  for (let point = 0; point < facts.points; point++) {
    const [from, to] = [point * inputSize, (point + 1) * inputSize];
    const [first, last] = [point * outputSize, (point + 1) * outputSize];
    const { output, gradient } = await model.vjp(
      { data: inputs.slice(from, to), dims: facts.input },
      { data: cotangents.slice(first, last), dims: facts.output },
    );
    errors.push({
      forward: relative(output.data, outputs.slice(first, last)),
      gradient: relative(gradient.data, gradients.slice(from, to)),
      fromDouble: relative(gradient.data, doubles.slice(from, to)),
      pytorch: relative(gradients.slice(from, to), doubles.slice(from, to)),
    });
  }
  await model.dispose();
  const ordered = [...errors].sort((a, b) => a.gradient - b.gradient);
  const middle = ordered[(errors.length - 1) >> 1] as Errors;
  const holds = middle.gradient <= MOST && middle.fromDouble <= MOST_TIMES_PYTORCH * middle.pytorch;
  return { ...facts, ...middle, kinks: errors.filter(({ gradient }) => gradient > MOST).length, holds };
}

function text(results: readonly Parity[]): string {
  const most = (of: (result: Parity) => number) => Math.max(...results.map(of));
  const [points, kinks] = [results.reduce((sum, r) => sum + r.points, 0), results.reduce((sum, r) => sum + r.kinks, 0)];
  return `${results.filter(({ holds }) => holds).length} of ${results.length} networks hold. The largest error against float32 is ${most((r) => r.gradient).toExponential(1)}, wanted: ${MOST};
against float64 at most ${most((r) => r.fromDouble / r.pytorch).toFixed(2)} times PyTorch float32's own, wanted: ${MOST_TIMES_PYTORCH}. ${kinks} of ${points} inputs lie on a kink.
All figures: [network-parity.csv](data/network-parity.csv). Written by \`scripts/parity/network-parity.ts\`; CI runs it on freshly exported networks.`;
}

const columns = ["network", "input", "parameters in millions", "output error", "gradient error against float32"];
const moreColumns = ["against float64", "PyTorch's float32 against float64", "ratio", "inputs on a kink", "inputs"];

const rowOf = (r: Parity) => [
  r.name,
  r.input.join(" × "),
  (r.parameters / 1e6).toFixed(1),
  r.forward.toExponential(1),
  r.gradient.toExponential(1),
  r.fromDouble.toExponential(1),
  r.pytorch.toExponential(1),
  (r.fromDouble / r.pytorch).toFixed(2),
  r.kinks,
  r.points,
];

async function main(): Promise<void> {
  const files = readdirSync(folder as string).filter((file) => file.endsWith(".json"));
  const results: Parity[] = [];
  for (const file of files.sort()) {
    const result = await compare(JSON.parse(readFileSync(join(folder as string, file), "utf8")) as Facts);
    results.push(result);
    console.log(
      `${result.holds ? "ok    " : "not ok"} gradient of ${result.name}: ${result.gradient.toExponential(1)} from PyTorch, ${result.fromDouble.toExponential(1)} from float64 where PyTorch has ${result.pytorch.toExponential(1)}`,
    );
  }
  const passed = results.filter(({ holds }) => holds).length;
  if (write === "--write") {
    await writeMarked("docs/operators.md", "networks", text(results));
    await writeAppendix("docs/data/network-parity.csv", [[...columns, ...moreColumns], ...results.map(rowOf)]);
  }
  console.log(`${passed} passed, ${results.length - passed} failed`);
  process.exitCode = passed < results.length || results.length === 0 ? 1 : 0;
}

await main();
