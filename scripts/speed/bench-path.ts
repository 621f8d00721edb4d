/**
 * What a path costs beside the paper's direction at the published size: encoder, gradients and search in wall time, one image after the other, the
 * two taking turns, each at its best of two; networks and images of peers/counterfactual.py. Prints the table; WRITE=1 writes it into docs/benchmark/path-cost.csv.
 * Usage: node --conditions=source --import tsx scripts/speed/bench-path.ts OUT [--width 128] [--images 4] [--threads 2]
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { latentShift, openWorkspace } from "../../src/index.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { timed } from "./timed.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: "string", default: "128" },
    images: { type: "string", default: "4" },
    threads: { type: "string", default: "2" },
  },
});
const [out] = positionals;
if (out === undefined) throw new Error("usage: bench-path.ts OUT [--width 128] [--images 4] [--threads 2]");
const most = 6;
const pauseMs = 300;

/** The peer makes the networks and says where the images are; its own search is not asked for. */
async function imagesOf(folder: string): Promise<readonly string[]> {
  const script = resolve(import.meta.dirname, "../../peers/counterfactual.py");
  const child = spawn("/usr/bin/python3", [script, folder, values.threads, values.width], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    child.stdin.end();
    return (JSON.parse(line) as { readonly images: readonly string[] }).images;
  }
  throw new Error("peers/counterfactual.py ended without an answer");
}

const folder = join(out, `counterfactual-${values.width}`);
const paths = (await imagesOf(folder)).slice(0, Number(values.images));
await using workspace = await openWorkspace(folder, { threads: Number(values.threads), batch: 1 });
const [base] = workspace.classifiers("t0");
if (base === undefined) throw new Error("the workspace has no target t0");

async function searched(path: string, direction: "gradient" | "path") {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  const pixels = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  await setTimeout(pauseMs);
  // Both end where the prediction has fallen: no bound on the shift.
  const options = { autoencoder: workspace.autoencoder, base: base as NonNullable<typeof base>, maxShift: 1e6 };
  const { value, ms } = await timed(() =>
    latentShift({ data: pixels, dims: [1, 3, 256, 256] }, { ...options, direction }),
  );
  return { ...value, ms };
}
type Searched = Awaited<ReturnType<typeof searched>>;

const told = ({ basePrediction: { before, after }, evaluations, gradients, ms }: Searched): readonly string[] => [
  `${before.toFixed(2)} → ${after.toFixed(2)}`,
  String(evaluations),
  String(gradients),
  (ms / 1000).toFixed(1),
];
// Sessions are made once.
await searched(paths[0] as string, "path");
const rows: string[][] = [];
let [along, beside] = [0, 0];
for (const [index, path] of paths.entries()) {
  const turns: Searched[] = [];
  for (let turn = 0; turn < 4; turn++) turns.push(await searched(path, turn % 2 === 0 ? "gradient" : "path"));
  const [gradient, way] = [0, 1].map((side) =>
    turns.filter((_, turn) => turn % 2 === side).reduce((least, one) => (one.ms < least.ms ? one : least)),
  ) as [Searched, Searched];
  beside += gradient.ms;
  along += way.ms;
  rows.push([String(index + 1), ...told(gradient), ...told(way), (way.ms / gradient.ms).toFixed(1)]);
  console.error(rows.at(-1)?.join(" | "));
}
const columns = ["prediction", "evaluations", "gradients", "s"];
const ratio = along / beside;
const table = [
  ["image", ...columns.map((name) => `gradient: ${name}`), ...columns.map((name) => `path: ${name}`), "times"],
  ...rows,
  ["together", ...columns.map(() => ""), ...columns.map(() => ""), ratio.toFixed(1)],
];
if (process.env.WRITE === "1") await writeAppendix("docs/benchmark/path-cost.csv", table);
console.log(table.map((cells) => cells.join(" | ")).join("\n"));
console.log(`Wanted: at most ${most} times the time of the gradient${ratio <= most ? "" : " (short)"}.`);
