import type { GraphBuilder } from "./build.ts";
import { int, ints, string } from "./build.ts";
import type { Constant, Node } from "./graph.ts";
import { numberOf, refuse, type Upgrader } from "./upgrading.ts";

/** What is packed: rows of blocks, each of so many numbers of so many bits. */
interface Packing {
  readonly bits: number;
  readonly block: number;
  readonly rows: number;
  readonly blocks: number;
}

/**
 * MatMulNBits, A·Bᵀ with B [N, K] packed in blocks along K, as standard operators on bytes: numbers are shifted out of them, made wide by the scales of their blocks, and
 * multiplied. Weights stay packed in the file; onnxruntime unpacks them once, as it folds constants.
 */
export const expandFewBits: Upgrader = (node, { builder: b, constant }) => {
  const [a = "", packed = "", scales = "", zeros = "", order = "", bias = ""] = node.inputs;
  const [K, N, block] = [numberIn(node, "K"), numberIn(node, "N"), numberIn(node, "block_size")];
  const bits = numberOf(node.attributes.bits) ?? 4;
  if (![1, 2, 4, 8].includes(bits)) refuse(node, `expected bits of 1, 2, 4 or 8, got ${bits}`);
  if (order !== "") refuse(node, "blocks in another order (g_idx) are not supported");
  const packing = { bits, block, rows: N, blocks: Math.ceil(K / block) };
  const { blocks } = packing;
  const values = unpacked(b, packed, { ...packing, width: blocks * block });
  const zero =
    zeros === "" ? halfway(b, packing) : zeroPoints(b, zeros, { node, packing, type: constant(zeros)?.type });
  const wide = b.add("DequantizeLinear", [values, b.add("Reshape", [scales, b.int([N, blocks])]), zero], {
    ...{ axis: int(1), block_size: int(block) },
  });
  const own = blocks * block === K ? wide : b.add("Slice", [wide, b.int([0]), b.int([K]), b.int([1])]);
  const product = b.add("MatMul", [a, b.add("Transpose", [own], { perm: ints([1, 0]) })]);
  const whole = { ...node, domain: "", outputs: node.outputs.slice(0, 1), attributes: {} };
  return bias === ""
    ? { ...whole, op: "Identity", inputs: [product] }
    : { ...whole, op: "Add", inputs: [product, bias] };
};

function numberIn(node: Node, name: string): number {
  return numberOf(node.attributes[name]) ?? refuse(node, `expected an attribute "${name}", got none`);
}

/** Bytes as [rows, width] numbers of fewer bits, the lowest first. */
function unpacked(
  b: GraphBuilder,
  packed: string,
  { bits, rows, width }: Pick<Packing, "bits" | "rows"> & { readonly width: number },
): string {
  if (bits === 8) return b.add("Reshape", [packed, b.int([rows, width])]);
  const each = 8 / bits;
  const bytes = Math.ceil(width / each);
  const shifts = Array.from({ length: each }, (_, place) => place * bits);
  const shifted = b.add("BitShift", [b.add("Reshape", [packed, b.int([rows, bytes, 1])]), bytesOf(b, shifts)], {
    direction: string("RIGHT"),
  });
  const all = b.add("Reshape", [
    b.add("BitwiseAnd", [shifted, bytesOf(b, [2 ** bits - 1])]),
    b.int([rows, bytes * each]),
  ]);
  return bytes * each === width ? all : b.add("Slice", [all, b.int([0]), b.int([width]), b.int([1])]);
}

/** The middle of what the bits can say, for every block. */
function halfway(b: GraphBuilder, { bits, rows, blocks }: Packing): string {
  return bytesOf(b, new Array<number>(rows * blocks).fill(2 ** (bits - 1)), [rows, blocks]);
}

function zeroPoints(
  b: GraphBuilder,
  zeros: string,
  {
    node,
    packing,
    type,
  }: { readonly node: Node; readonly packing: Packing; readonly type: Constant["type"] | undefined },
): string {
  if (type !== "uint8") refuse(node, `zero points of ${type ?? "values that are computed"} are not supported`);
  return unpacked(b, zeros, { ...packing, width: packing.blocks });
}

function bytesOf(b: GraphBuilder, values: readonly number[], dims: readonly number[] = [values.length]): string {
  return b.constant({ type: "uint8", dims, data: { kind: "inline", bytes: Uint8Array.from(values) } });
}
