import { int } from "../onnx/build.ts";
import { swishSlope } from "./activation.ts";
import type { JointRule, Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";
import { unbroadcast } from "./unbroadcast.ts";

const a = 0;
const b = 1;

/** Shares a cotangent among the inputs that attain the maximum or minimum: ties get equal parts. */
const balanced =
  (index: number): Rule =>
  (ct, at) => {
    if (at.node.inputs.length === 1) return ct;
    const attains = at.node.inputs.map((input) => at.indicator(at.equal(input, at.y)));
    const count = attains.reduce((total, one) => at.add(total, one));
    return unbroadcast(at, at.mul(ct, at.div(attains[index] as string, count)), index);
  };

/** The exponent in the type of the base; ONNX lets them differ. */
const exponent = (at: Site): string =>
  at.type(at.input(b)) === at.type(at.x) ? at.input(b) : at.cast(at.input(b), at.type(at.x));

const powBase: Rule = (ct, at) => {
  const known = at.knownValues(b);
  const slope = (): string => {
    if (known?.every((e) => e === 1)) return ct;
    if (known?.every((e) => e === 2)) return at.mul(ct, at.mul(2, at.x));
    const e = exponent(at);
    const power = at.mul(e, at.pow(at.x, at.sub(e, 1)));
    // x⁰ is flat everywhere, also at 0 where x⁻¹ is not finite.
    return at.mul(ct, known?.every((value) => value !== 0) ? power : at.where(at.equal(e, 0), 0, power));
  };
  return unbroadcast(at, slope(), a);
};

// y·ln x, which is 0 where y is.
const powExponent: Rule = (ct, at) =>
  unbroadcast(at, at.mul(ct, at.where(at.equal(at.y, 0), 0, at.mul(at.y, at.log(at.x)))), b);

/** Whether input `gate` of a product is σ of input `gated`, and serves nothing but to reach it. */
const isSwish = (at: Site, gated: number, gate: number): boolean => {
  const sigmoid = at.producer(at.input(gate));
  return sigmoid?.op === "Sigmoid" && sigmoid.inputs[0] === at.input(gated) && at.passesOn(at.input(gate));
};

/** ct·(the other factor). x·σ(x) is differentiated as one function by x, which takes half as many passes. */
const factor =
  (index: number, other: number): JointRule =>
  (ct, at) => {
    if (isSwish(at, other, index)) return undefined;
    if (isSwish(at, index, other)) return at.mul(ct, swishSlope(at, at.input(other)));
    return unbroadcast(at, at.mul(ct, at.input(other)), index);
  };

/** Elementwise arithmetic. ct is the cotangent of y; every rule with two inputs undoes the broadcast last. */
export const arithmetic = {
  // Linear.
  Add: [(ct, at) => unbroadcast(at, ct, a), (ct, at) => unbroadcast(at, ct, b)],
  Sub: [(ct, at) => unbroadcast(at, ct, a), (ct, at) => unbroadcast(at, at.neg(ct), b)],
  Neg: [(ct, at) => at.neg(ct)],
  Identity: [(ct) => ct],
  Sum: { each: (index) => (ct, at) => unbroadcast(at, ct, index) },
  Mean: { each: (index) => (ct, at) => unbroadcast(at, at.div(ct, at.node.inputs.length), index) },
  Where: [
    null,
    (ct, at) => unbroadcast(at, at.where(at.input(0), ct, 0), 1),
    (ct, at) => unbroadcast(at, at.where(at.input(0), 0, ct), 2),
  ],
  Cast: [(ct, at) => at.cast(ct, at.type(at.x))],
  CastLike: [(ct, at) => at.cast(ct, at.type(at.x)), null],
  // One level of dropout is the identity outside training.
  Dropout: [
    (ct, at) => {
      if (at.has(2) && at.values(2)?.[0] !== 0)
        throw at.error("dropout in training mode draws at random and has no gradient here");
      return ct;
    },
    null,
    null,
  ],

  // Two inputs.
  Mul: [factor(a, b), factor(b, a)],
  Div: [
    (ct, at) => unbroadcast(at, at.div(ct, at.input(b)), a),
    (ct, at) => unbroadcast(at, at.neg(at.div(at.mul(ct, at.y), at.input(b))), b),
  ],
  Pow: [powBase, powExponent],
  Max: { each: balanced },
  Min: { each: balanced },
  // fmod: x − b·trunc(x / b).
  Mod: [
    (ct, at) => unbroadcast(at, ct, a),
    (ct, at) => unbroadcast(at, at.neg(at.mul(ct, at.emit("Round", [at.div(at.sub(at.x, at.y), at.input(b))]))), b),
  ],

  // start + i·delta; the limit sets the length.
  Range: [
    (ct, at) => at.reshape(at.sum(ct, [0]), at.shape(at.x)),
    null,
    (ct, at) => {
      const [length] = at.shape(at.y) as [number];
      const steps = at.constant(
        Array.from({ length }, (_, i) => i),
        [length],
      );
      return at.reshape(at.sum(at.mul(ct, steps), [0]), at.shape(at.input(2)));
    },
  ],

  // One input.
  Abs: [(ct, at) => at.mul(ct, at.sign(at.x))],
  Exp: [(ct, at) => at.mul(ct, at.y)],
  Log: [(ct, at) => at.div(ct, at.x)],
  Sqrt: [(ct, at) => at.div(ct, at.mul(2, at.y))],
  Reciprocal: [(ct, at) => at.neg(at.mul(ct, at.square(at.y)))],
  Sin: [(ct, at) => at.mul(ct, at.cos(at.x))],
  Cos: [(ct, at) => at.neg(at.mul(ct, at.sin(at.x)))],
  Tan: [(ct, at) => at.mul(ct, at.add(1, at.square(at.y)))],
  Asin: [(ct, at) => at.div(ct, at.sqrt(at.sub(1, at.square(at.x))))],
  Acos: [(ct, at) => at.neg(at.div(ct, at.sqrt(at.sub(1, at.square(at.x)))))],
  Atan: [(ct, at) => at.div(ct, at.add(1, at.square(at.x)))],
  Sinh: [(ct, at) => at.mul(ct, at.emit("Cosh", [at.x]))],
  Cosh: [(ct, at) => at.mul(ct, at.emit("Sinh", [at.x]))],
  Asinh: [(ct, at) => at.div(ct, at.sqrt(at.add(1, at.square(at.x))))],
  Acosh: [(ct, at) => at.div(ct, at.sqrt(at.sub(at.square(at.x), 1)))],
  Atanh: [(ct, at) => at.div(ct, at.sub(1, at.square(at.x)))],
  CumSum: [
    (ct, at) =>
      at.emit("CumSum", [ct, at.input(1)], {
        exclusive: int(at.int("exclusive", 0)),
        reverse: int(1 - at.int("reverse", 0)),
      }),
    null,
  ],
} satisfies Record<string, Rules>;
