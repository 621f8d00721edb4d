/**
 * Which way should a counterfactual go, in which world? On the development pairs of every world that is named, a fixed third of the models:
 * `node --conditions=source --import tsx scripts/measure/directions-by-world.ts WORLD[,WORLD…] [images a model, 20] [directions after ;]`.
 * Prints one table; WRITE=1 writes it into docs/benchmark/directions-by-world.csv. Runs are kept in runs/bench-development and gone on with.
 */
import { platform } from "#platform";
import { cellsOf } from "../../bench/compare.ts";
import { everyImage } from "../../bench/draws.ts";
import { alignmentRun, movementsOf, type Scene } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import type { Question } from "../../bench/question.ts";
import { type Movement, relativeChangeMethod } from "../../bench/relative-change-method.ts";
import { shortHash } from "../../bench/remember.ts";
import { pearsonOf, rightSigns, withinAuroc } from "../../bench/scores.ts";
import { statedByAlignment, stateErrors } from "../../bench/state-errors.ts";
import type { Subject } from "../../bench/subjects.ts";
import { type WorldName, worldNames } from "../../bench/worlds/worlds.ts";
import { type AlignFolderOptions, alignmentMatrix, type OpenRun } from "../../src/index.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { costOfGradient } from "./cost-of-gradient.ts";

interface Way extends Pick<AlignFolderOptions, "direction" | "steps" | "draws" | "noise"> {
  /** Of the pictures of a model, so that it takes as long as the gradient on all of them. */
  readonly part?: number;
}

/** A path's steps × the draws of each. */
const ways: Readonly<Record<string, Way>> = {
  gradient: { direction: "gradient" },
  "smoothed, 8 draws": { direction: "smoothed", draws: 8 },
  "path, 3 × 1, no noise": { direction: "path", steps: 3, draws: 1, noise: 0 },
  "path, 3 × 2": { direction: "path", steps: 3, draws: 2 },
  "path, 3 × 2, in the gradient's time": { direction: "path", steps: 3, draws: 2, part: 1 / 4 },
  "path, 2 × 2": { direction: "path", steps: 2, draws: 2 },
  "path, 2 × 4": { direction: "path", steps: 2, draws: 4 },
};
/** A direction's figures, by what the table calls them. */
type Figures = readonly (readonly [label: string, value: string])[];

const [some = worldNames.join(","), images = "20", directions = Object.keys(ways).join(";")] = process.argv.slice(2);
const out = "runs/bench-development";

const show = (value: number | undefined, digits = 3): string => (value === undefined ? "–" : value.toFixed(digits));

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the fall of the subjects over all counterfactuals: the share that the judges of their targets see. */
function shareSeen({ subjects, features }: Scene, movements: readonly (readonly Movement[])[]): number | undefined {
  let [seen, fall] = [0, 0];
  for (const [index, { target }] of subjects.entries()) {
    const place = features.findIndex(({ name }) => name === target);
    if (place < 0) continue;
    for (const { baseChange, before, after } of movements[index] ?? []) {
      seen += (before[place] as number) - (after[place] as number);
      fall += baseChange;
    }
  }
  return fall > 0 ? seen / fall : undefined;
}

/** Mean work of a search, in decodings: evaluations, and gradients at what they cost. */
function workOf({ counterfactuals }: Pick<OpenRun, "counterfactuals">, gradientCost: number): number {
  return mean(counterfactuals.map(({ evaluations, gradients }) => evaluations + gradientCost * (gradients ?? 0)));
}

