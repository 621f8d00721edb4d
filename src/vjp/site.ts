import { CfalignError } from "../base/errors.ts";
import type { GraphBuilder } from "../onnx/build.ts";
import { int, ints } from "../onnx/build.ts";
import type { Attributes, DataType, Node } from "../onnx/graph.ts";
import type { EmittedOperator } from "./emitted-shapes.ts";
import type { Emitter, Stated } from "./emitter.ts";
import type { Facts } from "./facts.ts";
import type { Operator } from "./operators.ts";

/** A value by name, or a number that becomes a scalar constant of the node's type. */
export type Operand = string | number;

const ELEMENT_TYPE: Partial<Record<DataType, number>> = {
  float32: 1,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  bfloat16: 16,
};

/** What a site asks the walk for. @internal */
export interface Walk {
  readonly facts: Facts;
  readonly builder: GraphBuilder;
  readonly emitter: Emitter;
  /** The name of an output of the node, which is given to it where it has none. */
  output(index: number): string;
  cotangent(index: number): string | undefined;
  producer(value: string): Node | undefined;
  passesOn(value: string): boolean;
}

/**
 * Where a rule is applied: the node with its facts, and the operators that a rule may emit.
 *
 * Emitting methods return the name of the new value. Nothing here knows a derivative. @internal
 */
export class Site {
  constructor(
    readonly node: Node,
    private readonly walk: Walk,
  ) {}

  // The node.

  /** The first input. */
  get x(): string {
    return this.input(0);
  }

  /** The first output. */
  get y(): string {
    return this.output(0);
  }

  /** An input that must be there. */
  input(index: number): string {
    const name = this.node.inputs[index];
    if (name === undefined || name === "") throw this.error(`input ${index} is missing`);
    return name;
  }

  /** Whether an optional input is given. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? "") !== "";
  }

  /** An output; an optional one that nobody asked for before is added to the node. */
  output(index: number): string {
    return this.walk.output(index);
  }

  /** The cotangent of an output, or undefined where nothing depends on it. */
  ct(index: number): string | undefined {
    return this.walk.cotangent(index);
  }

  /** The node of the original graph that makes a value; undefined for inputs and constants. */
  producer(value: string): Node | undefined {
    return this.walk.producer(value);
  }

  /** The node that was emitted for a value; undefined for values of the original graph and constants. */
  maker(value: string): Node | undefined {
    return this.walk.emitter.maker(value);
  }

  /** Whether what arrives at a value is only handed on to what it was computed from: it is on the path and nobody asked for its own gradient. */
  passesOn(value: string): boolean {
    return this.walk.passesOn(value);
  }

  /** Shape of a value of the original graph, or of one that was emitted. */
  shape(value: string): readonly number[] {
    return this.walk.emitter.shape(value);
  }

  /** Element type of a value of the original graph. */
  type(value: string): DataType {
    return this.walk.facts.type(value);
  }

  /** Contents of an input that must not depend on the data, such as axes or pads; undefined where it is absent. */
  values(index: number): readonly number[] | undefined {
    if (!this.has(index)) return undefined;
    const name = this.input(index);
    const values = this.walk.facts.values(name);
    if (values === undefined)
      throw this.error(`input ${index} "${name}" depends on the data; its gradient needs a fixed value`);
    return values;
  }

  /** Like `values`, but undefined where the contents are not known. */
  knownValues(index: number): readonly number[] | undefined {
    return this.has(index) ? this.walk.facts.values(this.input(index)) : undefined;
  }

  int(name: string, fallback: number): number {
    const attribute = this.node.attributes[name];
    return attribute?.kind === "int" ? attribute.value : fallback;
  }

  float(name: string, fallback: number): number {
    const attribute = this.node.attributes[name];
    return attribute?.kind === "float" ? attribute.value : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    const attribute = this.node.attributes[name];
    return attribute?.kind === "ints" ? attribute.value : undefined;
  }

  string(name: string, fallback: string): string {
    const attribute = this.node.attributes[name];
    return attribute?.kind === "string" ? attribute.value : fallback;
  }

  /** An error that names the node. */
  error(message: string): CfalignError {
    const name = this.node.name || this.node.outputs[0] || "";
    return new CfalignError("input", `node "${name}" (${this.node.op}): ${message}`, { where: name });
  }

  // What a rule emits.

  emit(op: EmittedOperator, inputs: readonly Operand[], attributes: Attributes = {}): string {
    const operands = inputs.map((input) => this.operand(input));
    return this.walk.emitter.emit(op, operands, attributes);
  }

  /** Emits a node whose operands do not tell its shape, so that the rule states it. */
  emitStated(op: Operator, inputs: readonly Operand[], stated: Stated): string {
    const operands = inputs.map((input) => this.operand(input));
    return this.walk.emitter.emitStated(op, operands, stated);
  }

  /** An int64 constant. */
  intConstant(values: readonly number[], dims?: readonly number[]): string {
    return this.walk.builder.int(values, dims);
  }

