// Runs the ONNX project's own operator cases (zoo/parity/operators.py) forward, and their gradients against central
// differences; prints what is off, then the counts; exits 1 if anything is. With --write it also writes into
// docs/operators.md and docs/data/operator-parity.csv.
// Usage: node --conditions=source --import tsx scripts/parity/operator-parity.ts CASES.jsonl [--write]

import { readFileSync } from "node:fs";
import { platform } from "#platform";
import { CfalignError } from "../../src/base/errors.ts";
import { createRandom, type Random } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import type { Constant, DataType, Graph } from "../../src/onnx/graph.ts";
import { normalize } from "../../src/onnx/normalize.ts";
import { readModel } from "../../src/onnx/read.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { median } from "../../src/statistics/moments.ts";
import { activeValues } from "../../src/vjp/activity.ts";
import { derivatives } from "../../src/vjp/table.ts";
import { checkGraph, LIMITS } from "../../test/vjp/check.ts";
import { type Feeds, runGraph } from "../../test/vjp/harness.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

interface Encoded {
  readonly type: DataType;
  readonly dims: readonly number[];
  readonly data: string;
}

interface Case {
  readonly name: string;
  readonly operators: readonly string[];
  readonly skipped?: string;
  readonly model: string;
  readonly inputs: Readonly<Record<string, Encoded>>;
  readonly outputs: Readonly<Record<string, Encoded>>;
}

type Forward =
  | "equal"
  | "different"
  | "onnxruntime's own"
  | "random"
  | "not read"
  | "not run by onnxruntime"
  | "no tensors";
type Gradient = "right" | "wrong" | "refused" | "not comparable" | "zero" | "nothing to differentiate";

/** Cases in which central differences in float32 say nothing, and why. */
const BLIND: Readonly<Record<string, string>> = {
  test_logsoftmax_large_number: "numbers of 10,000 leave float32 no digits for a difference",
  test_logsoftmax_large_number_expanded: "numbers of 10,000 leave float32 no digits for a difference",
  test_logsoftmax_large_number_expanded_ver18: "numbers of 10,000 leave float32 no digits for a difference",
  test_tan: "some numbers are near a pole",
};

/** Their outputs differ from run to run. */
const RANDOM = new Set(["Bernoulli", "Multinomial", "RandomNormalLike", "RandomUniformLike"]);
const DIRECTIONS = 7;
const STEPS = [3e-2, 1e-2, 3e-3, 1e-3, 3e-4];
/** How far inputs are moved before they are differentiated: many cases sit exactly on a kink or a tie. */
const NUDGE = 0.05;

interface Result {
  readonly name: string;
  readonly operator: string;
  readonly forward: Forward;
  readonly gradient?: Gradient;
  readonly note?: string;
}

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"));

/** Which numbers lie behind an element type; undefined for those that JavaScript cannot hold as such. */
const views: Partial<Record<DataType, (bytes: ArrayBuffer) => ArrayLike<number | bigint>>> = {
  float32: (bytes) => new Float32Array(bytes),
  float64: (bytes) => new Float64Array(bytes),
  int64: (bytes) => new BigInt64Array(bytes),
  uint64: (bytes) => new BigUint64Array(bytes),
  int32: (bytes) => new Int32Array(bytes),
  uint32: (bytes) => new Uint32Array(bytes),
  int16: (bytes) => new Int16Array(bytes),
  uint16: (bytes) => new Uint16Array(bytes),
  int8: (bytes) => new Int8Array(bytes),
  uint8: (bytes) => new Uint8Array(bytes),
  bool: (bytes) => new Uint8Array(bytes),
};

function agrees(actual: TypedTensor | undefined, expected: Encoded): boolean {
  if (actual === undefined || actual.dims.join() !== expected.dims.join()) return false;
  const view = views[expected.type];
  // float16 and bfloat16 are computed in float32 and have no exact numbers here: shapes must do.
  if (view === undefined) return true;
  const wanted = view(bytesOf(expected.data).buffer as ArrayBuffer);
  return Array.from(wanted).every((value, i) => {
    const [a, b] = [Number(actual.data[i]), Number(value)];
    return Object.is(a, b) || Math.abs(a - b) <= 1e-4 + 1e-3 * Math.abs(b);
  });
}

