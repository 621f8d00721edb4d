import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from "onnx-buf";
import { addConstant, addWhole, fresh, producerOf, typeOf } from "./file-constants.ts";
import { AttributeProtoSchema, NodeProtoSchema } from "./wire-schema.ts";

/** weights · numbers + bias, times sigmoid(gate.weights · numbers + gate.bias) where there is a gate. */
export interface BranchTerm {
  readonly weights: ArrayLike<number>;
  readonly bias: number;
  readonly gate?: { readonly weights: ArrayLike<number>; readonly bias: number };
}

/** A number that is computed from a value inside of a file, and added to one column of a layer's output. */
export interface Branch {
  /** What it is added to: [n, columns], or a map [n, columns, h, w]. */
  readonly value: string;
  readonly map: boolean;
  readonly column: number;
  readonly columns: number;
  /** What it reads. */
  readonly from: string;
  /** In which form: so many numbers a picture, a map over whose places the mean is taken, or an own row of numbers for every column. */
  readonly form: "numbers" | "map" | "rows";
  readonly width: number;
  /** What is added is their sum; gates in all of them or in none. */
  readonly terms: readonly BranchTerm[];
  /** A constant of the layer, whose type everything here has: an output of its node, and its place among the inputs. */
  readonly like: { readonly output: string; readonly input: number };
}

/** Adds a branch to a graph, in place, by operators that every opset from 7 on has. Errors: CfalignError("input") for a value that is computed inside of a function. */
export function addBranch(model: ModelProto, graph: GraphProto, branch: Branch): void {
  const { value, map, column, columns, terms, like } = branch;
  const type = typeOf(graph, producerOf(graph, like.output).input[like.input] as string);
  const made: NodeProto[] = [];
  const stem = `${value}/rectified`;
  const add = (opType: string, input: string[], axis?: number): string => {
    const output = fresh(graph, `${stem}/${made.length}`);
    const attribute = axis === undefined ? [] : [wholeAttribute("axis", axis)];
    const node = create(NodeProtoSchema, { name: output, opType, input, output: [output], attribute });
    made.push(node);
    return output;
  };
  const constant = (values: number[], dims: number[]): string =>
    addConstant(model, graph, { stem, type, values: Float32Array.from(values), dims });
  const whole = (values: number[], dims = [values.length]): string => addWhole(model, graph, { stem, values, dims });
  /** [n, width] → [n, terms] */
  const linear = (numbers: string, rows: readonly Pick<BranchTerm, "weights" | "bias">[]): string => {
    const weights = Array.from({ length: branch.width }, (_, i) => rows.map((row) => row.weights[i] as number)).flat();
    const product = add("MatMul", [numbers, constant(weights, [branch.width, rows.length])]);
    return add("Add", [
      product,
      constant(
        rows.map(({ bias }) => bias),
        [rows.length],
      ),
    ]);
  };

  const numbers = add("Reshape", [formed(branch, { add, whole }), whole([-1, branch.width])]);
  const own = linear(numbers, terms);
  const gates = terms.flatMap(({ gate }) => (gate === undefined ? [] : [gate]));
  const gated = gates.length === 0 ? own : add("Mul", [own, add("Sigmoid", [linear(numbers, gates)])]);
  // Their sum in the column, and 0 in the others.
  const places = terms.flatMap(() => Array.from({ length: columns }, (_, k) => (k === column ? 1 : 0)));
  const placed = add("MatMul", [gated, constant(places, [terms.length, columns])]);

  const node = producerOf(graph, value);
  const before = fresh(graph, `${stem}/before`);
  const shape = map ? whole([-1, columns, 1, 1]) : add("Shape", [before]);
  const added = add("Reshape", [placed, shape]);
  node.output = node.output.map((name) => (name === value ? before : name));
  made.push(create(NodeProtoSchema, { name: `${before}/add`, opType: "Add", input: [before, added], output: [value] }));
  // After everything that it reads.
  const read = graph.node.findIndex(({ output }) => output.includes(branch.from));
  graph.node.splice(Math.max(graph.node.indexOf(node), read) + 1, 0, ...made);
}

/** What a branch reads, as so many numbers a picture. */
function formed(
  { from, form, column }: Branch,
  {
    add,
    whole,
  }: { add(op: string, input: string[], axis?: number): string; whole(values: number[], dims?: number[]): string },
): string {
  if (form === "map") return add("GlobalAveragePool", [from]);
  return form === "rows" ? add("Gather", [from, whole([column], [])], 1) : from;
}

function wholeAttribute(name: string, value: number) {
  return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
}
