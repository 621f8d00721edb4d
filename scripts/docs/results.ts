// Writes docs/results.md, the analogue of each figure of the paper on the built-in world: `npm run results`.
// Usage: npm run results -- [--quick] [--out docs] [--benchmark FILE] [--threads N]
//   --quick      fewer faces, fewer planted classifiers, a third of the benchmark's models; into runs/results-quick/page
//   --benchmark  takes the benchmark from what `cfalign bench planted --json` printed, in place of running it
//   --keep-benchmark  leaves the figures of the benchmark as an earlier call wrote them
//   --page       only writes the page anew, from the numbers of an earlier call (results.json), with the benchmark's of --benchmark
//   --ways       only measures the directions again, beside the numbers of an earlier call
//   --threads    inside an operator of onnxruntime; a run goes on only with as many as it began with
// What was computed is kept below runs/: an interrupted call goes on there.
import { parseArgs } from "node:util";
import { platform } from "#platform";
import { plantedSchema } from "../../bench/schema.ts";
import { openWorkspace } from "../../src/index.ts";
import {
  benchmarkFigures,
  facesOf,
  full,
  type Measured,
  measure,
  measureWays,
  quick,
} from "../../test/paper/measure.ts";
import { resultsPage } from "../../test/paper/page.ts";
import { drawPictures, drawWays } from "./results-pictures.ts";

const { files } = platform;
const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    out: { type: "string" },
    benchmark: { type: "string" },
    "keep-benchmark": { type: "boolean", default: false },
    page: { type: "boolean", default: false },
    ways: { type: "boolean", default: false },
    threads: { type: "string" },
  },
});
const kind = values.quick ? "quick" : "full";
const folder = files.join("runs", `results-${kind}`);
const out = values.out ?? (values.quick ? files.join(folder, "page") : "docs");
const sizes = values.quick ? quick : full;
const given =
  values.benchmark === undefined
    ? undefined
    : plantedSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(values.benchmark))));
const benchmark = values["keep-benchmark"] ? undefined : (given ?? sizes.benchmark);

const earlier = async (): Promise<Measured> =>
  JSON.parse(new TextDecoder().decode(await files.read(files.join(out, "results.json")))) as Measured;
if (values.page) {
  const numbers = { ...(await earlier()), ...(given === undefined ? {} : { benchmark: benchmarkFigures(given) }) };
  await files.write(files.join(out, "results.md"), resultsPage(numbers));
  await files.write(files.join(out, "results.json"), `${JSON.stringify(numbers)}\n`);
  process.exit();
}

const started = performance.now();
let said = Number.NEGATIVE_INFINITY;
await using workspace = await openWorkspace(
  "cartoon-faces",
  values.threads === undefined ? {} : { threads: Number(values.threads) },
);
// A line every five seconds is enough.
const say = (text: string): void => {
  if (performance.now() - said < 5000) return;
  said = performance.now();
  console.error(text);
};
const pictures = { workspace, out: files.join(out, "images", "results") };
let measured: Measured;
if (values.ways) {
  measured = { ...(await earlier()), ways: await measureWays(workspace, sizes, { folder, say }) };
  const folders = { faces: await facesOf(sizes, folder), run: files.join(folder, "run-judged-gradient") };
  await drawWays(measured, { ...pictures, folders });
} else {
  const all = await measure(workspace, { ...sizes, benchmark }, { kind, folder, say });
  measured = values["keep-benchmark"] ? { ...all.measured, benchmark: (await earlier()).benchmark } : all.measured;
  await drawPictures(measured, { ...pictures, folders: all.folders });
}
await files.write(files.join(out, "results.md"), resultsPage(measured));
await files.write(files.join(out, "results.json"), `${JSON.stringify(measured)}\n`);
console.error(`${files.join(out, "results.md")}; took ${Math.round((performance.now() - started) / 1000)} s`);
