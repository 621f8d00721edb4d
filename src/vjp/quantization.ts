import type { DataType, Graph } from "../onnx/graph.ts";
import { type Entry, entryOf, type Rule, type Rules, type RuleTable } from "./rule.ts";
import type { Site } from "./site.ts";

/** What whole numbers of a type may be. */
const ranges: Partial<Record<DataType, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** A scale or zero point, of the whole tensor or of each place on an axis, as it broadcasts over the values. */
function spread(at: Site, value: string): string {
  const [dims, own] = [at.shape(at.x), at.shape(value)];
  const size = own.reduce((product, dim) => product * dim, 1);
  if (size === 1) return own.length === 0 ? value : at.reshape(value, []);
  if (own.length > 1) throw at.error("its scales are of blocks: only those of a tensor or an axis have a gradient");
  const axis = at.int("axis", 1);
  return at.reshape(
    value,
    dims.map((_, k) => (k === (axis < 0 ? axis + dims.length : axis) ? size : 1)),
  );
}

// q = clip(round(x/s) + z): straight through the rounding (Bengio et al. 2013), x̄ = q̄/s where nothing was clipped
const quantize: Rule = (ct, at) => {
  const range = ranges[at.type(at.y)];
  if (range === undefined) throw at.error("expected whole numbers of 8 or 16 bits");
  const scale = spread(at, at.input(1));
  const whole = at.emit("Round", [at.div(at.x, scale)]);
  const zero = at.has(2) ? spread(at, at.cast(at.input(2), "float32")) : undefined;
  const place = zero === undefined ? whole : at.add(whole, zero);
  const half = (value: number): string => at.float32([value]);
  const inside = at.and(at.greater(place, half(range[0] - 0.5)), at.less(place, half(range[1] + 0.5)));
  return at.div(at.mul(ct, at.cast(inside, "float32")), scale);
};

// y = (q − z)·s: q̄ = ȳ·s
const dequantize: Rule = (ct, at) => at.mul(ct, spread(at, at.input(1)));

/** Values of fewer bits, and back. */
export const quantization = {
  QuantizeLinear: [quantize, undefined, null],
  DequantizeLinear: [dequantize, undefined, null],
} satisfies Record<string, Rules>;

/** What is known of the inputs of a graph's nodes. */
export interface Entries {
  of(node: Graph["nodes"][number], input: number): Entry;
  /** Whole numbers that have cotangents all the same. */
  readonly quantized: ReadonlySet<string>;
}

/** The entries of a rule table for the nodes of one graph: whatever reads a quantized value but to make it wide again computes with whole numbers, which nobody differentiates. */
export function entriesOf(graph: Graph, rules: RuleTable): Entries {
  const quantized = new Set(graph.nodes.flatMap(({ op, outputs }) => (op === "QuantizeLinear" ? outputs : [])));
  return {
    quantized,
    of(node, input) {
      const entry = entryOf(rules, node, input);
      const isWhole = quantized.has(node.inputs[input] ?? "");
      return isWhole && entry !== null && node.op !== "DequantizeLinear" ? undefined : entry;
    },
  };
}
