// Differentiates a model of more than 2.1 GB with external data and runs the result in onnxruntime's Node and Python builds, each
// step in a process of its own; the gradient is compared with numpy's in float64. With --write it writes into docs/limits.md.
// Needs 7 GB of disk and as much memory; the files are deleted.
// Usage: node --conditions=source --import tsx scripts/measure/measure-large-file.ts FOLDER [--write]
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createRandom } from "../../src/base/random.ts";
import { differentiate } from "../../src/engine/differentiate.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import type { Constant } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { writeMarked } from "../docs/write-marked.ts";

/** Sizes of the layers of a ReLU network: 17 square matrices of 134 MB, and ones that lead in and out. */
const WIDTH = 5792;
const SIZES = [768, ...Array.from({ length: 18 }, () => WIDTH), 10];
/** Numbers that are drawn for a matrix; they are repeated to fill it, as half a billion would take a minute. */
const DRAWN = 1_000_003;

const root = join(import.meta.dirname, "../..");

/** x [1, 768] → y [1, 10], the weights in `model.data`: He's scale, so that values keep their size through the layers. */
function writeNetwork(folder: string): number {
  const random = createRandom("large file");
  const drawn = Float32Array.from({ length: DRAWN }, () => random.normal());
  const builder = new GraphBuilder();
  const file = openSync(join(folder, "model.data"), "w");
  let [offset, value] = [0, "x"];
  SIZES.slice(1).forEach((to, layer) => {
    const from = SIZES[layer] as number;
    const count = from * to;
    const scaled = drawn.map((number) => number * Math.sqrt(2 / from));
    for (let done = 0; done < count; done += DRAWN) {
      const part = scaled.subarray(0, Math.min(DRAWN, count - done));
      writeSync(file, new Uint8Array(part.buffer, 0, part.byteLength));
    }
    const length = 4 * count;
    const weight: Constant = {
      type: "float32",
      dims: [from, to],
      data: { kind: "external", location: "model.data", offset, length },
    };
    offset += length;
    value = builder.add("MatMul", [value, builder.constant(weight)]);
    if (layer < SIZES.length - 2) value = builder.add("Relu", [value]);
  });
  closeSync(file);
  const info = (name: string, size: number) => ({ name, type: "float32" as const, dims: [1, size] });
  const graph = builder.graph("large", [info("x", SIZES[0] as number)], [info(value, SIZES.at(-1) as number)]);
  writeFileSync(join(folder, "model.onnx"), writeModel(graph));
  return offset;
}

interface Measured {
  readonly seconds: number;
  /** Most memory that the process had, pages of mapped files included. */
  readonly bytes: number;
}

/** What a child does: `differentiate` writes grad.onnx; `node` runs it and writes inputs and gradient as raw numbers. */
const steps = {
  differentiate: async (folder: string) =>
    void (await differentiate(join(folder, "model.onnx"), join(folder, "grad.onnx"))),
  node: async (folder: string) => {
    const session = await InferenceSession.create(join(folder, "grad.onnx"), { intraOpNumThreads: 1 });
    const random = createRandom("input of the large file");
    const drawn = Object.fromEntries(
      session.inputMetadata.map((info) => {
        const dims = info.isTensor ? info.shape.map(Number) : [];
        const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.normal());
        writeFileSync(join(folder, `${info.name.replace(/:.*/, "")}.raw`), new Uint8Array(data.buffer));
        return [info.name, new Tensor("float32", data, dims)];
      }),
    );
    const gradient = (await session.run(drawn))["grad:x"]?.data as Float32Array;
    writeFileSync(join(folder, "grad.raw"), new Uint8Array(gradient.buffer, gradient.byteOffset, gradient.byteLength));
    await session.release();
  },
};

function inChild(step: keyof typeof steps, folder: string): Measured {
  const args = ["--conditions=source", "--import", "tsx", import.meta.filename, folder, step];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" })) as Measured;
}

interface Checked extends Measured {
  readonly version: string;
  /** Relative L2 errors of the gradients of both builds against numpy in float64. */
  readonly node: number;
  readonly python: number;
}

function inPython(folder: string): Checked {
  const args = [join(root, "zoo/check_large_file.py"), folder, JSON.stringify(SIZES)];
  return JSON.parse(execFileSync("/usr/bin/python3", args, { encoding: "utf8", stdio: "pipe" })) as Checked;
}

function measure(folder: string): string {
  const weights = writeNetwork(folder);
  const written = inChild("differentiate", folder);
  const node = inChild("node", folder);
  const python = inPython(folder);
  const [graph, data] = ["grad.onnx", "grad.onnx.data"].map((name) => statSync(join(folder, name)).size) as [
    number,
    number,
  ];
  const told = ({ seconds, bytes }: Measured) => `${seconds.toFixed(1)} s, ${(bytes / 1e9).toFixed(2)} GB`;
  return `A ReLU network of ${SIZES.length - 1} layers with ${(weights / 1e9).toFixed(2)} GB of weights becomes \`grad.onnx\` (${(graph / 1e3).toFixed(0)} KB) and \`grad.onnx.data\` (${(data / 1e9).toFixed(2)} GB), which passes ONNX's checker.

\`differentiate\` takes ${told(written)} at most; load and run ${told(node)} in onnxruntime-node, ${told(python)} in Python's (batch 1, one thread, mapped files included).
Its gradient against numpy in float64 (relative L2 error): Node ${python.node.toExponential(1)}, Python ${python.python.toExponential(1)}. Written by \`scripts/measure/measure-large-file.ts\`.`;
}

async function main(): Promise<void> {
  const [folder, mode] = process.argv.slice(2);
  if (folder === undefined) throw new Error("usage: measure-large-file.ts FOLDER [--write]");
  if (mode === "differentiate" || mode === "node") {
    const start = performance.now();
    await steps[mode](folder);
    const bytes = process.resourceUsage().maxRSS * 1024;
    console.log(JSON.stringify({ seconds: (performance.now() - start) / 1000, bytes } satisfies Measured));
    return;
  }
  try {
    const text = measure(folder);
    console.log(text);
    if (mode === "--write") await writeMarked("docs/limits.md", "large file", text);
  } finally {
    for (const name of ["model.onnx", "model.data", "grad.onnx", "grad.onnx.data", "x.raw", "ct.raw", "grad.raw"]) {
      rmSync(join(folder, name), { force: true });
    }
  }
}

await main();
