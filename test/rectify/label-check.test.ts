import { beforeAll, describe, expect, test } from "vitest";
import type { Outputs } from "../../src/models/prediction.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { composed } from "../../src/rectify/compose.ts";
import { correctedBy, hasLabels } from "../../src/rectify/label-check.ts";
import type { PoolImage } from "../../src/rectify/pool.ts";
import type { Split } from "../../src/rectify/split.ts";
import { lines } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

const asIs = { activation: "none", scale: { low: 0, high: 1 } } as const;
let workspace: Workspace;

beforeAll(async () => {
  const world = await linearWorld([
    lines("target", { smiling: { slope: [1, 0, 0, 0], intercept: 0 } }, asIs),
    lines("feature", { glasses: { slope: [0, 1, 0, 0], intercept: 0 } }, asIs),
  ]);
  workspace = await openWorkspace(world.path, { threads: 1 });
}, 60_000);

/** An image on which the target predicts f and the feature's classifier g. */
function image(split: Split, f: number, g: number, labels: Readonly<Record<string, number>>): PoolImage {
  const outputs: Outputs = ({ name }) => (name === "target" ? [f] : [g]);
  const latent = { data: new Float32Array(4), dims: [1, 4] };
  const shown = { onInput: outputs, onReconstruction: outputs };
  return { image: `${split} ${f} ${g}`, split, labels, latent, key: "", ...shown };
}

const yes = { smiling: 1 };
const no = { smiling: 0 };
// Glasses add 0.5 to the target: with them it calls everything positive.
const validation = [image("validation", 0.9, 1, yes), image("validation", 0.6, 1, no), image("validation", 0.1, 0, no)];
const set = [
  image("test", 0.9, 1, yes),
  image("test", 0.6, 1, no),
  image("test", 0.9, 1, no),
  image("test", 0.6, 1, {}),
];

const rectified = () => composed(workspace.classifier("target"), [workspace.classifier("feature")], [-0.4]);

describe("a rectified target corrects", () => {
  test("what is wrong by label and what it says no to itself, at its best threshold on validation", () => {
    // The threshold lies between 0.2 and 0.5: the third image is wrong, but at 0.5 still called positive.
    const corrected = correctedBy(workspace.classifier("target"), [...validation, ...set], set);
    expect(corrected(rectified())).toEqual([false, true, false, false]);
  });

  test("nothing that the original had not to be corrected for", () => {
    const right = set.map((image) => ({ ...image, labels: yes }));
    const corrected = correctedBy(workspace.classifier("target"), [...validation, ...right], right);
    expect(corrected(rectified())).toEqual([false, false, false, false]);
  });

  test("nothing where no label has the name of its concept", () => {
    const bare = [...validation, ...set].map((image) => ({ ...image, labels: { glasses: 1 } }));
    expect(hasLabels(workspace.classifier("target"), bare)).toBe(false);
    expect(correctedBy(workspace.classifier("target"), bare, bare)(rectified())).toEqual(bare.map(() => false));
  });
});
