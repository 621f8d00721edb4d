import type { Node } from "../onnx/graph.ts";
import { type Entry, entryOf, type JointRule, type RuleTable } from "./rule.ts";
import type { Site } from "./site.ts";
import { derivatives } from "./table.ts";

/** Operators that are rectifiers or smooth forms of one: only their input is guided, not a slope that they learn. */
const rectifiers = [
  "Relu",
  "LeakyRelu",
  "PRelu",
  "ThresholdedRelu",
  "Elu",
  "Selu",
  "Celu",
  "Gelu",
  "Mish",
  "HardSwish",
] as const;

/** Operators that bend a gate, and those that it may be made of besides. */
const bends = new Set(["Sigmoid", "HardSigmoid", "Tanh", "Erf", "Clip"]);
const elementwise = new Set([...bends, "Add", "Sub", "Mul", "Div", "Pow", "Neg", "Softplus", "Identity", "Reciprocal"]);

const always = (): boolean => true;

/** The rule with only the positive part of the cotangent, where the node is a rectifier. */
const guided =
  (entry: Entry, isRectifier: (at: Site, index: number) => boolean, index = 0): Entry =>
  (ct, at) =>
    (entry as JointRule)(isRectifier(at, index) ? at.emit("Relu", [ct]) : ct, at);

const entriesOf = (op: keyof typeof derivatives): readonly Entry[] => derivatives[op] as readonly Entry[];
const isZero = (values: readonly number[] | undefined): boolean => values?.every((value) => value === 0) ?? false;

/** ReLU and ReLU6 as Clip from 0. A Clip of a value moved by a number is the gate of a hard swish. */
const isClippedAtZero = (at: Site): boolean => isZero(at.knownValues(1)) && !isMovedByNumber(at, at.producer(at.x));
const isMovedByNumber = (at: Site, node: Node | undefined): boolean =>
  node?.op === "Add" && node.inputs.some((input) => at.producer(input) === undefined && at.shape(input).length === 0);

/** ReLU as Max(x, 0). */
const isMaxWithZero = (at: Site, index: number): boolean =>
  at.node.inputs.length === 2 && isZero(at.knownValues(1 - index));

/** y = x·h(x) with a gate h of x alone: SiLU, GELU, hard swish and Mish where the file spells them out. */
const isSelfGated = (at: Site): boolean => {
  const [a, b] = [at.input(0), at.input(1)];
  return isGate(at, a, b) || isGate(at, b, a);
};

/** Whether `gate` is a bent elementwise function of what `value` is a multiple of, and of nothing else. */
function isGate(at: Site, value: string, gate: string): boolean {
  const root = multipleOf(at, value);
  const [waiting, seen] = [[gate], new Set<string>()];
  let [bent, reached] = [false, false];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === root) reached = true;
    if (name === root || name === "" || seen.has(name)) continue;
    seen.add(name);
    const node = at.producer(name);
    // Without a producer it is a constant.
    if (node === undefined) continue;
    if (!elementwise.has(node.op)) return false;
    bent ||= bends.has(node.op);
    waiting.push(...node.inputs);
  }
  return bent && reached;
}

/** The value that a value is a constant multiple of; itself where it is none. */
function multipleOf(at: Site, value: string): string {
  const node = at.producer(value);
  if (node?.op !== "Mul" && node?.op !== "Div") return value;
  const [a = "", b = ""] = node.inputs;
  if (at.producer(b) === undefined) return multipleOf(at, a);
  return node.op === "Mul" && at.producer(a) === undefined ? multipleOf(at, b) : value;
}

/**
 * Guided backpropagation (Springenberg et al. 2015, "Striving for simplicity"): reverse mode in which a rectifier hands
 * back only the positive part of what arrives at it, R = max(ct, 0)·φ′(x), which for ReLU is ct where ct > 0 and x > 0.
 *
 * The paper knows ReLU only. For its smooth and leaky forms φ (SiLU, GELU, ELU …) the same argument is kept: no signal
 * that lowers a unit flows back through it; the slope φ′ is the activation's own. Sigmoid and Tanh are no rectifiers and
 * stay as they are. A rectifier is known by the graph, not by how the model was written: a function, an in-place layer
 * and a layer used twice are all the same nodes here.
 */
export const guidedBackprop: RuleTable = {
  ...derivatives,
  ...Object.fromEntries(
    rectifiers.map((op) => [op, entriesOf(op).map((entry, index) => (index === 0 ? guided(entry, always) : entry))]),
  ),
  Clip: entriesOf("Clip").map((entry, index) => (index === 0 ? guided(entry, isClippedAtZero) : entry)),
  Mul: entriesOf("Mul").map((entry, index) => guided(entry, isSelfGated, index)),
  Max: { each: (index) => guided(entryOf(derivatives, { op: "Max", domain: "" }, index), isMaxWithZero, index) },
};
