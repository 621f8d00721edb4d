import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { descentMemory } from "../../src/training/descent-memory.ts";
import { type TrainedNetwork, trainNetwork } from "../../src/training/train-network.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { plantedPictures } from "./planted.ts";

const pictures = plantedPictures(90, 16);
const places = Array.from({ length: 90 }, (_, i) => i);
const task = { pictures, targets: ["patch", "tint"], learned: places.slice(30), heldOut: places.slice(0, 30) };
const recipe = { epochs: 20, seed: 1, augmentation: { flips: true, shift: 0.05, colour: 0.05 } };

/** killedAt: the step after which the process would be gone. */
async function train(stem: string, { killedAt = Infinity, own = recipe } = {}) {
  const steps: number[] = [];
  const memory = await descentMemory(stem, task, own);
  const trained = await trainNetwork(task, {
    ...{ ...own, threads: 1, signal: new AbortController().signal, memory },
    progress({ done }) {
      steps.push(done);
      if (done === killedAt) throw new Error("killed");
    },
  }).catch(({ message }: Error) => message);
  return { trained: trained as TrainedNetwork, first: steps[0], memory };
}

describe("a training that was killed", () => {
  test("goes on after its last look, to the same bits", async () => {
    const folder = await temporaryFolder();
    const whole = await train(join(folder, "whole"));
    const stem = join(folder, "stopped");
    for (const killedAt of [1, 8, 15]) expect((await train(stem, { killedAt })).trained).toBe("killed");
    const { trained, first, memory } = await train(stem);
    expect(first).toBe(15);
    expect(trained).toEqual(whole.trained);
    await memory.drop();
    expect(existsSync(`${stem}.bin`) || existsSync(`${stem}.json`)).toBe(false);
  });

  test("begins anew where it is another training, or what was kept is damaged", async () => {
    const stem = join(await temporaryFolder(), "training");
    await train(stem, { killedAt: 12 });
    expect((await train(stem, { own: { ...recipe, seed: 2 }, killedAt: 12 })).first).toBe(1);
    const bytes = readFileSync(`${stem}.bin`);
    bytes[40] = (bytes[40] as number) ^ 1;
    writeFileSync(`${stem}.bin`, bytes);
    expect((await train(stem, { own: { ...recipe, seed: 2 }, killedAt: 12 })).first).toBe(1);
  });
});
