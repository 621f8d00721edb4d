import { expect, test } from "vitest";
import { pixelMovements } from "../../bench/pixel-counterfactuals.ts";
import { stack } from "../../src/base/tensor.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { attributes, sigmoid } from "../models/linear-models.ts";
import { linearWorld } from "../models/linear-world.ts";

test("a linear classifier is lowered along its weights by exactly what is missing, and others move as far as they overlap", async () => {
  const world = await linearWorld([attributes]);
  await using workspace = await openWorkspace(world.path, { threads: 1 });
  const images = [world.image([0.3, 0.1, 0.1, 0]), world.image([0.2, -0.1, 0.2, 0.1])];
  const [base, overlapping] = [workspace.classifier("smiling"), workspace.classifier("beard")];
  const drop = 0.2;
  const movements = await pixelMovements(base, { images: stack(images), names: ["a", "b"] }, [overlapping], drop);

  const { weights, biases } = attributes;
  const [w, v] = [weights[0] as readonly number[], weights[2] as readonly number[]];
  const dot = (a: ArrayLike<number>, b: readonly number[]): number =>
    b.reduce((sum, value, i) => sum + value * (a[i] as number), 0);
  images.forEach(({ data }, i) => {
    const logit = dot(data, w) + (biases[0] as number);
    const wanted = sigmoid(logit) - drop;
    // The step goes 0.1 beyond the logit of the wanted prediction.
    const step = (logit - Math.log(wanted / (1 - wanted)) + 0.1) / dot(w, w);
    const moved = Array.from(data, (value, pixel) => value - step * (w[pixel] as number));
    expect(moved.every((value) => value >= 0 && value <= 1)).toBe(true);
    const after = (row: readonly number[], bias: number): number => sigmoid(dot(moved, row) + bias);
    const movement = movements[i];
    const baseChange = sigmoid(logit) - after(w, biases[0] as number);
    expect(movement?.baseChange).toBeCloseTo(baseChange, 5);
    expect(movement?.baseChange).toBeGreaterThan(drop);
    const before = sigmoid(dot(data, v) + (biases[2] as number));
    expect(movement?.after[0]).toBeCloseTo(after(v, biases[2] as number), 5);
    expect(movement?.relativeChange[0]).toBeCloseTo((before - after(v, biases[2] as number)) / baseChange, 4);
  });
});
