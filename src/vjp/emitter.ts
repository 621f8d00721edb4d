import type { GraphBuilder } from "../onnx/build.ts";
import { valuesOf } from "../onnx/data-type.ts";
import type { Attributes, Node } from "../onnx/graph.ts";
import { type EmittedOperator, emittedShapes } from "./emitted-shapes.ts";
import type { Facts } from "./facts.ts";
import type { Operator } from "./operators.ts";

/** What the shape of a node's outputs is where its operands do not tell. */
export interface Stated {
  readonly dims: readonly number[];
  readonly attributes?: Attributes;
  /** Which output is wanted. Default: the first. */
  readonly output?: number;
}

/** The gradient's graph while it is written, with the shape of every value in it. */
export class Emitter {
  private readonly shapes = new Map<string, readonly number[]>();
  private readonly makers = new Map<string, Node>();

  /** `given`: shapes of values that are neither in the graph nor emitted: the cotangents that come from outside. */
  constructor(
    private readonly builder: GraphBuilder,
    private readonly facts: Facts,
    given: Iterable<readonly [string, readonly number[]]>,
  ) {
    for (const [name, dims] of given) this.shapes.set(name, dims);
  }

  /** Adds a node and returns the name of what it gives. Errors: for operands that the operator does not take. */
  emit(op: EmittedOperator, inputs: readonly string[], attributes: Attributes = {}): string {
    const dims = emittedShapes[op]({
      count: inputs.length,
      attributes,
      shape: (index) => this.shape(inputs[index] as string),
      values: (index) => this.values(inputs[index] as string),
    });
    return this.emitStated(op, inputs, { dims, attributes });
  }

  /** Adds a node whose shape depends on more than its operands. */
  emitStated(op: Operator, inputs: readonly string[], { dims, attributes = {}, output = 0 }: Stated): string {
    const outputs = this.builder.addMany(op, inputs, attributes, output + 1);
    const node = this.builder.nodes.at(-1) as Node;
    for (const name of outputs) {
      this.shapes.set(name, dims);
      this.makers.set(name, node);
    }
    return outputs[output] as string;
  }

  /** Shape of a value of the original graph, of a constant, or of what was emitted. */
  shape(value: string): readonly number[] {
    return this.shapes.get(value) ?? this.builder.initializers.get(value)?.dims ?? this.facts.shape(value);
  }

  /** The node that gives a value; undefined for what was not emitted. */
  maker(value: string): Node | undefined {
    return this.makers.get(value);
  }

  private values(value: string): readonly number[] {
    const constant = this.builder.initializers.get(value);
    const values = constant === undefined ? this.facts.values(value) : valuesOf(constant);
    if (values === undefined) throw new Error(`what "${value}" holds is not known`);
    return values;
  }
}
