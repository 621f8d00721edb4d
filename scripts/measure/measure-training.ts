/**
 * Time, memory and AUROC of witnesses trained on drawn faces, against the same network in PyTorch (peers/training.py, /usr/bin/python3 with torch), and
 * how far the gradients of one step are from exact ones. AUROC is on 1000 more faces that neither has seen. Writes the table of docs/training.md.
 * Usage: node --conditions=source --import tsx scripts/measure/measure-training.ts [PICTURES,…] [THREADS]
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { listImages } from "../../src/images/list-images.ts";
import { drawWorld, factors } from "../../src/index.ts";
import { auroc } from "../../src/statistics/auroc.ts";
import { mean } from "../../src/statistics/moments.ts";
import { unchanged, writePicture } from "../../src/training/augment.ts";
import { initialNumbers } from "../../src/training/initial.ts";
import { type LabelledPictures, levelsOf, readPictures } from "../../src/training/labelled-pictures.ts";
import { networkFor } from "../../src/training/network.ts";
import { openReader } from "../../src/training/reader.ts";
import { recipe, sharesOf, stepsFor } from "../../src/training/recipe.ts";
import { openStep } from "../../src/training/step.ts";
import { trainNetwork } from "../../src/training/train-network.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeMarked } from "../docs/write-marked.ts";

const { files } = platform;
const side = 64;
const fresh = 1000;
const targets = factors.slice(0, 10);
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

interface Side {
  /** Wall and processor time of the training, without reading. */
  readonly seconds: number;
  readonly cpu: number;
  readonly aurocs: readonly number[];
  /** Largest resident set, bytes. */
  readonly peak: number;
}

interface Ours extends Side {
  /** Largest difference of a gradient from the exact one, as a share of the largest gradient. */
  readonly error: number;
  readonly peer: Side;
}

/** Faces in an order of their own: fresh ones first, then a third that is held out, then what is learned from. */
async function task(count: number) {
  const folder = files.join(".tmp", "training", `faces-${count + fresh}`);
  if (!(await files.exists(files.join(folder, "metadata.csv")))) {
    await drawWorld({ count: count + fresh, seed: 1, out: folder });
  }
  const listing = await listImages(folder, 1);
  const signal = new AbortController().signal;
  const pictures = await readPictures(listing, { side, frame: undefined, most: count + fresh, signal });
  const held = fresh + Math.floor(count / 3);
  return { pictures, test: range(0, fresh), heldOut: range(fresh, held), learned: range(held, fresh + count) };
}
type Task = Awaited<ReturnType<typeof task>>;

const bytes = (numbers: ArrayBufferView): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
const labelsOf = ({ labels }: LabelledPictures, picture: number): number[] =>
  targets.map((target) => labels[picture]?.[target] as number);

/** What both sides begin with, for the peer in files. Returns the numbers whose gradient is compared. */
async function prepare(folder: string, { pictures, test, learned }: Task): Promise<Float32Array> {
  const network = networkFor(side, targets.length);
  const shares = sharesOf(
    targets.map((target) => learned.map((picture) => pictures.labels[picture]?.[target])),
    recipe.batch,
  );
  const rows = range(0, pictures.count).map((picture) => labelsOf(pictures, picture));
  const numbers = initialNumbers(network, createRandom("peer"));
  const random = createRandom("probe");
  // A head that says something, so that every weight has a gradient.
  const probe = numbers.map((value, i) => (i < numbers.length - 11 * 128 ? value : value + 0.1 * random.normal()));
  const write = (name: string, data: ArrayBufferView) => files.write(files.join(folder, `${name}.bin`), bytes(data));
  await files.makeDirectory(folder);
  await write("pixels", pictures.pixels);
  await write("labels", Float32Array.from(rows.flat()));
  await write(
    "importance",
    Float32Array.from(rows.flatMap((row) => row.map((label, k) => shares[k]?.[label] as number))),
  );
  await write("numbers", numbers);
  await write("probe", probe);
  const { rate, decay, batch, augmentation } = recipe;
  const { widths } = network;
  const contents = {
    ...{ side, widths, targets, learned, test, rate, decay, batch },
    levels: levelsOf(pictures, learned),
    steps: stepsFor(learned.length, batch, undefined),
    shift: Math.round(augmentation.shift * side),
    colour: augmentation.colour,
  };
  await files.write(files.join(folder, "task.json"), JSON.stringify(contents));
  return probe;
}

