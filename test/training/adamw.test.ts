import { describe, expect, test } from "vitest";
import { adamW, adamWState } from "../../src/training/adamw.ts";

const options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

describe("AdamW", () => {
  test("moves by the rate against the sign of a gradient that stays the same", () => {
    // m̂ = g and v̂ = g² at every step, so that each is rate·g/(|g| + ε).
    const weights = Float32Array.of(1, 1, 1);
    const state = adamWState(3);
    const decay = new Float32Array(3);
    for (let step = 0; step < 10; step++) {
      adamW(weights, Float32Array.of(3, -0.02, 0), state, { ...options, decay, rate: 0.01 });
    }
    expect(weights[0]).toBeCloseTo(0.9, 5);
    expect(weights[1]).toBeCloseTo(1.1, 5);
    expect(weights[2]).toBe(1);
  });

  test("shrinks what decays by the rate times its share each step, whatever the gradient", () => {
    const weights = Float32Array.of(2, 2);
    const state = adamWState(2);
    for (let step = 0; step < 5; step++) {
      adamW(weights, new Float32Array(2), state, { ...options, decay: Float32Array.of(0.5, 0), rate: 0.1 });
    }
    expect(weights[0]).toBeCloseTo(2 * 0.95 ** 5, 5);
    expect(weights[1]).toBe(2);
  });

  test("gives the second step of two gradients as worked out by hand", () => {
    const weights = Float32Array.of(0);
    const state = adamWState(1);
    const decay = new Float32Array(1);
    adamW(weights, Float32Array.of(1), state, { ...options, decay, rate: 0.1 });
    adamW(weights, Float32Array.of(-1), state, { ...options, decay, rate: 0.1 });
    // m = .9·.1 − .1 = −.01, m̂ = −.01/.19; v = .999·.001 + .001, v̂ = 1.
    expect(weights[0]).toBeCloseTo(-0.1 + (0.1 * 0.01) / 0.19, 6);
  });
});