function figuresOf(
  scene: Scene,
  { run, question, work }: { readonly run: OpenRun; readonly question: Question; readonly work: number },
): Figures {
  const { subjects } = scene;
  const movements = movementsOf(run, scene);
  const alignment = relativeChangeMethod({ name: "alignment", role: "method" }, movements, "ratio");
  const own = (family: string): number[] => subjects.flatMap((one, index) => (one.family === family ? [index] : []));
  const [trained, composed] = ["trained", "composed"].map((family) =>
    cellsOf(question, alignment, own(family), everyImage),
  ) as [ReturnType<typeof cellsOf>, ReturnType<typeof cellsOf>];
  const matrix = alignmentMatrix(run);
  const all = subjects.map((_, index) => index);
  const stated = statedByAlignment(run, matrix, question);
  const errors = stateErrors(question, stated, { subjects: all });
  const survived = (name: "jpeg" | "reencoded"): string => {
    const shares = matrix.rows.flatMap(({ survival }) => survival[name] ?? []);
    const images = shares.reduce((sum, { count }) => sum + count, 0);
    return show(shares.reduce((sum, { share, count }) => sum + share * count, 0) / images, 2);
  };
  const rows = matrix.rows.reduce(
    (sum, row) => ({ reached: sum.reached + row.reached, eligible: sum.eligible + row.eligible }),
    { reached: 0, eligible: 0 },
  );
  return [
    ["AUROC, trained", show(withinAuroc(trained))],
    ["r with the true effect, trained", show(pearsonOf(trained))],
    ["AUROC, composed", show(withinAuroc(composed))],
    ["r with the true effect, composed", show(pearsonOf(composed))],
    ["used against the target: score below 0", show(rightSigns([...trained, ...composed], -1), 2)],
    ["used cells found, called clear", `${errors.found.count} of ${errors.found.of}, ${errors.falseClear.count}`],
    ["models with a false finding", `${errors.falseFound.count} of ${errors.falseFound.of}`],
    ["reached, share of all that could", show(rows.reached / rows.eligible, 2)],
    ["share of the fall that the judge sees", show(shareSeen(scene, movements), 2)],
    ["left after JPEG, after encoding again", `${survived("jpeg")}, ${survived("reencoded")}`],
    ["work of the search, times the gradient's", show(work, 1)],
  ];
}

async function tableOf(world: WorldName): Promise<string[][]> {
  const { scene, effects } = await openScene({
    ...{ world, split: "development", quick: true, seed: 1, threads: 1, out },
    progress: (stage, done, total) => console.error(`${world}, ${stage}: ${done} of ${total}`),
  });
  try {
    const features = scene.features.map(({ name }) => name);
    const question: Question = { world, subjects: scene.subjects, features, effects };
    const gradientCost = await costOfGradient(scene.workspace.autoencoder, (scene.subjects[0] as Subject).classifier);
    const columns: Figures[] = [];
    let plain: number | undefined;
    for (const name of directions.split(";")) {
      const way = ways[name];
      if (way === undefined) throw new Error(`expected one of ${Object.keys(ways).join("; ")}, got ${name}`);
      const { part = 1, ...direction } = way;
      const limit = Math.round(part * Number(images));
      const folder = await shortHash({ identity: scene.identity, limit, robustness: true, ...direction });
      const asked = { ...direction, robustness: true, limit, out: platform.files.join(out, `way-${folder}`) };
      const run = await alignmentRun(scene, asked);
      const work = workOf(run, gradientCost);
      plain ??= work;
      columns.push(figuresOf(scene, { run, question, work: work / plain }));
    }
    const labels = (columns[0] ?? []).map(([label]) => label);
    return labels.map((label, row) => [`${world}: ${label}`, ...columns.map((column) => column[row]?.[1] ?? "–")]);
  } finally {
    await scene.workspace.dispose();
  }
}

const isWorld = (name: string): name is WorldName => worldNames.some((one) => one === name);
const body: string[][] = [];
for (const name of some.split(",")) {
  if (!isWorld(name)) throw new Error(`expected one of ${worldNames.join(", ")}, got ${name}`);
  body.push(...(await tableOf(name)));
}
const asked = directions.split(";");
const rows = [["", ...asked], ...body, ["pictures a model", ...asked.map(() => images)]];
if (process.env.WRITE === "1") await writeAppendix("docs/benchmark/directions-by-world.csv", rows);
console.log(rows.map((cells) => cells.join(" | ")).join("\n"));
