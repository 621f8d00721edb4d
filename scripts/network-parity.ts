// Compares whole networks' gradients with PyTorch's (made by zoo/parity/networks.py); prints one line per network, then the
// counts; exits 1 if any is off. With --write it also writes docs/network-parity.md.
// Usage: node --conditions=source --import tsx scripts/network-parity.ts DIR [--write]
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { differentiable } from "../src/engine/differentiable.ts";

const MOST = 1e-4;
const MOST_TIMES_PYTORCH = 3;

const [folder, write] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: network-parity.ts DIR [--write]");

interface Facts {
  readonly name: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly parameters: number;
}

interface Parity extends Facts {
  readonly megabytes: number;
  readonly forward: number;
  readonly gradient: number;
  readonly fromDouble: number;
  readonly pytorch: number;
  readonly seconds: number;
  readonly holds: boolean;
}

function bytes(name: string, part: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder as string, `${name}.${part}.bin`));
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

/** ‖a − b‖ / ‖b‖. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    norm += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / norm);
}

async function compare(facts: Facts): Promise<Parity> {
  const path = join(folder as string, `${facts.name}.onnx`);
  const floats = (part: string) => new Float32Array(bytes(facts.name, part));
  const start = performance.now();
  const model = await differentiable(path, { shape: facts.input });
  const seconds = (performance.now() - start) / 1000;
  const { output, gradient } = await model.vjp(
    { data: floats("input"), dims: facts.input },
    { data: floats("cotangent"), dims: facts.output },
  );
  await model.dispose();
  const double = new Float64Array(bytes(facts.name, "gradient64"));
  const single = floats("gradient");
  const errors = {
    forward: relative(output.data, floats("output")),
    gradient: relative(gradient.data, single),
    fromDouble: relative(gradient.data, double),
    pytorch: relative(single, double),
  };
  const holds = errors.gradient <= MOST && errors.fromDouble <= MOST_TIMES_PYTORCH * errors.pytorch;
  return { ...facts, ...errors, megabytes: statSync(path).size / 1e6, seconds, holds };
}

function text(results: readonly Parity[]): string {
  const row = (r: Parity) =>
    `| ${r.name} | ${r.input.join(" × ")} | ${(r.parameters / 1e6).toFixed(1)} M | ${r.forward.toExponential(1)} | ${r.gradient.toExponential(1)} | ${r.fromDouble.toExponential(1)} | ${r.pytorch.toExponential(1)} | ${(r.fromDouble / r.pytorch).toFixed(2)} | ${r.seconds.toFixed(1)} |`;
  return `# Whole networks against PyTorch

Architectures of torchvision, and a U-Net, a DCGAN generator, a VQGAN-like decoder and a VAE, with seeded weights that keep
every layer alive, exported by PyTorch's TorchScript exporter at reduced input sizes (\`zoo/parity/networks.py\`). The gradient
of cotangent · output by the input, through \`cfalign/vjp\`, against PyTorch's autograd in float32 and in float64. Errors are
‖a − b‖ / ‖b‖. Wanted: at most ${MOST} against float32, and against float64 at most ${MOST_TIMES_PYTORCH} times PyTorch float32's own error.
Written by \`scripts/network-parity.ts\`; CI runs it on freshly exported networks.

| network | input | parameters | output | gradient against float32 | against float64 | PyTorch's float32 against float64 | ratio | prepared in (s) |
|---|---|---|---|---|---|---|---|---|
${results.map(row).join("\n")}

${results.filter(({ holds }) => holds).length} of ${results.length} hold.
`;
}

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
  if (write === "--write") writeFileSync(new URL("../docs/network-parity.md", import.meta.url), text(results));
  console.log(`${passed} passed, ${results.length - passed} failed`);
  process.exitCode = passed < results.length || results.length === 0 ? 1 : 0;
}

await main();