  /** A floating-point constant of the node's type. */
  constant(values: readonly number[], dims: readonly number[]): string {
    const type = this.type(this.node.outputs[0] ?? "");
    const name = this.walk.builder.float(values, dims);
    return type === "float32" ? name : this.cast(name, type);
  }

  /** A float32 constant, for inputs such as scales that always have that type. */
  float32(values: readonly number[]): string {
    return this.walk.builder.float(values);
  }

  private operand(operand: Operand): string {
    return typeof operand === "string" ? operand : this.constant([operand], []);
  }

  add = (a: Operand, b: Operand): string => this.emit("Add", [a, b]);
  sub = (a: Operand, b: Operand): string => this.emit("Sub", [a, b]);
  mul = (a: Operand, b: Operand): string => this.emit("Mul", [a, b]);
  div = (a: Operand, b: Operand): string => this.emit("Div", [a, b]);
  pow = (a: Operand, b: Operand): string => this.emit("Pow", [a, b]);
  min = (a: Operand, b: Operand): string => this.emit("Min", [a, b]);
  neg = (a: Operand): string => this.emit("Neg", [a]);
  exp = (a: Operand): string => this.emit("Exp", [a]);
  log = (a: Operand): string => this.emit("Log", [a]);
  sqrt = (a: Operand): string => this.emit("Sqrt", [a]);
  abs = (a: Operand): string => this.emit("Abs", [a]);
  sign = (a: Operand): string => this.emit("Sign", [a]);
  sin = (a: Operand): string => this.emit("Sin", [a]);
  cos = (a: Operand): string => this.emit("Cos", [a]);
  tanh = (a: Operand): string => this.emit("Tanh", [a]);
  sigmoid = (a: Operand): string => this.emit("Sigmoid", [a]);
  matmul = (a: Operand, b: Operand): string => this.emit("MatMul", [a, b]);
  square = (a: string): string => this.emit("Mul", [a, a]);
  greater = (a: Operand, b: Operand): string => this.emit("Greater", [a, b]);
  less = (a: Operand, b: Operand): string => this.emit("Less", [a, b]);
  equal = (a: Operand, b: Operand): string => this.emit("Equal", [a, b]);
  and = (a: string, b: string): string => this.emit("And", [a, b]);
  where = (condition: string, a: Operand, b: Operand): string => this.emit("Where", [condition, a, b]);

  cast(a: string, type: DataType): string {
    const to = ELEMENT_TYPE[type];
    if (to === undefined) throw this.error(`no gradient through values of type ${type}`);
    return this.emit("Cast", [a], { to: int(to) });
  }

  /** 1 where the condition holds, else 0, in the node's type. */
  indicator(condition: string): string {
    return this.cast(condition, this.type(this.node.outputs[0] ?? ""));
  }

  reshape(a: string, dims: readonly number[]): string {
    // A size of 0 would mean "copy" without allowzero.
    return this.emit("Reshape", [a, this.intConstant(dims)], dims.includes(0) ? { allowzero: int(1) } : {});
  }

  transpose(a: string, perm: readonly number[]): string {
    return perm.every((axis, index) => axis === index) ? a : this.emit("Transpose", [a], { perm: ints(perm) });
  }

  expand(a: string, dims: readonly number[]): string {
    return this.emit("Expand", [a, this.intConstant(dims)]);
  }

  /** Sum over axes that stay as size 1. */
  sum(a: string, axes: readonly number[]): string {
    return axes.length === 0 ? a : this.emit("ReduceSum", [a, this.intConstant(axes)], { keepdims: int(1) });
  }

  /** Mean over axes that stay as size 1. */
  mean(a: string, axes: readonly number[]): string {
    return axes.length === 0 ? a : this.emit("ReduceMean", [a, this.intConstant(axes)], { keepdims: int(1) });
  }

  /** Pads with zeros; negative amounts crop. */
  pad(a: string, begin: readonly number[], end: readonly number[]): string {
    if ([...begin, ...end].every((amount) => amount === 0)) return a;
    return this.emit("Pad", [a, this.intConstant([...begin, ...end])]);
  }

  slice(a: string, axis: number, [start, end, step = 1]: readonly [start: number, end: number, step?: number]): string {
    return this.emit("Slice", [a, ...[start, end, axis, step].map((value) => this.intConstant([value]))]);
  }

  /** The other way round along an axis. */
  reverse(a: string, axis: number): string {
    return this.slice(a, axis, [-1, Number.MIN_SAFE_INTEGER, -1]);
  }

  concat(parts: readonly string[], axis: number): string {
    return parts.length === 1 ? (parts[0] as string) : this.emit("Concat", parts, { axis: int(axis) });
  }

  /** A block of zeros in the node's type. */
  zeros(dims: readonly number[]): string {
    return this.expand(this.constant([0], []), dims);
  }
}
