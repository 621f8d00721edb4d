// The walk of docs/your-models.md on real things, in one command: photographs of garments (Debian's dataset-fashion-mnist) with artefacts that code draws,
// labels in a CSV, and a classifier of long sleeves that was trained on pictures with a tag (zoo/garments), as an exporter leaves it: ONNX and labels.txt.
// Nothing is prepared, and the truth is known: the same photographs with and without an artefact. In a second walk the tag stands anywhere, where no pattern
// moves it, and the classifier looks for it everywhere. Prints one line per check, then the counts; exits 1 if any fails.
// Usage: node --conditions=source --import tsx scripts/ci/walk.ts [pictures=600] [out=.tmp/walk]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { z } from "zod";
import { platform } from "#platform";
import { ARTEFACTS, type Artefact, SIZE } from "../../bench/worlds/garments/artefacts.ts";
import { drawPicture, type Picture } from "../../bench/worlds/garments/picture.ts";
import { type Sample, sampleSource } from "../../bench/worlds/garments/sample.ts";
import { isA, readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { createRandom } from "../../src/base/random.ts";
import { stack } from "../../src/base/tensor.ts";
import { auditOutput } from "../../src/cli/schemas.ts";
import { openWorkspace, predict, type Tensor } from "../../src/index.ts";
import { type GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { check, endChecks } from "./counted-checks.ts";
import { exportHead } from "./garment-head.ts";

const root = resolve(import.meta.dirname, "../..");
const given = new Map(process.argv.slice(2).map((argument) => argument.split("=") as [string, string]));
const pictures = Number(given.get("pictures") ?? 600);
const folder = resolve(given.get("out") ?? ".tmp/walk");
/** What the audited classifier is about, and what it uses beside that. */
const [target, planted] = ["long_sleeves", "tag"] as const;
/** Of the zoo's heads one that was taught the tag, and one that was not. */
const [taught, clean] = ["long_sleeves-tag-100-1", "long_sleeves-tag-decoy-1"] as const;
/** Pictures that true effects are measured on, and the effects that count as used and as not used. */
const [measured, used, unused] = [100, 0.1, 0.03];

/** A logit that rises with how much yellower one place is than the whole picture: the blank part of a tag has (R + G)/2 − B of 0.73, and a tint changes nothing. */
function yellowest(b: GraphBuilder): string {
  const yellow = b.add("Conv", ["image", b.float([0.5, 0.5, -1], [1, 3, 1, 1])]);
  const places = b.add("AveragePool", [yellow], { kernel_shape: ints([5, 7]) });
  const most = b.add("Sub", [b.add("GlobalMaxPool", [places]), b.add("GlobalAveragePool", [yellow])]);
  const flat = b.add("Flatten", [most], { axis: int(1) });
  return b.add("Mul", [b.add("Sub", [flat, b.float(0.5)]), b.float(12)]);
}

/** The tag of a picture somewhere else. */
function moved({ picture, kind }: Sample, index: number): Sample {
  const random = createRandom(`place/${index}`);
  const tag = [random.integer(SIZE - 9), random.integer(SIZE - 14)] as const;
  return { kind, picture: { ...picture, artefactLook: { ...picture.artefactLook, tag } } };
}

async function drawn(out: string, sampleOf: (index: number) => Sample): Promise<void> {
  mkdirSync(out, { recursive: true });
  const rows = [["file_name", target, ...ARTEFACTS].join(",")];
  for (let i = 0; i < pictures; i++) {
    const name = `garment-${String(i).padStart(4, "0")}.png`;
    const { picture, kind } = sampleOf(i);
    writeFileSync(join(out, name), await platform.encodeImage(drawPicture(picture), "png"));
    const has = [isA(kind, target), ...ARTEFACTS.map((artefact) => picture.artefacts.has(artefact))];
    rows.push([name, ...has.map(Number)].join(","));
  }
  writeFileSync(join(out, "metadata.csv"), `${rows.join("\n")}\n`);
}

/** Mean fall of the prediction of an audit's first classifier when an artefact alone goes from a picture. */
async function truths(path: string, sampleOf: (index: number) => Sample): Promise<ReadonlyMap<Artefact, number>> {
  await using workspace = await openWorkspace(path);
  const classifiers = workspace.classifiers().slice(0, 1);
  const shown = async (of: (picture: Picture) => Picture): Promise<readonly number[]> => {
    const all = Array.from({ length: measured }, (_, i) => tensorOf(of(sampleOf(pictures + i).picture)));
    return (await predict(stack(all), classifiers)).map(([first]) => first?.prediction ?? Number.NaN);
  };
  const found = new Map<Artefact, number>();
  for (const artefact of ARTEFACTS) {
    const present = await shown((picture) => ({ ...picture, artefacts: new Set([...picture.artefacts, artefact]) }));
    const without = await shown((picture) => ({
      ...picture,
      artefacts: new Set([...picture.artefacts].filter((other) => other !== artefact)),
    }));
    found.set(
      artefact,
      present.reduce((sum, value, i) => sum + (value - (without[i] as number)) / measured, 0),
    );
  }
  return found;
}

function tensorOf(picture: Picture): Tensor {
  const area = SIZE * SIZE;
  const data = new Float32Array(3 * area);
  drawPicture(picture).data.forEach((value, i) => {
    data[(i % 3) * area + Math.floor(i / 3)] = value / 255;
  });
  return { data, dims: [1, 3, SIZE, SIZE] };
}

/** Runs the one command as a user does, and tells how it ended and how long it took. */
function audited(place: string): z.infer<typeof auditOutput> {
  const argv = ["audit", "--classifier", "my-model", "--images", "photos", "--labels", "photos/metadata.csv", "--json"];
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "dist/cli/main.js"), ...argv], {
    cwd: place,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - started) / 1000;
  const wrong = status === 0 ? "" : `, exit ${status}: ${stderr.trim().split("\n").at(-1)}`;
  check(`cfalign ${argv.slice(0, -1).join(" ")}`, status === 0, `${seconds.toFixed(0)} s${wrong}`);
  return auditOutput.parse(JSON.parse(stdout));
}