/** The graph with everything that is not float32 fed as a constant, and the feeds that are left. */
function withConstants(graph: Graph, inputs: Readonly<Record<string, Encoded>>): { graph: Graph; feeds: Feeds } {
  const constants = new Map<string, Constant>(graph.initializers);
  const feeds: Record<string, TypedTensor> = {};
  for (const [name, { type, dims, data }] of Object.entries(inputs)) {
    const bytes = bytesOf(data);
    if (type === "float32") feeds[name] = { type, dims, data: new Float32Array(bytes.buffer as ArrayBuffer) };
    else constants.set(name, { type, dims, data: { kind: "inline", bytes } });
  }
  return {
    graph: { ...graph, inputs: graph.inputs.filter(({ name }) => name in feeds), initializers: constants },
    feeds,
  };
}

/** Moved a little, numbers below 1 towards zero and others away from it, so that domains such as [−1, 1] and [1, ∞) are kept. */
function nudge({ type, dims, data }: TypedTensor, random: Random): TypedTensor {
  const moved = Float32Array.from(data as Float32Array, (value) =>
    value === 0
      ? NUDGE * (random.uniform() + 0.5)
      : value * (1 + (Math.abs(value) < 1 ? -NUDGE : NUDGE) * (random.uniform() + 0.5)),
  );
  return { type, dims, data: moved };
}

const message = (error: unknown): string => (error as Error).message.split("\n")[0] as string;

async function gradientOf(name: string, graph: Graph, feeds: Feeds): Promise<Pick<Result, "gradient" | "note">> {
  const fed = Object.entries(feeds).filter(([, { dims }]) => sizeOf(dims) > 0);
  const outputs = graph.outputs.filter(({ type }) => type === "float32");
  if (fed.length === 0 || outputs.length === 0) return { gradient: "nothing to differentiate" };
  const notes: string[] = [];
  let [right, zero] = [0, 0];
  for (const [input] of fed) {
    const active = activeValues(graph, [input], { rules: derivatives });
    if (!outputs.some((output) => active.has(output.name))) {
      zero++;
      continue;
    }
    try {
      const random = createRandom(name);
      const nudged = Object.fromEntries(fed.map(([key, tensor]) => [key, nudge(tensor, random)]));
      const wrt = [input];
      const at = { ...feeds, ...nudged };
      const check = { graph, wrt, kind: "smooth", random, directions: DIRECTIONS, steps: STEPS } as const;
      const [errors] = await checkGraph({ ...check, feeds: at });
      // The middle one: a step across a kink or a tie spoils the difference along some directions.
      const error = median(errors as readonly number[]);
      if (!(error <= LIMITS.smooth) && name in BLIND)
        return { gradient: "not comparable", note: BLIND[name] as string };
      if (!(error <= LIMITS.smooth)) {
        return { gradient: "wrong", note: `by ${input}: off by ${error.toExponential(1)}` };
      }
      right++;
    } catch (error) {
      if (!(error instanceof CfalignError)) return { gradient: "wrong", note: `by ${input}: ${message(error)}` };
      notes.push(message(error));
    }
  }
  if (right > 0) return { gradient: "right" };
  return zero > 0 ? { gradient: "zero" } : { gradient: "refused", note: notes[0] as string };
}

async function examine(of: Case, operator: string): Promise<Result> {
  const { name } = of;
  if (of.skipped !== undefined) return { name, operator, forward: "no tensors" };
  let prepared: { graph: Graph; feeds: Feeds };
  try {
    prepared = withConstants(normalize(readModel(bytesOf(of.model), { name })), of.inputs);
  } catch (error) {
    return { name, operator, forward: "not read", note: message(error) };
  }
  const { graph, feeds } = prepared;
  let outputs: Readonly<Record<string, TypedTensor>>;
  try {
    outputs = await runGraph(graph, feeds);
  } catch (error) {
    return { name, operator, forward: "not run by onnxruntime", note: message(error) };
  }
  const wrong = Object.entries(of.outputs).find(([output, expected]) => !agrees(outputs[output], expected));
  if (wrong !== undefined) {
    if (of.operators.some((op) => RANDOM.has(op)) || of.name.includes("training_dropout")) {
      return { name, operator, forward: "random" };
    }
    const own = await plain(of);
    const same = own !== undefined && Object.keys(of.outputs).every((key) => same32(own[key], outputs[key]));
    return { name, operator, forward: same ? "onnxruntime's own" : "different", note: `output ${wrong[0]}` };
  }
  return { name, operator, forward: "equal", ...(await gradientOf(name, graph, feeds)) };
}

