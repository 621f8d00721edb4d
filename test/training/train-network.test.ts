import { describe, expect, test } from "vitest";
import { median } from "../../src/statistics/moments.ts";
import type { LabelledPictures } from "../../src/training/labelled-pictures.ts";
import { openReader } from "../../src/training/reader.ts";
import { type TrainedNetwork, type TrainingOptions, trainNetwork } from "../../src/training/train-network.ts";
import { plantedPictures } from "./planted.ts";

const side = 16;
const from = (start: number, end: number) => Array.from({ length: end - start }, (_, i) => start + i);

function train(
  pictures: LabelledPictures,
  options: Partial<TrainingOptions> = {},
  targets: readonly string[] = ["patch", "tint"],
): Promise<TrainedNetwork> {
  const held = Math.floor(pictures.count / 3);
  return trainNetwork(
    { pictures, targets, learned: from(held, pictures.count), heldOut: from(0, held) },
    {
      epochs: 40,
      seed: 1,
      augmentation: { flips: true, shift: 0.05, colour: 0.05 },
      threads: 1,
      signal: new AbortController().signal,
      ...options,
    },
  );
}

/** Calibrated logits on some pictures, by target. */
async function logitsOf(trained: TrainedNetwork, pictures: LabelledPictures): Promise<readonly (readonly number[])[]> {
  const reader = await openReader(trained.network, pictures, { levels: trained.levels, threads: 1 });
  const rows = await reader.read(trained.numbers, from(0, pictures.count));
  await reader.dispose();
  return trained.calibration.map(({ slope, term }, target) =>
    rows.map((row) => slope * (row[target] as number) + term),
  );
}

describe("a trained network", () => {
  test("reads a planted patch and a tint on pictures that it never saw, and is not certain of them", async () => {
    const trained = await train(plantedPictures(360, side));
    const fresh = plantedPictures(200, side, 2);
    const [patch, tint] = await logitsOf(trained, fresh);
    for (const [target, logits] of Object.entries({ patch, tint })) {
      const known = fresh.labels.flatMap((labels, i) => {
        const label = labels[target];
        return label === undefined ? [] : [((logits?.[i] as number) > 0 ? 1 : 0) === label];
      });
      expect(known.filter(Boolean).length / known.length, target).toBeGreaterThan(0.9);
      expect(median((logits as readonly number[]).map(Math.abs)), target).toBeLessThanOrEqual(5);
    }
    for (const auroc of trained.aurocs) expect(auroc?.ci[0]).toBeGreaterThan(0.85);
  });

  test("has the same bits with the same seed, and others with another", async () => {
    const pictures = plantedPictures(90, side);
    const [first, again, other] = [
      await train(pictures, { epochs: 3 }),
      await train(pictures, { epochs: 3 }),
      await train(pictures, { epochs: 3, seed: 2 }),
    ];
    expect(again.numbers).toEqual(first.numbers);
    expect(again.calibration).toEqual(first.calibration);
    expect(other.numbers).not.toEqual(first.numbers);
  });

  test("has the same bits with one thread and with more", async () => {
    const pictures = plantedPictures(90, 32);
    const [one, two, three] = [
      await train(pictures, { epochs: 2 }),
      await train(pictures, { epochs: 2, threads: 2 }),
      await train(pictures, { epochs: 2, threads: 3 }),
    ];
    expect(two.numbers).toEqual(one.numbers);
    expect(three.numbers).toEqual(one.numbers);
  });

  test("learns from pictures that lack a label, and nothing for it from them", async () => {
    const pictures = plantedPictures(90, side);
    // What a missing label would be must not matter: a column without any more labels has the same network.
    const blank = { ...pictures, labels: pictures.labels.map(({ patch }) => ({ patch }) as Record<string, number>) };
    const trained = await train(pictures, { epochs: 2 }, ["patch", "tint"]);
    const without = await train(blank, { epochs: 2 }, ["patch", "tint"]);
    expect(without.numbers).not.toEqual(trained.numbers);
    const { numbers, network } = without;
    // Nobody asked for the second logit: its weights stay 0, as they were.
    const last = network.widths.at(-1) as number;
    expect([...numbers.slice(-2 - last, -2), numbers.at(-1)].every((value) => value === 0)).toBe(true);
  });

  test("is the best so far after an interrupt, that of the last step where none was judged yet, and none before a step", async () => {
    const pictures = plantedPictures(90, side);
    const stopping = (at: number) => {
      const controller = new AbortController();
      return train(pictures, {
        epochs: 20,
        signal: controller.signal,
        progress: ({ done }) => {
          if (done === at) controller.abort();
        },
      });
    };
    const whole = await train(pictures, { epochs: 20 });
    const stopped = await stopping(20);
    expect([stopped.interrupted, stopped.steps, whole.interrupted]).toEqual([true, 20, false]);
    expect(stopped.best).toBeLessThanOrEqual(20);
    expect(stopped.numbers.every(Number.isFinite)).toBe(true);
    expect(await stopping(1)).toMatchObject({ interrupted: true, steps: 1, best: 1 });
    const aborted = new AbortController();
    aborted.abort();
    await expect(train(pictures, { signal: aborted.signal })).rejects.toMatchObject({ code: "interrupted" });
  });

  test("tells every step with its loss, which falls", async () => {
    const told: { done: number; total: number; loss: number }[] = [];
    await train(plantedPictures(180, side), { epochs: 20, progress: (one) => told.push(one) });
    const { total } = told[0] as { total: number };
    expect(told.map(({ done }) => done)).toEqual(from(1, told.length + 1));
    expect(told.length).toBeLessThanOrEqual(total);
    expect((told.at(-1) as { loss: number }).loss).toBeLessThan(0.7 * (told[0] as { loss: number }).loss);
  });
});