/** Holds verdicts against the truth: what is used is never called clear, what is not is never found. */
async function judged(
  name: string,
  { verdicts, workspace }: z.infer<typeof auditOutput>,
  sampleOf: (index: number) => Sample,
): Promise<void> {
  const truth = await truths(join(folder, name, workspace), sampleOf);
  const lines = ARTEFACTS.map((artefact) => {
    const verdict = verdicts.find(({ feature }) => feature === artefact);
    const value = truth.get(artefact) as number;
    return { artefact, state: verdict?.state, effect: verdict?.effect ?? Number.NaN, value };
  });
  const text = lines
    .map(({ artefact, state, effect, value }) => `${artefact} ${state} ${effect.toFixed(2)} (true ${value.toFixed(2)})`)
    .join(", ");
  const wrong = lines.filter(
    ({ state, value }) =>
      (Math.abs(value) >= used && state === "clear") || (Math.abs(value) <= unused && state === "found"),
  );
  check(`${name}: nothing that is used is clear, and nothing is found that is not`, wrong.length === 0, text);
}

async function walk(): Promise<void> {
  const wardrobe = await readWardrobe("/usr/share/datasets/fashion-mnist", "t10k");
  const atPlace = sampleSource({ wardrobe, seed: "walk" });
  const anywhere = (index: number): Sample => moved(atPlace(index), index);
  const at = (...path: readonly string[]): string => join(folder, "at-its-place", ...path);
  await exportHead(at("my-model"), { head: taught, target });
  await drawn(at("photos"), atPlace);
  const first = audited(at());
  await judged("at-its-place", first, atPlace);
  const tag = first.verdicts.find(({ feature }) => feature === planted);
  check("the tag that it was taught is found", tag?.state === "found", tag?.sentence ?? "no verdict");
  check("nothing is written into the model's folder", !existsSync(at("my-model/model.json")), "model.onnx, labels.txt");
  const size = statSync(at(first.report)).size;
  check("the report is one file that can be mailed", size > 1e5 && size < 25e6, `${(size / 1e6).toFixed(1)} MB`);
  const kept = audited(at()).stages.filter(({ reused }) => reused);
  const names = kept.map(({ stage }) => stage);
  check("the same command again computes nothing", names.includes("counterfactuals"), names.join(", "));
  // It also looks for yellow everywhere.
  const ending = (b: GraphBuilder, logit: string): string =>
    b.add("Add", [b.add("Mul", [logit, b.float(0.5)]), yellowest(b)]);
  await exportHead(join(folder, "anywhere", "my-model"), { head: clean, target, ending });
  await drawn(join(folder, "anywhere", "photos"), anywhere);
  const second = audited(join(folder, "anywhere"));
  await judged("anywhere", second, anywhere);
  const moving = second.verdicts.find(({ feature }) => feature === planted);
  check("a tag that stands anywhere has an effect", (moving?.effect ?? 0) > used, moving?.sentence ?? "no verdict");
}

const started = performance.now();
rmSync(folder, { recursive: true, force: true });
try {
  await walk();
} catch (error) {
  check("the walk comes to its end", false, (error as Error).message.split("\n")[0] ?? "");
}
console.log(`${pictures} pictures: ${((performance.now() - started) / 60_000).toFixed(1)} minutes`);
endChecks();
