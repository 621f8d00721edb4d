import type { Random } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { float, floatConstant, int, intConstant, ints, string } from "../../src/onnx/build.ts";
import type { Attribute, Attributes, Constant } from "../../src/onnx/graph.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { float32 } from "./harness.ts";

/** What an input of a row is: a value that is fed (and may be differentiated by), a constant, or nothing. */
type Drawn =
  | { readonly kind: "fed"; readonly value: TypedTensor }
  | { readonly kind: "constant"; readonly constant: Constant }
  | { readonly kind: "absent" };
export type Input = (random: Random) => Drawn;

/** One gradient test: an operator with attributes and inputs, and which inputs to differentiate by. */
export interface Row {
  readonly op: string;
  readonly title: string;
  /** linear: the output is affine in each input of `wrt` on its own. smooth: it has a derivative near the sampled inputs. */
  readonly kind: "linear" | "smooth";
  readonly wrt: readonly number[];
  readonly inputs: readonly Input[];
  readonly attributes: Attributes;
  readonly outputs: number;
}

type Loose = number | string | readonly number[] | { readonly float: number };

/** Attributes as they read: 1 is an int, [1, 2] ints, "a" a string, {float: 1} a float. */
export function attributesOf(loose: Readonly<Record<string, Loose>>): Attributes {
  return Object.fromEntries(
    Object.entries(loose).map(([name, value]): [string, Attribute] => [name, attributeOf(value)]),
  );
}

function attributeOf(value: Loose): Attribute {
  if (typeof value === "number") return int(value);
  if (typeof value === "string") return string(value);
  return "float" in value ? float(value.float) : ints(value);
}

const row =
  (kind: Row["kind"]) =>
  (
    op: string,
    title: string,
    inputs: readonly Input[],
    options: { wrt?: readonly number[]; attributes?: Readonly<Record<string, Loose>>; outputs?: number } = {},
  ): Row => ({
    op,
    title,
    kind,
    inputs,
    wrt: options.wrt ?? [0],
    attributes: attributesOf(options.attributes ?? {}),
    outputs: options.outputs ?? 1,
  });

export const linear = row("linear");
export const smooth = row("smooth");

const sampled =
  (draw: (random: Random) => number) =>
  (...dims: number[]): Input =>
  (random) => ({
    kind: "fed",
    value: float32(
      Array.from({ length: sizeOf(dims) }, () => draw(random)),
      dims,
    ),
  });

export const normal = sampled((random) => random.normal());
export const positive = sampled((random) => 0.5 + 1.5 * random.uniform());
/** Positive or negative, never near zero. */
export const nonzero = sampled((random) => (random.uniform() < 0.5 ? -1 : 1) * (0.4 + random.uniform()));
/** Between −0.9 and 0.9. */
export const inside = sampled((random) => 1.8 * random.uniform() - 0.9);
/** Between 1.2 and 3. */
export const above = sampled((random) => 1.2 + 1.8 * random.uniform());

/** Normal, but no nearer than 0.05 to any kink. */
export const away =
  (...kinks: number[]) =>
  (...dims: number[]): Input =>
    sampled((random) => {
      for (;;) {
        const value = 1.5 * random.normal();
        if (kinks.every((kink) => Math.abs(value - kink) > 0.05)) return value;
      }
    })(...dims);

/** Values that are all at least 0.1 apart, in random order. */
export const distinct =
  (...dims: number[]): Input =>
  (random) => {
    const size = sizeOf(dims);
    const values = random.shuffle(Array.from({ length: size }, (_, i) => 0.1 * (i - size / 2) + 0.013));
    return { kind: "fed", value: float32(values, dims) };
  };

/** A fed tensor of booleans. */
export const bools =
  (...dims: number[]): Input =>
  (random) => ({
    kind: "fed",
    value: { type: "bool", data: Uint8Array.from({ length: sizeOf(dims) }, () => random.integer(2)), dims },
  });

export const ints64 =
  (values: readonly number[], dims?: readonly number[]): Input =>
  () => ({ kind: "constant", constant: intConstant(values, dims) });
export const floats =
  (values: readonly number[], dims?: readonly number[]): Input =>
  () => ({ kind: "constant", constant: floatConstant(values, dims) });
/** Given values that are fed. */
export const fed =
  (values: readonly number[], dims: readonly number[] = [values.length]): Input =>
  () => ({ kind: "fed", value: float32(values, dims) });
/** Indices that are fed: their values are not known when the graph is differentiated. */
export const fedInts =
  (values: readonly number[], dims: readonly number[] = [values.length]): Input =>
  () => ({ kind: "fed", value: { type: "int64", data: BigInt64Array.from(values, BigInt), dims } });
/** Random constants, as the weights of a layer are. */
export const weights =
  (...dims: number[]): Input =>
  (random) => ({
    kind: "constant",
    constant: floatConstant(
      Array.from({ length: sizeOf(dims) }, () => 0.5 * random.normal()),
      dims,
    ),
  });
export const absent: Input = () => ({ kind: "absent" });
