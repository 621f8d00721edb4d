/**
 * `cfalign audit` by stage on what a stranger brings: a classifier of ResNet-50's size (random weights, so that only its time is real), 600 pictures and ten
 * labels, and then a second such classifier on the same pictures. Pictures are drawn faces, enlarged. Where classifiers' own runs can be counted they stand beside, as the
 * time that no pipeline could save. Writes the table of docs/your-models.md.
 * Usage: node --conditions=source --import tsx scripts/measure/measure-audit.ts [pictures=600] [side=224] [width=64]
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { auditClassifiers, drawWorld, openRun, openWorkspace, readImage, trainWitnessApart } from "../../src/index.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { width as batch, filled } from "../../src/models/whole-calls.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { resnet } from "./resnet.ts";

const { files } = platform;
const given = new Map(process.argv.slice(2).map((argument) => argument.split("=") as [string, string]));
const pictures = Number(given.get("pictures") ?? 600);
const side = Number(given.get("side") ?? 224);
/** Channels of the first convolution: 64 in ResNet-50. */
const width = Number(given.get("width") ?? 64);
const root = files.join(".tmp", "audit", `${pictures}-${side}-${width}`);
const at = (...parts: string[]): string => files.join(root, ...parts);
const labels = 10;

/** Pictures of side + 32, with the first ten factors of their world as labels. */
async function drawn(): Promise<readonly string[]> {
  const [small, out] = [at("small"), at("photos")];
  await drawWorld({ count: pictures, seed: 1, out: small });
  await files.makeDirectory(out);
  const large = side + 32;
  const names = (await files.list(small)).filter((name) => name.endsWith(".png"));
  for (const name of names) {
    const { data } = await fitImage(await readImage(files.join(small, name)), {
      channels: 3,
      height: large,
      width: large,
    });
    const plane = large * large;
    const bytes = Uint8Array.from({ length: 3 * plane }, (_, i) =>
      Math.round(255 * Math.min(1, Math.max(0, data[(i % 3) * plane + Math.floor(i / 3)] as number))),
    );
    const pixels = { data: bytes, width: large, height: large, channels: 3 } as const;
    await files.write(files.join(out, name), await platform.encodeImage(pixels, "png"));
  }
  const lines = readFileSync(files.join(small, "metadata.csv"), "utf8").trimEnd().split("\n");
  const [header = ""] = lines;
  const binary = header
    .split(",")
    .flatMap((_, column) =>
      lines.slice(1).every((line) => /^[01]$/.test(line.split(",")[column] ?? "")) ? [column] : [],
    )
    .slice(0, labels);
  const kept = lines.map((line) => [0, ...binary].map((column) => line.split(",")[column]).join(","));
  writeFileSync(files.join(out, "metadata.csv"), `${kept.join("\n")}\n`);
  return (kept[0] as string).split(",").slice(1);
}

/** A classifier in a folder as an exporter leaves it, of which half of the pictures are positive with logits of a usual spread. */
async function classifier(name: string, target: string): Promise<void> {
  await files.makeDirectory(at(name));
  await files.write(at(name, "labels.txt"), `${target}\n`);
  await files.write(at(name, "model.onnx"), resnet(name, { side, width, scale: 1, bias: 0 }));
  const { openClassifier } = await import("../../src/models/classifier-model.ts");
  const frame = { channels: 3, height: side, width: side } as const;
  const model = await openClassifier(
    at(name, "probe.json"),
    {
      kind: "classifier",
      name,
      file: "model.onnx",
      input: { ...frame, range: [0, 1], resize: "bilinear" },
      output: { activation: "sigmoid" },
      targets: [target],
    },
    frame,
  );
  const some = (await files.list(at("photos"))).filter((file) => file.endsWith(".png")).slice(0, batch);
  const shown = await Promise.all(some.map(async (file) => fitImage(await readImage(at("photos", file)), frame)));
  const logits = [...(await model.logits(filled(shown))).data].slice(0, some.length).sort((a, b) => a - b);
  await model.dispose();
  const middle = logits[logits.length >> 1] as number;
  const spread = ((logits.at(-1) as number) - (logits[0] as number)) / 4;
  const scale = 1 / Math.max(spread, Number.MIN_VALUE);
  await files.write(at(name, "model.onnx"), resnet(name, { side, width, scale, bias: -middle * scale }));
}

interface Cost {
  readonly stages: readonly { readonly stage: string; readonly seconds: number; readonly reused: boolean }[];
  /** GiB of this process and of the one that trains, each at its largest. */
  readonly memory: number;
  /** Seconds that the classifiers' own runs of the interventions take. */
  readonly runs: number;
}

