import { int } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";

/** Scores [n, c, …] against target classes [n, …]: which score counts, and for how much. */
function targetsOf(at: Site) {
  const dims = at.shape(at.x);
  const [n, c, ...rest] = dims as [number, number, ...number[]];
  const classes = at.emit("Cast", [at.reshape(at.input(1), [n, 1, ...rest])], { to: int(7) });
  const numbers = at.intConstant(
    Array.from({ length: c }, (_, i) => i),
    [1, c, ...rest.map(() => 1)],
  );
  const chosen = at.indicator(at.equal(classes, numbers));
  const ignored = at.node.attributes.ignore_index;
  const counted =
    ignored?.kind === "int"
      ? at.mul(chosen, at.sub(1, at.indicator(at.equal(classes, at.intConstant([ignored.value], [])))))
      : chosen;
  const perClass = at.has(2) ? at.reshape(at.input(2), [1, c, ...rest.map(() => 1)]) : undefined;
  return { kept: [n, 1, ...rest], weighted: perClass === undefined ? counted : at.mul(counted, perClass) };
}

/** The cotangent of each single loss, times the weight of its target: [n, c, …], zero but at the target. */
function shares(at: Site, ct: string): string {
  const { kept, weighted } = targetsOf(at);
  const reduction = at.string("reduction", "mean");
  if (reduction === "none") return at.mul(at.reshape(ct, kept), weighted);
  const each = at.mul(ct, weighted);
  if (reduction === "sum") return each;
  return at.div(
    each,
    at.sum(
      weighted,
      kept.map((_, axis) => axis),
    ),
  );
}

// −w·x at the target.
const likelihood: Rule = (ct, at) => at.neg(shares(at, ct));

// −w·log softmax(x) at the target: w·(softmax − 1 at the target). The second output is log softmax itself.
const crossEntropy: Rule = (_, at) => {
  const [first, second] = [at.ct(0), at.ct(1)];
  const odds = at.emit("Softmax", [at.x], { axis: int(1) });
  const parts: string[] = [];
  if (first !== undefined) {
    const share = shares(at, first);
    parts.push(at.sub(at.mul(odds, at.sum(share, [1])), share));
  }
  if (second !== undefined) parts.push(at.sub(second, at.mul(odds, at.sum(second, [1]))));
  return parts.reduce((total, part) => at.add(total, part));
};

/** Losses that training graphs end in. */
export const loss = {
  NegativeLogLikelihoodLoss: [likelihood, null, undefined],
  SoftmaxCrossEntropyLoss: [crossEntropy, null, undefined],
} satisfies Record<string, Rules>;
