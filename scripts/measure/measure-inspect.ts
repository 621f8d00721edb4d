// Compares what `inspect` estimates, memory and time of a pass forward and of a gradient, with what onnxruntime takes, one thread,
// each measurement in a process of its own. With --write it writes into docs/limits.md and
// docs/data/estimates.csv.
// Usage: node --conditions=source --import tsx scripts/measure/measure-inspect.ts [--write] MODEL.onnx:BATCH …    (models of peers/export.py)
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { basename, join } from "node:path";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { costOf } from "../../src/engine/cost.ts";
import { openGradient } from "../../src/engine/gradient-session.ts";
import { inputDimsOf } from "../../src/engine/input-dims.ts";
import { loadModel } from "../../src/engine/load.ts";
import { openSession } from "../../src/engine/open-session.ts";
import { measureSpeed, type Speed, secondsOf } from "../../src/engine/speed.ts";
import { type InputDims, trace } from "../../src/engine/trace.ts";
import { vjp } from "../../src/vjp/vjp.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { timed } from "../speed/timed.ts";

const root = join(import.meta.dirname, "../..");
const passes = ["forward", "gradient"] as const;
type Pass = (typeof passes)[number];

interface Taken {
  readonly seconds: number;
  readonly bytes: number;
}

interface Row {
  readonly network: string;
  readonly batch: number;
  readonly pass: Pass;
  readonly estimated: Taken;
  readonly measured: Taken;
}

async function open(path: string, batch: number) {
  const model = await loadModel(path);
  const { graph } = model;
  const dims = inputDimsOf(graph, {}, { batch }) as InputDims;
  const wrt = graph.inputs.map(({ name }) => name);
  const outputs = graph.outputs.map(({ name }) => name);
  return { model, dims, wrt, outputs };
}

/** The machine at its best, as the measurements are: `inspect` looks once, and sees what else runs. */
async function bestSpeed(): Promise<Speed> {
  const found: Speed[] = [];
  for (let i = 0; i < 30; i++) found.push(await measureSpeed({ threads: 1 }));
  return {
    macsPerSecond: Math.max(...found.map(({ macsPerSecond }) => macsPerSecond)),
    bytesPerSecond: Math.max(...found.map(({ bytesPerSecond }) => bytesPerSecond)),
  };
}

/** As `inspect` estimates it, for one thread. */
async function estimate(path: string, batch: number): Promise<Readonly<Record<Pass, Taken>>> {
  const { model, dims, wrt, outputs } = await open(path, batch);
  const speed = await bestSpeed();
  const forward = await trace(model, dims);
  const graph = vjp(forward.graph, { wrt, outputs, facts: forward.facts });
  const all = graph.inputs.map((info): [string, readonly number[]] => [info.name, info.dims as readonly number[]]);
  const gradient = await trace({ ...model, graph }, Object.fromEntries(all));
  const taken = (cost: ReturnType<typeof costOf>): Taken => ({
    seconds: secondsOf(cost, speed),
    bytes: cost.memoryBytes,
  });
  return { forward: taken(costOf(forward)), gradient: taken(costOf(gradient)) };
}

/** Least processor time of a run, and the most memory beyond that of a process with onnxruntime in it. */
async function measure(path: string, batch: number, pass: Pass): Promise<Taken> {
  // Loads onnxruntime.
  await measureSpeed({ threads: 1 });
  const before = process.memoryUsage().rss;
  const { model, dims, wrt, outputs } = await open(path, batch);
  const random = createRandom("inputs");
  const noise = (shape: readonly number[]): Tensor => ({
    data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
    dims: shape,
  });
  const inputs = Object.entries(dims).map(([name, shape]): [string, Tensor] => [name, noise(shape)]);
  const session =
    pass === "forward"
      ? await openSession(model, { threads: 1 })
      : await openGradient(model, { wrt, outputs, dims }, { threads: 1 });
  const feeds = new Map(inputs);
  const typed = Object.fromEntries(inputs.map(([name, value]) => [name, { type: "float32" as const, ...value }]));
  const run = () => ("inputNames" in session ? session.run(typed) : session.run(feeds));
  let seconds = Number.POSITIVE_INFINITY;
  const end = performance.now() + 6000;
  for (let turn = 0; turn < 3 || performance.now() < end; turn++) {
    const { cpu } = await timed<unknown>(run);
    seconds = Math.min(seconds, cpu / 1000);
  }
  await session.dispose();
  return { seconds, bytes: process.resourceUsage().maxRSS * 1024 - before };
}

function inChild<T>(...args: string[]): T {
  const node = ["--conditions=source", "--import", "tsx", import.meta.filename, "--child", ...args];
  return JSON.parse(execFileSync(process.execPath, node, { cwd: root, encoding: "utf8" })) as T;
}

const columns = [
  "network",
  "batch",
  "pass",
  "estimated, ms",
  "measured, ms",
  "ratio",
  "estimated, MB",
  "measured, MB",
  "ratio",
];

function rowOf({ network, batch, pass, estimated: e, measured: m }: Row): readonly (string | number)[] {
  const ms = (seconds: number) => (seconds < 0.01 ? (1000 * seconds).toPrecision(2) : (1000 * seconds).toFixed(0));
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0);
  const ratio = (a: number, b: number) => (a / b).toFixed(2);
  return [
    ...[network, batch, pass, ms(e.seconds), ms(m.seconds), ratio(e.seconds, m.seconds)],
    ...[megabytes(e.bytes), megabytes(m.bytes), ratio(e.bytes, m.bytes)],
  ];
}

function text(rows: readonly Row[]): string {
  const range = (of: (row: Row) => number) => {
    const all = rows.map(of);
    return `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
  };
  return `Estimate / measurement, ${new Set(rows.map(({ network }) => network)).size} networks, forward and gradient: time ${range(({ estimated, measured }) => estimated.seconds / measured.seconds)}, memory ${range(({ estimated, measured }) => estimated.bytes / measured.bytes)}
([estimates.csv](data/estimates.csv); one thread, ${cpus()[0]?.model.trim()}, other programs ran beside; \`scripts/measure/measure-inspect.ts\`).`;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args[0] === "--child") {
    const [, path = "", batch, pass] = args;
    const result =
      pass === "estimate" ? await estimate(path, Number(batch)) : await measure(path, Number(batch), pass as Pass);
    console.log(JSON.stringify(result));
    return;
  }
  const rows = args
    .filter((arg) => arg !== "--write")
    .flatMap((arg) => {
      const [, path = arg, batch = "1"] = /^(.*):(\d+)$/.exec(arg) ?? [];
      const estimated = inChild<Readonly<Record<Pass, Taken>>>(path, batch, "estimate");
      return passes.map((pass): Row => {
        const measured = inChild<Taken>(path, batch, pass);
        const row = {
          network: basename(path, ".onnx"),
          batch: Number(batch),
          pass,
          estimated: estimated[pass],
          measured,
        };
        console.error(JSON.stringify(row));
        return row;
      });
    });
  if (rows.length === 0) throw new Error("usage: measure-inspect.ts [--write] MODEL.onnx:BATCH …");
  console.log(text(rows));
  if (args.includes("--write")) {
    await writeMarked("docs/limits.md", "estimates", text(rows));
    await writeAppendix("docs/data/estimates.csv", [columns, ...rows.map(rowOf)]);
  }
}

await main();
