// Speed and memory of gradients against onnxruntime's own forward and against PyTorch, both sides in the same run: each network's
// passes take turns, and the least wall time of all turns counts (on a machine that does nothing else). Networks come from peers/export.py.
// Usage: node --conditions=source --import tsx scripts/speed/bench-speed.ts DIR [--rounds 5] [--threads 2] [--batches 1,8] [--without-peer] [NAME …]
//   measures DIR/NAME.onnx and keeps the figures in DIR/NAME-BATCH.speed.json; without a NAME, and with --write, it writes
//   docs/speed.md from what is kept.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { relative } from "../parity/relative.ts";
import { gradientRows, type Measured, type Prepared, type Profile, profileRows, speedText } from "./speed-text.ts";

const SHAPES: Readonly<Record<string, { input: readonly number[]; output: number }>> = {
  resnet50: { input: [3, 224, 224], output: 1000 },
  densenet121: { input: [3, 224, 224], output: 1000 },
  mobilenet_v3_small: { input: [3, 224, 224], output: 1000 },
  efficientnet_b0: { input: [3, 224, 224], output: 1000 },
  vit_b_16: { input: [3, 224, 224], output: 1000 },
  faces: { input: [256, 16, 16], output: 40 },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: "2" },
    batches: { type: "string", default: "1,8" },
    "without-peer": { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});
const [folder, ...names] = positionals;
if (folder === undefined) throw new Error("usage: bench-speed.ts DIR [--rounds 5] [--threads 2] [NAME …] [--write]");
const threads = Number(values.threads);
const PAUSE_MS = 300;
/** Passes whose results are compared with exact ones, and the exact pass. */
const COMPARED = { forward: "forward", gradient: "gradient", "nchw forward": "forward", "nchw gradient": "gradient" };

interface Pass {
  /** Wall time in milliseconds. */
  readonly ms: number;
  /** Largest resident set of the process so far, bytes. */
  readonly peak: number;
}

interface Side {
  ask(request: object): Promise<Pass>;
  close(): void;
}

