/**
 * Breaks models in every way of test/engine/hostile/mutations.ts, opens them with `inspect` and `differentiable` in child processes, and writes
 * what happened to docs/hostile-files.md. `node --conditions=source --import tsx scripts/hostile/mutate-models.ts [count] [seed]`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Case, hostileCases, isOneLine, type Verdict } from "../../test/engine/hostile/hostile.ts";
import { mutations } from "../../test/engine/hostile/mutations.ts";

const root = join(import.meta.dirname, "../..");
const count = Number(process.argv[2] ?? 1000);
const seed = process.argv[3] ?? "hostile";
/** Longest processor time and largest memory that are allowed: 4 GiB of values, see below, and the process itself. */
const MAX_SECONDS = 10;
const MAX_BYTES = 5 * 2 ** 30;

interface Reading {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly maxResidentBytes: number;
}

/** A file whose only weight is `bytes` of packed float_data. */
function typedWeights(bytes: number): Uint8Array {
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int64(bytes / 4);
  tensor.tag(2, WireType.Varint).int32(1).tag(8, WireType.LengthDelimited).string("w");
  tensor.tag(4, WireType.LengthDelimited).bytes(new Uint8Array(bytes));
  const graph = new BinaryWriter().tag(5, WireType.LengthDelimited).bytes(tensor.finish()).finish();
  const model = new BinaryWriter().tag(7, WireType.LengthDelimited).bytes(graph).tag(8, WireType.LengthDelimited);
  return model.bytes(new BinaryWriter().tag(2, WireType.Varint).int64(17).finish()).finish();
}

function reading(way: string, path: string): Reading {
  const args = ["--conditions=source", "--import", "tsx", "--max-old-space-size=8000"];
  const text = execFileSync(process.execPath, [...args, join(root, "scripts/hostile/weights-child.ts"), way, path], {
    cwd: root,
  });
  return JSON.parse(String(text)) as Reading;
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

function weightsTable(folder: string): string[] {
  const path = join(folder, "typed.onnx");
  writeFileSync(path, typedWeights(100_000_000));
  const row = (name: string, { heapBytes, maxResidentBytes, seconds }: Reading) =>
    `| ${name} | ${megabytes(heapBytes)} | ${megabytes(maxResidentBytes)} | ${seconds.toFixed(2)} |`;
  return [
    "| 100 MB of `float_data`, read | heap, MB | process, MB | seconds |",
    "|---|---|---|---|",
    row("as protobuf does, one number each", reading("boxed", path)),
    row("as cfalign does, a view into the file", reading("view", path)),
  ];
}

const countOf = (cases: readonly Case[], of: (each: Case) => boolean): number => cases.filter(of).length;

function verdicts(each: Case) {
  return each.answer === undefined ? [] : [each.answer.inspect, each.answer.differentiable];
}

const isFine = (each: Case): boolean => each.end === "answered" && verdicts(each).every(isOneLine);

/** onnxruntime's own words say so. */
function refuser({ code, message }: Verdict): "nobody" | "cfalign" | "onnxruntime" {
  if (code === "accepted") return "nobody";
  return /\bonnxruntime (refuses|failed)/.test(message) ? "onnxruntime" : "cfalign";
}

function row(kind: string, cases: readonly Case[]): string {
  const by = (who: ReturnType<typeof refuser>) =>
    countOf(cases, ({ answer }) => answer !== undefined && refuser(answer.differentiable) === who);
  const lost = countOf(cases, ({ end }) => end !== "answered");
  const unclear = countOf(cases, (each) => verdicts(each).some((verdict) => !isOneLine(verdict)));
  const seconds = Math.max(0, ...cases.map(({ answer }) => answer?.cpuSeconds ?? 0));
  return `| ${kind} | ${cases.length} | ${by("nobody")} | ${by("cfalign")} | ${by("onnxruntime")} | ${unclear} | ${lost} | ${seconds.toFixed(1)} |`;
}

const folder = mkdtempSync(join(tmpdir(), "cfalign-hostile-"));
const all: Case[] = [];
const WORKERS = 4;
await Promise.all(
  Array.from({ length: WORKERS }, async (_, worker) => {
    const own = { first: worker, step: WORKERS };
    for await (const each of hostileCases(count, seed, join(folder, `models-${worker}`), own)) {
      all.push(each);
      if (!isFine(each)) process.stderr.write(`${JSON.stringify(each)}\n`);
      if (all.length % 100 === 0) process.stderr.write(`${all.length}/${count}\n`);
    }
  }),
);
const longest = Math.max(...all.map(({ answer }) => answer?.cpuSeconds ?? 0));
const largest = Math.max(...all.map(({ answer }) => answer?.maxResidentBytes ?? 0));
const text = `# Hostile and broken files

A downloaded model is an input like any other: whatever is in the file, cfalign is to answer with one clear line. This
page is written by \`scripts/hostile/mutate-models.ts ${count} ${seed}\`: ${count} models, broken in ${Object.keys(mutations).length} ways from the exported
networks in \`test/\`, opened by \`inspect\` and by \`differentiable\` (which differentiates, and loads the gradient in
onnxruntime) in child processes. A sample of them runs with the tests.

## What is checked before onnxruntime sees a file

- protobuf: field by field, nesting at most 100 deep, weights never copied.
- Every value is made once and before it is read, names are unique, and there is no cycle. Constants have the bytes that their
  shapes need. Inputs and outputs have at most 2^27 numbers.
- External data lies inside the model's folder: no absolute path, no \`..\`, no link that leads elsewhere (beside the file
  that the model itself is a link to is allowed, as in model hubs' caches).
- No value is over 2 GiB. onnxruntime infers the shapes without the weights, at first without optimising, so that no constant is
  computed on the way. The model is not run for this. Where shapes cannot be inferred and the model has to be run, the values
  that are needed at once may take 4 GiB. \`inspect\` runs a gradient only up to 1 GiB.

onnxruntime refuses the rest (an operator that does not exist, types and shapes that do not fit). Its own words are then shown in
one line.

## Result

| broken by | files | still a model | refused by cfalign | refused by onnxruntime | not one clear line | process lost | longest, s |
|---|---|---|---|---|---|---|---|
${Object.keys(mutations)
  .map((kind) =>
    row(
      kind,
      all.filter((each) => each.kind === kind),
    ),
  )
  .join("\n")}
${row("**all**", all)}

The columns in the middle are those of \`differentiable\`; "not one clear line" and "process lost" count both. Seconds are
processor time of both, all threads (bound: ${MAX_SECONDS} s). The largest process had ${megabytes(largest)} MB, after many models (bound: ${megabytes(MAX_BYTES)} MB).
"Still a model": for example a flipped bit in a weight, a size that fits, a node that is not needed. Outside every model's folder lay a
pipe that nobody writes to, so a read there would have hung: none did.

## Weights in typed fields

${weightsTable(folder).join("\n")}

(${cpus().length} processors, Node ${process.versions.node}, other work at the same time.) Whole numbers in typed fields are decoded into one typed array.
The heap does not grow with the weights; \`test/onnx/typed-data.test.ts\` holds it below a tenth of them.
`;
writeFileSync(join(root, "docs/hostile-files.md"), text);
rmSync(folder, { recursive: true });
process.exitCode = !all.every(isFine) || longest > MAX_SECONDS || largest > MAX_BYTES ? 1 : 0;