/** KiB of the largest process that this one started, at its largest so far. */
function largestChild(): number {
  const { pid } = process;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  const sizes = children.map((child) => {
    try {
      return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      // It has ended meanwhile.
      return 0;
    }
  });
  return Math.max(0, ...sizes);
}

/** In a process of its own, so that memory is that of one audit. */
async function measure(name: string): Promise<Cost> {
  let training = 0;
  const watching = setInterval(() => {
    training = Math.max(training, largestChild());
  }, 500);
  const outcome = await auditClassifiers({
    ...{ classifiers: [at(name)], images: at("photos"), out: at("out"), workers: 1, train: trainWitnessApart },
    now: () => performance.now(),
  });
  clearInterval(watching);
  const memory = (process.resourceUsage().maxRSS + training) / 2 ** 20;
  const { interventions = [] } = await openRun(outcome.run);
  await using workspace = await openWorkspace(outcome.workspace);
  const { image } = workspace.autoencoder;
  const random = createRandom("grey");
  const one = (): Tensor => ({
    data: Float32Array.from({ length: image.channels * image.height * image.width }, () => random.uniform()),
    dims: [1, image.channels, image.height, image.width],
  });
  const call = filled(Array.from({ length: batch }, one));
  const model = workspace.models[0];
  if (model === undefined) throw new Error("no classifier");
  await model.logits(call);
  const started = performance.now();
  for (let i = 0; i < 3; i++) await model.logits(call);
  const each = (performance.now() - started) / 3000 / batch;
  const looks = interventions.length + new Set(interventions.map(({ image }) => image)).size;
  return { stages: outcome.stages, memory, runs: looks * each };
}

const child = given.get("child");
if (child !== undefined) console.log(JSON.stringify(await measure(child)));
else {
  await files.makeDirectory(root);
  const [target = ""] = await drawn();
  for (const name of ["first", "second"]) await classifier(name, target);
  execFileSync("rm", ["-rf", at("out")]);
  const run = (name: string): Cost => {
    const node = ["--conditions=source", "--import", "tsx", fileURLToPath(import.meta.url)];
    const words = [...node, ...[...given].map((pair) => pair.join("=")), `child=${name}`];
    return JSON.parse(
      execFileSync(process.execPath, words, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
    );
  };
  const costs = ["first", "second"].map(run) as [Cost, Cost];
  const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`;
  const rows = costs[0].stages.map(({ stage, seconds: own }, place) => {
    const other = costs[1].stages[place];
    return [
      stage,
      seconds(own),
      stage === "interventions" ? seconds(costs[0].runs) : "",
      other?.reused ? "there" : seconds(other?.seconds ?? 0),
    ];
  });
  const sum = (cost: Cost, last = ""): number => {
    const end = cost.stages.findIndex(({ stage }) => stage === last);
    const some = end < 0 ? cost.stages : cost.stages.slice(0, end + 1);
    return some.reduce((total, stage) => total + stage.seconds, 0);
  };
  const totals = (["first verdicts", "all"] as const).map((name) => {
    const last = name === "all" ? "" : "interventions";
    return [name, seconds(sum(costs[0], last)), "", seconds(sum(costs[1], last))];
  });
  const memory = [
    "largest memory",
    ...[costs[0], undefined, costs[1]].map((cost) => (cost ? `${cost.memory.toFixed(1)} GiB` : "")),
  ];
  const header = ["stage", "first classifier", "the classifier's own runs", "second classifier"];
  /** The document shows the sums. */
  const short = [["", ...header.slice(1)], ...totals, memory].map((cells) => cells.filter((_, place) => place !== 2));
  const table = markdownTable(short[0] ?? [], short.slice(1), { numbers: true });
  const size = width === 64 ? "of ResNet-50's size" : `like ResNet-50 with ${width} channels for 64`;
  const text = `${table}\n\nA classifier ${size} at ${side} pixels, ${pictures} pictures of ${side + 32}, ${labels} labels. The witness is trained beside basis, preflight and probes, in a process of its own, whose memory is added to that of the other. By stage: [audit-stages.csv](data/audit-stages.csv). Written by \`scripts/measure/measure-audit.ts\`.`;
  await writeMarked("docs/your-models.md", "audit", text);
  await writeAppendix("docs/data/audit-stages.csv", [header, ...rows, ...totals, memory]);
  console.log(text);
}
