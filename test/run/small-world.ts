import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "#platform";
import { inParallel } from "../../src/base/in-parallel.ts";
import { createRandom } from "../../src/base/random.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import type { OpenRun } from "../../src/results/open-run.ts";
import type { RunSummary } from "../../src/run/align-folder.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import type { AlignFolderOptions } from "../../src/run/run-options.ts";
import { alongLatent, latentSize, linearWorld, size } from "../models/linear-world.ts";

const slope = (...values: number[]): number[] => alongLatent(values);
/** Bias that makes logits of the grey image 0.5 equal `logit`. */
const centred = (weights: readonly number[], logit: number): number =>
  logit - weights.reduce((sum, weight) => sum + 0.5 * weight, 0);

const smiling = slope(14, 0, 0, 0);
const glasses = slope(0, 15, 0, 0);
const rare = slope(0, 0, 12, 0);
const biased = slope(10, 9, 0, 0);
const last = slope(0, 0, 0, 1);
const colours = [slope(0, 0, 0, 16), slope(0, 0, 9, -9), slope(0, 0, -9, -9)];

/** "biased" is NaN on images whose last latent is below this. */
export interface Hole {
  readonly below: number;
}

/** Three attributes, a classifier of its own, a softmax, and a judge, in a world where everything is linear. */
export async function smallWorld(hole?: Hole): Promise<string> {
  const world = await linearWorld(
    [
      {
        name: "attributes",
        targets: ["smiling", "glasses", "rare"],
        activation: "sigmoid",
        weights: [smiling, glasses, rare],
        biases: [centred(smiling, 0), centred(glasses, 0), centred(rare, -2)],
      },
      {
        name: "biased",
        targets: ["smiling"],
        activation: "sigmoid",
        weights: [biased],
        biases: [centred(biased, 0)],
        ...(hole === undefined ? {} : { hole: { weights: last, bias: centred(last, 0) - hole.below } }),
      },
      {
        name: "colours",
        targets: ["red", "green", "blue"],
        activation: "softmax",
        weights: colours,
        biases: colours.map((weights) => centred(weights, 0)),
      },
    ],
    {
      judges: [
        {
          name: "judge",
          targets: ["smiling", "glasses"],
          activation: "sigmoid",
          weights: [smiling, glasses],
          biases: [centred(smiling, 0.1), centred(glasses, -0.1)],
        },
      ],
    },
  );
  return world.path;
}

/** A new folder below the temporary folder. */
export function temporaryFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "cfalign-run-"));
}

/** Writes `count` images of random latents as PNG files, with a table of labels. */
export async function drawFaces(folder: string, count: number, seed = 1): Promise<void> {
  await mkdir(folder, { recursive: true });
  const random = createRandom(seed);
  const latents = Array.from({ length: count }, () => Array.from({ length: latentSize }, () => 0.25 * random.normal()));
  const names = latents.map((_, i) => `face-${String(i).padStart(4, "0")}.png`);
  await inParallel(latents, 8, async (latent, i) => {
    const data = Uint8Array.from(alongLatent(latent), (value) =>
      Math.round(255 * Math.min(1, Math.max(0, 0.5 + value))),
    );
    const pixels = { data, width: size.width, height: size.height, channels: 1 } as const;
    await writeFile(join(folder, names[i] as string), await platform.encodeImage(pixels, "png"));
  });
  const rows = latents.map(([smile = 0], i) => `${names[i]},${smile > 0 ? 1 : 0},${i % 2 === 0}`);
  await writeFile(join(folder, "metadata.csv"), `${["file_name,smiling,young", ...rows].join("\n")}\n`);
}

/** Runs a folder to its end. */
export async function runToEnd(folder: string, options: AlignFolderOptions): Promise<RunSummary> {
  const steps = alignFolder(folder, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** Opens a small world with one thread: its graphs are too small for more, and threads that wait for each other are slow on a busy machine. */
export function openSmallWorld(path: string): Promise<Workspace> {
  return openWorkspace(path, { threads: 1 });
}

/** A small world in a new folder, and the folder of `count` faces that were drawn in it. */
export async function smallScene(
  count: number,
): Promise<{ readonly workspace: Workspace; readonly folder: string; readonly faces: string }> {
  const workspace = await openSmallWorld(await smallWorld());
  const folder = await temporaryFolder();
  const faces = join(folder, "faces");
  await drawFaces(faces, count);
  return { workspace, folder, faces };
}

/** Everything in a run that must be the same however it was made. */
const sameTables = ["images", "predictions", "counterfactuals", "changes", "pictures"] as const;

/** The first thing that two runs do not share, in words; undefined for equal runs. A whole comparison would print all rows. */
export function difference(a: OpenRun, b: OpenRun): string | undefined {
  if (a.processed !== b.processed) return `${a.processed} and ${b.processed} images processed`;
  for (const table of sameTables) {
    const [first, second] = [a[table], b[table]];
    if (first.length !== second.length) return `${first.length} and ${second.length} rows in ${table}`;
    for (const [i, row] of [...first].entries()) {
      const [one, other] = [JSON.stringify(row), JSON.stringify(second.at(i))];
      if (one !== other) return `row ${i} of ${table}: ${one} and ${other}`;
    }
  }
  return undefined;
}

/** Options of the runs that are killed. */
export const runOptionsOfProcess = { bases: ["smiling", "biased"], limit: 150, keepImages: 40 } as const;
