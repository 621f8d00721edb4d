import { sizeOf } from "../base/tensor.ts";
import type { Attribute, Attributes, Constant, Graph, Node, ValueInfo } from "./graph.ts";

/** Attributes of whole numbers. Throws RangeError for others. */
export const int = (value: number): Attribute => ({ kind: "int", value: checkedWhole(value) });
export const ints = (value: readonly number[]): Attribute => ({ kind: "ints", value: value.map(checkedWhole) });
export const float = (value: number): Attribute => ({ kind: "float", value });
export const floats = (value: readonly number[]): Attribute => ({ kind: "floats", value });
export const string = (value: string): Attribute => ({ kind: "string", value });

function checkedWhole(value: number): number {
  if (!Number.isInteger(value)) throw new RangeError(`${value} is no whole number`);
  return value;
}

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** A whole number as int64. Bounds such as Slice's "to the end" are INT64_MAX, which a double rounds up by one. */
export function int64(value: number): bigint {
  const exact = BigInt(value);
  return exact > INT64_MAX ? INT64_MAX : exact < INT64_MIN ? INT64_MIN : exact;
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A float32 constant. */
export function floatConstant(values: ArrayLike<number>, dims: readonly number[] = [values.length]): Constant {
  return constantOf("float32", Float32Array.from(values), dims);
}

/** An int64 constant, as shapes, axes and indices are. */
export function intConstant(values: readonly number[], dims: readonly number[] = [values.length]): Constant {
  return constantOf("int64", BigInt64Array.from(values, int64), dims);
}

function constantOf(type: "float32" | "int64", array: Float32Array | BigInt64Array, dims: readonly number[]): Constant {
  if (array.length !== sizeOf(dims)) throw new RangeError(`${array.length} values do not fill [${dims.join(", ")}]`);
  return { type, dims, data: { kind: "inline", bytes: bytesOf(array) } };
}

/** Accumulates nodes and initializers; names are fresh and deterministic (`Op_0`, `Op_1`, …, with the builder's prefix). */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, Constant>();
  private readonly taken: Set<string>;
  private readonly shared = new Map<string, string>();
  private counter = 0;

  /** `reserved`: names that must not be given again, such as those of the graph that is being extended. */
  constructor(
    private readonly prefix = "",
    reserved: Iterable<string> = [],
  ) {
    this.taken = new Set(reserved);
  }

  /** A name nobody has. */
  fresh(stem: string): string {
    for (;;) {
      const name = `${this.prefix}${stem}_${this.counter++}`;
      if (!this.taken.has(name)) {
        this.taken.add(name);
        return name;
      }
    }
  }

  /** Adds a node of the standard domain with one output and returns the name of that output. */
  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.addMany(op, inputs, attributes, 1)[0] as string;
  }

  /** Adds a node with `count` outputs and returns their names. */
  addMany(op: string, inputs: readonly string[], attributes: Attributes, count: number): string[] {
    const outputs = Array.from({ length: count }, () => this.fresh(op));
    this.nodes.push({ name: this.fresh(`${op}_node`), op, domain: "", inputs, outputs, attributes });
    return outputs;
  }

  /** Adds a float32 initializer; small equal ones are shared. */
  float(values: number | readonly number[], dims?: readonly number[]): string {
    return typeof values === "number"
      ? this.constant(floatConstant([values], dims ?? []))
      : this.constant(floatConstant(values, dims));
  }

  /** Adds an int64 initializer; small equal ones are shared. */
  int(values: number | readonly number[], dims?: readonly number[]): string {
    return typeof values === "number"
      ? this.constant(intConstant([values], dims ?? []))
      : this.constant(intConstant(values, dims));
  }

  /** Adds an initializer and returns its name. */
  constant(constant: Constant): string {
    const small = constant.data.kind === "inline" && constant.data.bytes.byteLength <= 256;
    const key = small
      ? `${constant.type}[${constant.dims}]:${(constant.data as { bytes: Uint8Array }).bytes}`
      : undefined;
    const known = key === undefined ? undefined : this.shared.get(key);
    if (known !== undefined) return known;
    const name = this.fresh("const");
    this.initializers.set(name, constant);
    if (key !== undefined) this.shared.set(key, name);
    return name;
  }

  /** The finished graph. */
  graph(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): Graph {
    return { name, inputs, outputs, nodes: this.nodes, initializers: this.initializers };
  }
}
