import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "#platform";
import type { AlignFolderOptions, RunSummary } from "../../src/run/align-folder.ts";
import { alignFolder } from "../../src/run/align-folder.ts";
import { createRandom } from "../../src/random.ts";
import { alongLatent, latentSize, linearWorld, size } from "../models/linear-world.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";

const slope = (...values: number[]): number[] => alongLatent(values);
/** Bias that makes logits of the grey image 0.5 equal `logit`. */
const centred = (weights: readonly number[], logit: number): number =>
  logit - weights.reduce((sum, weight) => sum + 0.5 * weight, 0);

const smiling = slope(14, 0, 0, 0);
const glasses = slope(0, 15, 0, 0);
const rare = slope(0, 0, 12, 0);
const biased = slope(10, 9, 0, 0);
const colours = [slope(0, 0, 0, 16), slope(0, 0, 9, -9), slope(0, 0, -9, -9)];

/** Three attributes, a classifier of its own, a softmax, and a judge, in a world where everything is linear. */
export async function smallWorld(): Promise<string> {
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
  const lines = ["file_name,smiling,young"];
  for (let i = 0; i < count; i++) {
    const pixels = new Uint8Array(size.height * size.width);
    const latent = Array.from({ length: latentSize }, () => 0.25 * random.normal());
    const { data } = imageOf(latent);
    for (let p = 0; p < pixels.length; p++) pixels[p] = Math.round(255 * Math.min(1, Math.max(0, data[p] as number)));
    const name = `face-${String(i).padStart(4, "0")}.png`;
    const png = await platform.encodeImage({ data: pixels, width: size.width, height: size.height, channels: 1 }, "png");
    await writeFile(join(folder, name), png);
    lines.push(`${name},${(latent[0] as number) > 0 ? 1 : 0},${i % 2 === 0}`);
  }
  await writeFile(join(folder, "metadata.csv"), `${lines.join("\n")}\n`);
}

function imageOf(latent: readonly number[]): { readonly data: readonly number[] } {
  return { data: alongLatent(latent).map((value) => 0.5 + value) };
}

/** Runs a folder to its end. */
export async function runToEnd(folder: string, options: AlignFolderOptions): Promise<RunSummary> {
  const steps = alignFolder(folder, options);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

/** Does something with the workspace of a small world. */
export async function withWorkspace<T>(path: string, action: (workspace: Workspace) => Promise<T>): Promise<T> {
  const workspace = await openWorkspace(path);
  try {
    return await action(workspace);
  } finally {
    await workspace.dispose();
  }
}
