import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { counterfactualEditor } from "../../src/interventions/counterfactual-editor.ts";
import type { Move } from "../../src/interventions/move.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { latent, lines, sigmoid } from "../models/linear-models.ts";
import { alongLatent, type LinearWorld, linearWorld, worldDecoder } from "../models/linear-world.ts";

/** A picture that the decoder cannot make: orthogonal to all that it can, of length 1. */
const off = offSpan();
const slope = [3, 4, 0, 0];
const judged = alongLatent(slope).map((weight, pixel) => weight + 40 * (off[pixel] as number));

let world: LinearWorld;
let workspace: Workspace;

beforeAll(async () => {
  world = await linearWorld(
    [
      lines("editor", { glasses: { slope, intercept: 0 } }),
      {
        ...{ name: "judged", targets: ["glasses"], activation: "sigmoid", weights: [judged] },
        biases: [-0.5 * judged.reduce((sum, weight) => sum + weight, 0)],
      },
    ],
    {},
  );
  workspace = await openWorkspace(world.path);
});
afterAll(() => workspace.dispose());

const place = { latentScale: 10, maxShift: 1, signal: undefined, most: 20 };

function move(z: readonly number[], side: Move["side"], away = 0): Move {
  const { data, dims } = world.image(z);
  const pixels = { data: data.map((value, pixel) => value + away * (off[pixel] as number)), dims };
  return {
    picture: { image: `${z.join()} ${away}`, pixels, labels: {} },
    feature: { name: "glasses", witness: workspace.classifier("judged"), editors: [] },
    side,
    range: { having: 0.9, lacking: 0.1 },
  };
}

const make = (moves: readonly Move[], changed: Partial<typeof place> = {}) =>
  counterfactualEditor(moves, workspace.classifier("editor"), {
    ...{ ...place, ...changed },
    autoencoder: workspace.autoencoder,
  });

/** z moved along the editor's slope. */
const along = (z: readonly number[], by: number): number[] =>
  z.map((value, i) => value + (by * (slope[i] as number)) / 5);

function expectPicture(picture: Tensor, z: readonly number[], digits = 4): void {
  world.image(z).data.forEach((value, pixel) => {
    expect(picture.data[pixel]).toBeCloseTo(value, digits);
  });
}

describe("counterfactuals as an editor", () => {
  it.each([
    ["remove", [0.4, 0.2, 0.1, 0.3], 0.02],
    ["add", [-0.4, -0.3, 0.1, 0.3], 0.98],
  ] as const)("%s: goes straight until its classifier is sure, or parts of the way", async (side, point, sure) => {
    const z = latent(...point);
    const { moves, editor } = await make([move(z, side)]);
    const [one] = moves as [Move];
    expect(one.side).toBe(side);
    // How far the logit, which changes by 5 a unit, has to go.
    const start = 3 * point[0] + 4 * point[1];
    const [half, whole] = await editor.edited([0.5, 1].map((length) => ({ move: one, length })));
    const told = world.logits("editor", z)[0] as number;
    expect(told).toBeCloseTo(start, 5);
    const gone = (Math.log(sure / (1 - sure)) - start) / 5;
    // A search may end up to 0.02 beyond.
    const reached = distanceOf(whole as Tensor, z);
    expect(Math.sign(gone) * reached).toBeGreaterThan(0);
    const after = sigmoid(start + 5 * Math.sign(gone) * Math.abs(reached));
    expect(Math.abs(after - sure)).toBeLessThanOrEqual(0.02);
    expectPicture(whole as Tensor, along(z, reached));
    expectPicture(half as Tensor, along(z, reached / 2));
  });

  it("stops at the largest shift", async () => {
    const z = latent(0.4, 0.2, 0, 0);
    const { moves, editor } = await make([move(z, "remove")], { latentScale: 0.5, maxShift: 0.4 });
    const [whole] = await editor.edited([{ move: moves[0] as Move, length: 1 }]);
    expect(distanceOf(whole as Tensor, z)).toBeCloseTo(-0.2, 4);
  });

  it("edits reconstructions, and leaves out what these lost", async () => {
    const z = latent(-0.2, -0.1, 0, 0);
    const kept = latent(0.3, 0.2, 0, 0);
    // By what the decoder cannot make the witness sees glasses, where the editor's latent has none.
    const lost = move(z, "remove", 1);
    const { moves, editor } = await make([lost, move(kept, "remove", 1)]);
    expect(moves).toHaveLength(1);
    const [only] = moves as [Move];
    expect(only.picture.image).toBe(move(kept, "remove", 1).picture.image);
    expectPicture(only.picture.pixels, kept, 5);
    expect(editor).toMatchObject({ name: "counterfactual", by: "editor" });
  });

  it("takes the first that are left, as many as are wanted, in their order", async () => {
    const wanted = Array.from({ length: 40 }, (_, i) =>
      move(latent(0.3 + 0.005 * i, 0.1, 0, 0), "remove", i % 4 === 0 ? -1 : 0),
    );
    const { moves } = await make(wanted, { most: 20 });
    const left = wanted.filter((_, i) => i % 4 !== 0).slice(0, 20);
    // A picture off the span on the other side is one that the witness denies, and its reconstruction is as good as any.
    expect(moves).toHaveLength(20);
    expect(left.length).toBe(20);
    const order = moves.map(({ picture }) => wanted.findIndex((each) => each.picture.image === picture.image));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("gives every picture what it gives it alone", async () => {
    const all = Array.from({ length: 19 }, (_, i) => move(latent(0.3 + 0.01 * i, 0.1, 0.02 * i, 0), "remove"));
    const together = await make(all);
    for (const [index, each] of all.entries()) {
      const alone = await make([each]);
      const [a] = await together.editor.edited([{ move: together.moves[index] as Move, length: 1 }]);
      const [b] = await alone.editor.edited([{ move: alone.moves[0] as Move, length: 1 }]);
      expect([...(a as Tensor).data]).toEqual([...(b as Tensor).data]);
    }
  });
});

/** How far a picture is from that of z along the editor's slope. */
function distanceOf(picture: Tensor, z: readonly number[]): number {
  const from = world.image(z).data;
  const axis = alongLatent(slope.map((value) => value / 5));
  return picture.data.reduce(
    (sum, value, pixel) => sum + (value - (from[pixel] as number)) * (axis[pixel] as number),
    0,
  );
}

function offSpan(): number[] {
  let vector = [1, -1, 1, 1, -1, 1];
  for (let column = 0; column < 4; column++) {
    const axis = worldDecoder.map((row) => row[column] as number);
    const product = axis.reduce((sum, value, pixel) => sum + value * (vector[pixel] as number), 0);
    vector = vector.map((value, pixel) => value - product * (axis[pixel] as number));
  }
  const norm = Math.hypot(...vector);
  return vector.map((value) => value / norm);
}