/** A child process that answers one line of JSON for each it is given. */
async function side(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<Side> {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${command} ${args.join(" ")} ended without an answer`);
    return JSON.parse(value as string);
  };
  await next();
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await next()) as Pass;
    },
    close: () => child.stdin.end(),
  };
}

const node = (path: string, pass: string): Promise<Side> =>
  side(process.execPath, [
    "--conditions=source",
    "--import",
    "tsx",
    resolve(import.meta.dirname, "bench-speed-child.ts"),
    path,
    pass,
    `${threads}`,
  ]);

/** Without page faults for every large tensor: a third of PyTorch's time otherwise. */
const torch = (name: string): Promise<Side> =>
  side("/usr/bin/python3", [resolve(import.meta.dirname, "../../peers/gradient.py"), name, `${threads}`], {
    MALLOC_MMAP_THRESHOLD_: "4294967296",
    MALLOC_TRIM_THRESHOLD_: "4294967296",
  });

const floats = (file: string): Float32Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
};

/** Draws what a network is given. */
function writeRequest(name: string, batch: number, files: { readonly input: string; readonly cotangent: string }) {
  const { input, output } = SHAPES[name] ?? { input: [], output: 0 };
  const random = createRandom(`${name} ${batch}`);
  const shape = [batch, ...input];
  const drawn = (length: number) => Float32Array.from({ length }, () => random.normal());
  writeFileSync(files.input, drawn(sizeOf(shape)));
  writeFileSync(files.cotangent, drawn(batch * output));
  return { ...files, shape };
}

async function measure(name: string, batch: number): Promise<Measured> {
  const at = (part: string) => join(folder as string, `${name}-${batch}.${part}`);
  const request = writeRequest(name, batch, { input: at("input.bin"), cotangent: at("cotangent.bin") });
  const path = join(folder as string, `${name}.onnx`);
  const ours = { forward: await node(path, "forward"), gradient: await node(path, "gradient") };
  const peer = values["without-peer"] ? undefined : await torch(name);
  const peerPasses = (side: Side) =>
    Object.fromEntries(
      ["nchw", "channels_last"].flatMap((layout) =>
        ["forward", "gradient"].map((pass) => [`${layout} ${pass}`, { side, more: { pass, layout } }] as const),
      ),
    );
  const passes: Record<string, { side: Side; more: object }> = {
    forward: { side: ours.forward, more: {} },
    gradient: { side: ours.gradient, more: {} },
    ...(peer === undefined ? {} : peerPasses(peer)),
  };
  const least: Record<string, Pass> = {};
  const loads: number[] = [];
  // The first turn warms up, and saves what is compared.
  for (let round = 0; round <= Number(values.rounds); round++) {
    for (const [key, { side, more }] of Object.entries(passes)) {
      const save = round === 0 && key in COMPARED ? { save: at(`${key}.bin`) } : {};
      // Threads of the side before spin for a while after their turn.
      await setTimeout(PAUSE_MS);
      const pass = await side.ask({ ...request, ...more, ...save });
      const before = least[key];
      if (round === 0) continue;
      least[key] = {
        ms: Math.min(pass.ms, before?.ms ?? Number.POSITIVE_INFINITY),
        peak: pass.peak,
      };
    }
    loads.push(loadavg()[0] as number);
  }
  // After the turns: it takes more memory than they do.
  for (const pass of ["forward", "gradient"]) {
    await peer?.ask({ ...request, pass, layout: "nchw", exact: true, save: at(`exact ${pass}.bin`) });
  }
  for (const side of [...Object.values(ours), ...(peer === undefined ? [] : [peer])]) side.close();
  const time = (key: string): number => (least[key] as Pass).ms;
  const inLayout = (layout: string) => ({
    layout,
    forward: time(`${layout} forward`),
    gradient: time(`${layout} gradient`),
    peak: (least[`${layout} gradient`] as Pass).peak,
  });
  const layouts = peer === undefined ? [] : [inLayout("nchw"), inLayout("channels_last")];
  const [best] = layouts.sort((a, b) => a.gradient - b.gradient);
  const error = (key: keyof typeof COMPARED): number =>
    relative(floats(at(`${key}.bin`)), floats(at(`exact ${COMPARED[key]}.bin`)));
  return {
    name,
    batch,
    threads,
    rounds: Number(values.rounds),
    load: [Math.min(...loads), Math.max(...loads)],
    forward: time("forward"),
    gradient: time("gradient"),
    peak: (least.gradient as Pass).peak,
    forwardPeak: (least.forward as Pass).peak,
    ...(best === undefined
      ? {}
      : {
          peer: {
            ...best,
            error: { forward: error("nchw forward"), gradient: error("nchw gradient") },
            ours: { forward: error("forward"), gradient: error("gradient") },
          },
        }),
  };
}

for (const name of names) {
  if (!existsSync(join(folder, `${name}.onnx`)))
    throw new Error(`${folder}/${name}.onnx is not there: peers/export.py makes it`);
  for (const batch of values.batches.split(",").map(Number)) {
    const measured = await measure(name, batch);
    console.log(JSON.stringify(measured));
    writeFileSync(join(folder, `${name}-${batch}.speed.json`), JSON.stringify(measured));
  }
}
if (values.write) {
  const kept = <T>(ending: string): T[] =>
    readdirSync(folder)
      .filter((file) => file.endsWith(ending))
      .sort()
      .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as T);
  const [measured, profiles] = [kept<Measured>(".speed.json"), kept<Profile>(".profile.json")];
  await writeMarked("docs/speed.md", "gradients", speedText(measured, kept<Prepared>(".prepare.json"), profiles));
  await writeAppendix("docs/data/speed-gradients.csv", gradientRows(measured));
  await writeAppendix("docs/data/speed-profile.csv", profileRows(profiles));
}
