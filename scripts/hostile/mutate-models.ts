/**
 * Breaks models in every way of test/engine/hostile/mutations.ts, opens them with `inspect` and `differentiable` in child processes, and writes
 * what happened to docs/hostile-files.md. `node --conditions=source --import tsx scripts/hostile/mutate-models.ts [count] [seed]`
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Case, hostileCases, isOneLine, type Verdict } from "../../test/engine/hostile/hostile.ts";
import { mutations } from "../../test/engine/hostile/mutations.ts";
import { writeMarked } from "../docs/write-marked.ts";

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

function weightsText(folder: string): string {
  const path = join(folder, "typed.onnx");
  writeFileSync(path, typedWeights(100_000_000));
  const told = ({ heapBytes, maxResidentBytes, seconds }: Reading) =>
    `${megabytes(heapBytes)} MB of heap (process: ${megabytes(maxResidentBytes)} MB, ${seconds.toFixed(2)} s)`;
  return `100 MB of \`float_data\` take ${told(reading("view", path))}, read as protobuf does ${told(reading("boxed", path))}.`;
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
const by = (who: ReturnType<typeof refuser>): number =>
  countOf(all, ({ answer }) => answer !== undefined && refuser(answer.differentiable) === who);
const unclear = countOf(all, (each) => verdicts(each).some((verdict) => !isOneLine(verdict)));
const lost = countOf(all, ({ end }) => end !== "answered");
await writeMarked(
  "docs/hostile-files.md",
  "models",
  `Of ${count} models, broken in ${Object.keys(mutations).length} ways, ${by("nobody")} were still models (a flipped bit in a weight, a node that is not needed); cfalign refused
${by("cfalign")} and onnxruntime ${by("onnxruntime")}. ${unclear} answers were not one clear line, ${lost} processes were lost. The longest took ${longest.toFixed(1)} s of processor time (bound:
${MAX_SECONDS} s), the largest process ${megabytes(largest)} MB, after many models (bound: ${megabytes(MAX_BYTES)} MB).`,
);
await writeMarked("docs/hostile-files.md", "weights", weightsText(folder));
rmSync(folder, { recursive: true });
process.exitCode = !all.every(isFine) || longest > MAX_SECONDS || largest > MAX_BYTES ? 1 : 0;
