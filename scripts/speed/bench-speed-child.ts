// One side of scripts/speed/bench-speed.ts: onnxruntime's forward of a file, or cfalign's gradient. Answers lines of JSON until stdin
// ends, as peers/gradient.py does. Usage: node … scripts/speed/bench-speed-child.ts MODEL.onnx forward|gradient THREADS
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { platform } from "#platform";
import { sizeOf } from "../../src/base/tensor.ts";
import { compileVjp } from "../../src/engine/compile.ts";
import { loadModel } from "../../src/engine/load.ts";
import { timed } from "./timed.ts";

const [path, pass, threads] = process.argv.slice(2) as [string, string, string];
const options = { threads: Number(threads) };

interface Request {
  readonly input: string;
  readonly shape: readonly number[];
  readonly cotangent: string;
  readonly save?: string;
}

const floats = (file: string): Float32Array => {
  const { buffer, byteOffset, byteLength } = readFileSync(file);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
};

/** What is timed: from the input and the cotangent to the numbers that are compared. */
async function opened(): Promise<
  (input: Float32Array, cotangent: Float32Array, shape: readonly number[]) => Promise<Float32Array>
> {
  if (pass === "forward") {
    const session = await platform.createSession(new Uint8Array(readFileSync(path)), options);
    return async (data, _, dims) => {
      const { output } = await session.run({ input: { type: "float32", data, dims } });
      return output?.data as Float32Array;
    };
  }
  const runner = await compileVjp(await loadModel(path), { wrt: ["input"] }, options);
  return async (data, cotangent, dims) => {
    const rows = dims[0] as number;
    const output = { data: cotangent, dims: [rows, cotangent.length / rows] };
    const { gradients } = await runner.run({ input: { data, dims } }, { output });
    return gradients.input?.data as Float32Array;
  };
}

const run = await opened();
console.log(JSON.stringify({ ready: true }));
for await (const line of createInterface({ input: process.stdin })) {
  const { input, shape, cotangent, save } = JSON.parse(line) as Request;
  const [data, ct] = [floats(input), floats(cotangent)];
  if (data.length !== sizeOf(shape)) throw new Error(`${input} does not fill [${shape.join(", ")}]`);
  const { value, ms, cpu } = await timed(() => run(data, ct, shape));
  if (save !== undefined) writeFileSync(save, value);
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ ms, cpu, peak }));
}
