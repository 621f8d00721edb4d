// A whole counterfactual, `fast` search in onnxruntime, against the published search in PyTorch on the same images and networks
// (peers/counterfactual.py makes both, in OUT). Prints the figures (WRITE=1: into docs/speed.md).
// Usage: node --conditions=source --import tsx scripts/speed/bench-speed-counterfactual.ts OUT [--width 128] [--images 2] [--threads 1]
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Tensor } from "../../src/base/tensor.ts";
import { latentShift, openWorkspace } from "../../src/index.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { counterfactualRows, counterfactualText, type MeasuredCounterfactual, type Searched } from "./speed-text.ts";
import { timed } from "./timed.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "128" },
    images: { type: "string", default: "2" },
    threads: { type: "string", default: "1" },
  },
});
const [out] = positionals;
if (out === undefined) throw new Error("usage: bench-speed-counterfactual.ts OUT [--width 128] [--images 2]");
const PAUSE_MS = 300;
const folder = join(out, `counterfactual-${values.width}`);

const script = resolve(import.meta.dirname, "../../peers/counterfactual.py");
const child = spawn("/usr/bin/python3", [script, folder, values.threads, values.width], {
  stdio: ["pipe", "pipe", "inherit"],
  env: { ...process.env, MALLOC_MMAP_THRESHOLD_: "4294967296", MALLOC_TRIM_THRESHOLD_: "4294967296" },
});
const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
const answer = async <T>(): Promise<T> => {
  const { value, done } = await lines.next();
  if (done) throw new Error("peers/counterfactual.py ended without an answer");
  return JSON.parse(value as string) as T;
};

function image(path: string): Tensor {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const data = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  return { data, dims: [1, 3, 256, 256] };
}

const { images } = await answer<{ images: readonly string[] }>();
await using workspace = await openWorkspace(folder, { threads: Number(values.threads), batch: 1 });
const [base] = workspace.classifiers("t0");
if (base === undefined) throw new Error("the workspace has no target t0");
// Both searches end where the prediction has fallen: no bound on the shift.
const options = { autoencoder: workspace.autoencoder, base, maxShift: 1e6 };

async function ours(path: string): Promise<Searched> {
  const picture = image(path);
  const { value: found, ms, cpu } = await timed(() => latentShift(picture, options));
  return {
    lambda: found.lambda ?? Number.NaN,
    before: found.basePrediction.before,
    after: found.basePrediction.after,
    evaluations: found.evaluations,
    ms,
    cpu,
  };
}

const best = (runs: readonly Searched[]): Searched => runs.reduce((least, one) => (one.ms < least.ms ? one : least));

// Sessions are made once.
await ours(images[0] as string);
const pairs: MeasuredCounterfactual["pairs"][number][] = [];
for (const path of images.slice(0, Number(values.images))) {
  // Two runs, as the peer has two layouts, and not while the threads of the side before still spin.
  const runs: Searched[] = [];
  for (let run = 0; run < 2; run++) {
    await setTimeout(PAUSE_MS);
    runs.push(await ours(path));
  }
  const peers: Searched[] = [];
  for (const layout of ["nchw", "channels_last"]) {
    child.stdin.write(`${JSON.stringify({ image: path, layout })}\n`);
    peers.push(await answer<Searched>());
  }
  const pair = { fast: best(runs), peer: best(peers) };
  console.log(JSON.stringify(pair));
  pairs.push(pair);
}
child.stdin.end();
const measured: MeasuredCounterfactual = {
  width: Number(values.width),
  threads: Number(values.threads),
  load: loadavg()[0] as number,
  pairs,
};
if (process.env.WRITE === "1") {
  await writeMarked("docs/speed.md", "counterfactual", counterfactualText(measured));
  await writeAppendix("docs/data/speed-counterfactual.csv", counterfactualRows(measured));
}
