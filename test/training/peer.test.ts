import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { adamW, adamWState } from "../../src/training/adamw.ts";
import { follow, runningStatistics } from "../../src/training/batch-norm.ts";
import { decayOf } from "../../src/training/initial.ts";
import { oneCycle } from "../../src/training/schedule.ts";
import { openStep } from "../../src/training/step.ts";

/** Written by zoo/fixtures/training.py: PyTorch in float64. */
const peer = JSON.parse(readFileSync(new URL("./fixtures/steps.json", import.meta.url), "utf8")) as {
  readonly steps: number;
  readonly rate: number;
  readonly decay: number;
  readonly rates: readonly number[];
  readonly cases: readonly {
    readonly size: number;
    readonly widths: readonly number[];
    readonly targets: number;
    readonly batch: number;
    readonly loss: number;
    readonly pictures: string;
    readonly labels: string;
    readonly importance: string;
    readonly learned: string;
    readonly gradient: string;
    readonly statistics: string;
    readonly after: string;
    readonly running: string;
  }[];
};
const numbers = (text: string) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);

/** Largest difference, relative to the largest expected number. */
function difference(actual: Float32Array, expected: Float32Array): number {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number)))) / scale;
}

describe("PyTorch in float64", () => {
  test.each(peer.cases)("has the same steps of $widths channels on $size pixels", async (network) => {
    const { size, targets, batch } = network;
    const step = await openStep(network, { batch, threads: 1 });
    const given = {
      pictures: { data: numbers(network.pictures), dims: [batch, 3, size, size] },
      labels: { data: numbers(network.labels), dims: [batch, targets] },
      importance: { data: numbers(network.importance), dims: [batch, targets] },
    };
    const learned = numbers(network.learned);
    const first = await step.run(learned, given);
    expect(first.loss).toBeCloseTo(network.loss, 5);
    expect(difference(first.gradient, numbers(network.gradient))).toBeLessThan(1e-5);
    expect(difference(first.statistics, numbers(network.statistics))).toBeLessThan(1e-5);

    const state = adamWState(learned.length);
    const decay = decayOf(network, peer.decay);
    const running = runningStatistics(network);
    for (let done = 0; done < peer.steps; done++) {
      const { gradient, statistics } = await step.run(learned, given);
      const rate = oneCycle(done, peer.steps, peer.rate);
      adamW(learned, gradient, state, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay, rate });
      follow(running, statistics, network, step.counts);
    }
    await step.dispose();
    // A first step of AdamW is the sign of a gradient: where that is next to nothing, float32 may have another.
    expect(difference(learned, numbers(network.after))).toBeLessThan(1e-4);
    expect(difference(running, numbers(network.running))).toBeLessThan(1e-4);
  });

  test("has the same learning rates", () => {
    peer.rates.forEach((expected, step) => {
      expect(oneCycle(step, peer.rates.length, peer.rate)).toBeCloseTo(expected, 12);
    });
  });
});