/** The gradient of the first pictures' loss, as they are. */
async function gradientOf(probe: Float32Array, { pictures, learned }: Task, threads: number): Promise<Float32Array> {
  const { batch } = recipe;
  const shares = sharesOf(
    targets.map((target) => learned.map((picture) => pictures.labels[picture]?.[target])),
    batch,
  );
  const levels = levelsOf(pictures, learned);
  const each = 3 * side * side;
  const data = new Float32Array(batch * each);
  const first = learned.slice(0, batch);
  first.forEach((picture, i) => {
    const own = pictures.pixels.subarray(picture * each, (picture + 1) * each);
    writePicture(data.subarray(i * each, (i + 1) * each), own, side, { levels, change: unchanged });
  });
  const rows = first.map((picture) => labelsOf(pictures, picture));
  const step = await openStep(networkFor(side, targets.length), { batch, threads });
  const dims = [batch, targets.length];
  const { gradient } = await step.run(probe, {
    pictures: { data, dims: [batch, 3, side, side] },
    labels: { data: Float32Array.from(rows.flat()), dims },
    importance: {
      data: Float32Array.from(rows.flatMap((row) => row.map((label, k) => shares[k]?.[label] as number))),
      dims,
    },
  });
  await step.dispose();
  return gradient;
}

/** In a process of its own, so that memory is that of one training. */
async function measure(count: number, threads: number): Promise<Ours> {
  const given = await task(count);
  const { pictures, test, heldOut, learned } = given;
  const start = { wall: performance.now(), cpu: process.cpuUsage() };
  const trained = await trainNetwork(
    { pictures, targets, learned, heldOut },
    {
      epochs: undefined,
      seed: 1,
      augmentation: { ...recipe.augmentation, flips: false },
      threads,
      signal: new AbortController().signal,
    },
  );
  const used = process.cpuUsage(start.cpu);
  const seconds = (performance.now() - start.wall) / 1000;
  const peak = process.resourceUsage().maxRSS * 1024;
  const reader = await openReader(trained.network, pictures, { levels: trained.levels, threads });
  const logits = await reader.read(trained.numbers, test);
  await reader.dispose();
  const aurocs = targets.map((target, k) => {
    const of = (kind: number) => logits.filter((_, i) => pictures.labels[test[i] as number]?.[target] === kind);
    return auroc(
      of(1).map((row) => row[k] as number),
      of(0).map((row) => row[k] as number),
    ) as number;
  });
  const folder = files.join(".tmp", "training", `task-${count}`);
  const probe = await prepare(folder, given);
  const script = fileURLToPath(new URL("../../peers/training.py", import.meta.url));
  const peer = JSON.parse(
    execFileSync("/usr/bin/python3", [script, folder, `${threads}`], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    }),
  ) as Side;
  const exact = new Float64Array((await files.read(files.join(folder, "gradient.bin"))).slice().buffer);
  const gradient = await gradientOf(probe, given, threads);
  const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error =
    exact.reduce((most, value, i) => Math.max(most, Math.abs(value - (gradient[i] as number))), 0) / largest;
  return { seconds, cpu: (used.user + used.system) / 1e6, aurocs, peak, error, peer };
}

const [first = "600,3000", threads = "2", mode] = process.argv.slice(2);
if (mode === "child") {
  process.stdout.write(`${JSON.stringify(await measure(Number(first), Number(threads)))}\n`);
} else {
  const rows: string[][] = [];
  const errors: number[] = [];
  for (const count of first.split(",").map(Number)) {
    const child = [...process.execArgv, fileURLToPath(import.meta.url), `${count}`, threads, "child"];
    const measured = JSON.parse(
      execFileSync(process.execPath, child, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim(),
    ) as Ours;
    errors.push(measured.error);
    for (const [name, one] of [
      ["cfalign", measured],
      ["PyTorch", measured.peer],
    ] as const) {
      rows.push([
        `${count}`,
        name,
        `${one.seconds.toFixed(0)} s`,
        `${one.cpu.toFixed(0)} s`,
        `${(one.peak / 2 ** 30).toFixed(2)} GiB`,
        mean(one.aurocs).toFixed(3),
        Math.min(...one.aurocs).toFixed(3),
      ]);
    }
  }
  const text = [
    markdownTable(
      ["pictures", "", "wall time", "processor time", "largest memory", "mean AUROC", "least AUROC"],
      rows,
      {
        numbers: true,
      },
    ),
    "",
    `Ten labels, pictures of ${side} pixels, ${threads} threads; AUROC on ${fresh} faces that were neither learned from nor held out, memory of the whole process. PyTorch is the`,
    `quicker of two layouts. The gradients of one step differ from exact ones by ${Math.max(...errors).toExponential(1)} of the largest at most. Written by \`scripts/measure/measure-training.ts ${first}\`.`,
  ].join("\n");
  console.log(text);
  if (process.env.WRITE === "1") await writeMarked("docs/training.md", "training", text);
}