/** What onnxruntime makes of the case's file as it is. */
async function plain(of: Case): Promise<Readonly<Record<string, TypedTensor>> | undefined> {
  try {
    const session = await platform.createSession(bytesOf(of.model), { threads: 1 });
    try {
      return await session.run(
        Object.fromEntries(
          Object.entries(of.inputs).map(([name, { type, dims, data }]): [string, TypedTensor] => {
            const buffer = bytesOf(data).buffer as ArrayBuffer;
            return [
              name,
              { type, dims, data: (views[type]?.(buffer) ?? new Uint16Array(buffer)) as TypedTensor["data"] },
            ];
          }),
        ),
      );
    } finally {
      await session.dispose();
    }
  } catch {
    return undefined;
  }
}

function same32(a: TypedTensor | undefined, b: TypedTensor | undefined): boolean {
  if (a === undefined || b === undefined || a.dims.join() !== b.dims.join()) return false;
  return Array.from(a.data, Number).every(
    (value, i) =>
      Object.is(value, Number(b.data[i])) || Math.abs(value - Number(b.data[i])) <= 1e-5 * Math.max(1, Math.abs(value)),
  );
}

/** An expansion of a case belongs to the operator that was expanded. */
function operatorOf({ name, operators }: Case, byName: ReadonlyMap<string, Case>): string {
  const base = byName.get(name.replace(/_expanded.*$/, ""));
  return (base ?? { operators }).operators[0] ?? name;
}

function text(results: readonly Result[]): string {
  const forward = (kind: Forward) => results.filter((result) => result.forward === kind).length;
  const gradient = (kind: Gradient) => results.filter((result) => result.gradient === kind).length;
  return `Of ${results.length} cases ${forward("equal")} give the case's own outputs and ${forward("different")} do not. ${gradient("right")} gradients are right and ${gradient("wrong")} wrong;
${gradient("zero")} are zero, ${gradient("refused")} refused, ${gradient("not comparable")} not comparable, and ${gradient("nothing to differentiate")} cases have nothing to differentiate.
The rest: ${forward("no tensors")} cases without plain tensors, ${forward("onnxruntime's own")} in which onnxruntime itself gives another result, ${forward("random")} random ones,
${forward("not run by onnxruntime")} that onnxruntime does not run, ${forward("not read")} that are not read. Case by case, with the reason: [operator-parity.csv](data/operator-parity.csv).
Limit ${LIMITS.smooth} for the middle one of ${DIRECTIONS} directions, inputs moved by ${NUDGE} of themselves first. Written by \`scripts/parity/operator-parity.ts\`.`;
}

const rowOf = ({ name, operator, forward, gradient, note }: Result) => [
  operator,
  name,
  forward,
  gradient ?? null,
  note?.slice(0, 160) ?? null,
];

async function main(): Promise<void> {
  const [path, write] = process.argv.slice(2);
  if (path === undefined) throw new Error("usage: operator-parity.ts CASES.jsonl [--write]");
  const cases = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);
  const byName = new Map(cases.map((of) => [of.name, of]));
  const results: Result[] = [];
  for (const of of cases) {
    const result = await examine(of, operatorOf(of, byName));
    results.push(result);
    if (result.forward === "different" || result.gradient === "wrong") {
      console.log(`not ok ${result.name}: ${result.gradient ?? result.forward}: ${result.note}`);
    }
  }
  if (write === "--write") {
    await writeMarked("docs/operators.md", "cases", text(results));
    const header = ["operator", "case", "forward", "gradient", "note"];
    await writeAppendix("docs/data/operator-parity.csv", [header, ...results.map(rowOf)]);
  }
  const failed = results.filter(({ forward, gradient }) => forward === "different" || gradient === "wrong").length;
  const passed = results.filter(({ forward, gradient }) => forward === "equal" && gradient !== "wrong").length;
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

await main();
