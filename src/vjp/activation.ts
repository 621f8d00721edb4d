import { float } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Operand, Site } from "./site.ts";
import { unbroadcast } from "./unbroadcast.ts";

/** 1 where a > b, else 0. Cast(Greater)·ct is twice as fast as Sign·ct and Where. */
const step = (at: Site, a: Operand, b: Operand): string => at.indicator(at.greater(a, b));
/** min(1, max(0, alpha·x + beta)): one node, which onnxruntime runs in the blocked layout of its convolutions; float32 only. */
const hardSigmoid = (at: Site, x: string, [alpha, beta]: readonly [number, number]): string =>
  at.emit("HardSigmoid", [x], { alpha: float(alpha), beta: float(beta) });
/** 1 where y > 0, else 0, for y ≥ 0. Greater and Cast would have every activation put into plain order first. */
const positive = (at: Site, y: string): string =>
  at.type(y) === "float32" ? hardSigmoid(at, y, [STEEPEST, 0]) : step(at, y, 0);
/** 1 − y for y in [0, 1]. */
const complement = (at: Site, y: string): string =>
  at.type(y) === "float32" ? hardSigmoid(at, y, [-1, 1]) : at.sub(1, y);
const STEEPEST = 3e38;
const within = (at: Site, value: string, [low, high]: readonly [Operand, Operand]): string =>
  at.indicator(at.and(at.greater(value, low), at.less(value, high)));

/** Slope 1 above zero and `slope` below, told by a value that has the sign of the input. */
const leaky = (at: Site, ct: string, { sign, slope }: { sign: string; slope: Operand }): string =>
  at.mul(ct, at.where(at.greater(sign, 0), 1, slope));

/** The slope of y = x·σ(x) at a node that makes y, σ + y·(1 − σ): of the forward pass alone, so that one value waits for the cotangent. */
export const swishSlope = (at: Site, sigmoid: string): string => at.add(sigmoid, at.mul(at.y, complement(at, sigmoid)));

const leakyRelu: Rule = (ct, at) => {
  const alpha = at.float("alpha", 0.01);
  // The output has the input's sign unless alpha is negative.
  return leaky(at, ct, { sign: alpha >= 0 ? at.y : at.x, slope: alpha });
};

const elu: Rule = (ct, at) => {
  const alpha = at.float("alpha", 1);
  return leaky(at, ct, { sign: alpha >= 0 ? at.y : at.x, slope: at.add(at.y, alpha) });
};

const selu: Rule = (ct, at) => {
  const alpha = at.float("alpha", 1.6732632423543772);
  const gamma = at.float("gamma", 1.0507009873554805);
  return at.mul(ct, at.where(at.greater(at.x, 0), gamma, at.add(at.y, gamma * alpha)));
};

const clip: Rule = (ct, at) => {
  const low = at.has(1) ? at.input(1) : undefined;
  const high = at.has(2) ? at.input(2) : undefined;
  if (low !== undefined && high !== undefined) return at.mul(ct, within(at, at.y, [low, high]));
  if (low !== undefined) return at.mul(ct, step(at, at.y, low));
  return high === undefined ? ct : at.mul(ct, step(at, high, at.y));
};

/** What the bound replaced counts for the bound. */
const bound =
  (index: 1 | 2): Rule =>
  (ct, at) => {
    const limit = at.input(index);
    const cut = at.indicator(index === 1 ? at.less(at.x, limit) : at.greater(at.x, limit));
    return unbroadcast(at, at.mul(ct, cut), index);
  };

const gelu: Rule = (ct, at) => {
  const { x } = at;
  if (at.string("approximate", "none") === "tanh") {
    // y = x/2·(1 + tanh u), u = √(2/π)·(x + 0.044715 x³)
    const k = Math.sqrt(2 / Math.PI);
    const squared = at.square(x);
    const t = at.tanh(at.mul(at.mul(x, k), at.add(1, at.mul(0.044715, squared))));
    const du = at.mul(k, at.add(1, at.mul(3 * 0.044715, squared)));
    const dt = at.mul(at.mul(x, at.sub(1, at.square(t))), du);
    return at.mul(ct, at.mul(0.5, at.add(at.add(1, t), dt)));
  }
  // y = x·Φ(x), y′ = Φ(x) + x·φ(x)
  const cdf = at.mul(0.5, at.add(1, at.emit("Erf", [at.mul(x, Math.SQRT1_2)])));
  const density = at.mul(1 / Math.sqrt(2 * Math.PI), at.exp(at.mul(-0.5, at.square(x))));
  return at.mul(ct, at.add(cdf, at.mul(x, density)));
};

// y = x·tanh(s), s = softplus(x), s′ = σ(x)
const mish: Rule = (ct, at) => {
  const t = at.tanh(at.emit("Softplus", [at.x]));
  const slope = at.mul(at.mul(at.x, at.sub(1, at.square(t))), at.sigmoid(at.x));
  return at.mul(ct, at.add(t, slope));
};

// y = x·h(x), h = max(0, min(1, x/6 + ½))
const hardSwish: Rule = (ct, at) => {
  const h = at.emit("HardSigmoid", [at.x], { alpha: float(1 / 6), beta: float(0.5) });
  const slope = at.mul(at.mul(at.x, 1 / 6), within(at, at.x, [-3, 3]));
  return at.mul(ct, at.add(h, slope));
};

const softmax: Rule = (ct, at) => {
  const axes = [at.int("axis", -1)];
  return at.mul(at.y, at.sub(ct, at.sum(at.mul(ct, at.y), axes)));
};

const logSoftmax: Rule = (ct, at) => at.sub(ct, at.mul(at.exp(at.y), at.sum(ct, [at.int("axis", -1)])));

/** Activations. Where the output tells the slope the rule reads it, which keeps Conv + activation fused in the forward pass. */
export const activation = {
  Relu: [(ct, at) => at.mul(ct, positive(at, at.y))],
  LeakyRelu: [leakyRelu],
  PRelu: [
    (ct, at) => leaky(at, ct, { sign: at.x, slope: at.input(1) }),
    (ct, at) => unbroadcast(at, at.mul(ct, at.min(at.x, 0)), 1),
  ],
  ThresholdedRelu: [(ct, at) => at.mul(ct, step(at, at.x, at.float("alpha", 1)))],
  Elu: [elu],
  Selu: [selu],
  Celu: [(ct, at) => at.mul(ct, at.exp(at.min(at.div(at.x, at.float("alpha", 1)), 0)))],
  Shrink: [(ct, at) => at.mul(ct, step(at, at.abs(at.x), at.float("lambd", 0.5)))],
  Sigmoid: [(ct, at) => at.mul(ct, at.mul(at.y, complement(at, at.y)))],
  HardSigmoid: [(ct, at) => at.mul(ct, at.mul(at.float("alpha", 0.2), within(at, at.y, [0, 1])))],
  HardSwish: [hardSwish],
  Tanh: [(ct, at) => at.mul(ct, at.sub(1, at.square(at.y)))],
  Softplus: [(ct, at) => at.mul(ct, at.sigmoid(at.x))],
  Softsign: [(ct, at) => at.div(ct, at.square(at.add(1, at.abs(at.x))))],
  Erf: [(ct, at) => at.mul(ct, at.mul(2 / Math.sqrt(Math.PI), at.exp(at.neg(at.square(at.x)))))],
  Gelu: [gelu],
  Mish: [mish],
  Clip: [clip, bound(1), bound(2)],
  Softmax: [softmax],
  LogSoftmax: [logSoftmax],
} satisfies Record<string, Rules>;
