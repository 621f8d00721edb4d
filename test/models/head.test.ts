import { rm } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { read } from "../../src/models/prediction.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { dot, latent, lines, sigmoid } from "./linear-models.ts";
import { type LinearClassifier, linearWorld } from "./linear-world.ts";

const steep = { smiling: { slope: [40, 0, 0, 0], intercept: 0 }, sad: { slope: [-1, 2, 0, 0], intercept: 0 } };

/** Prediction and logit of every target of a classifier at a latent. */
async function readings(classifier: LinearClassifier, z: readonly number[]) {
  const world = await linearWorld([classifier]);
  const workspace = await openWorkspace(world.path);
  try {
    const model = workspace.models[0] as (typeof workspace.models)[number];
    const outputs = await model.logits(world.image(z));
    return workspace.classifiers().map((target) => read(target, () => outputs.data));
  } finally {
    await workspace.dispose();
    await rm(world.folder, { recursive: true });
  }
}

describe("a head", () => {
  const z = latent(1, 0.5);

  it("is cut off where the file ends in a Sigmoid: the logit of a prediction of 1 is not lost", async () => {
    const [smiling] = await readings(lines("m", steep, { head: "Sigmoid" }), z);
    expect(smiling?.logit).toBeCloseTo(40, 4);
  });

  it("makes no difference to predictions whether it is in the file or not", async () => {
    const inside = await readings(lines("m", steep, { head: "Softmax", activation: "softmax" }), z);
    const outside = await readings(lines("m", steep, { activation: "softmax" }), z);
    expect(inside).toEqual(outside);
    // Softmax of two is the sigmoid of the difference.
    expect(outside[1]?.prediction).toBeCloseTo(sigmoid(0 - 40), 12);
    expect(outside[0]?.logit).toBeCloseTo(dot([40, 0, 0, 0], z) - 0, 4);
  });

  it.each([
    ["Sigmoid", "softmax", "sigmoid"],
    ["Sigmoid", "none", "sigmoid"],
    ["Softmax", "sigmoid", "softmax"],
  ] as const)("%s contradicts activation %s", async (head, activation, expected) => {
    await expect(readings(lines("m", steep, { head, activation }), z)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        `m.json: output.activation: expected "${expected}" because the file ends in ${head} \\(node ".*head"\\), got "${activation}"$`,
      ),
    });
  });

  it("of kind none takes the output as the prediction, and refuses one outside [0, 1]", async () => {
    const age = { age: { slope: [10, 0, 0, 0], intercept: 30 } };
    await expect(readings(lines("m", age, { activation: "none" }), z)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /^m: output "age" is 40.*, expected a prediction in \[0, 1\]: give output.activation "sigmoid" or "softmax", or output.scale/,
      ),
    });
    const [scaled] = await readings(lines("m", age, { activation: "none", scale: { low: 20, high: 70 } }), z);
    expect(scaled?.prediction).toBeCloseTo((40 - 20) / 50, 6);
  });
});
