import type { Graph, Node } from "./graph.ts";

/** The operator set of every graph inside cfalign. */
export const OPSET = 21;

/**
 * The operator set that a graph is written with. Its operators mean the same in opset 18 where `needsMore` is false of all; onnxruntime then
 * averages pools by its fast kernel, which from opset 19 on it does only in its blocked layout: five times the time of a pool
 * behind an activation, a fifth of a small network's. Without such a pool there is nothing to gain.
 */
export function writtenOpset({ nodes }: Graph): number {
  const own = nodes.filter(({ domain }) => domain === "");
  return own.some(({ op }) => op === "AveragePool") && !own.some(needsMore) ? 18 : OPSET;
}

/** Operators that opset 18 lacks, knows in another form, or knows for fewer types; whatever holds graphs, which may hold such operators. */
const younger: ReadonlySet<string> = new Set([
  ...["AffineGrid", "DFT", "DeformConv", "DequantizeLinear", "Equal", "Gelu", "GridSample", "GroupNormalization"],
  ...["If", "ImageDecoder", "IsInf", "IsNaN", "Loop", "QuantizeLinear", "ReduceMax", "ReduceMin"],
  ...["QLinearMatMul", "RegexFullMatch", "Scan", "SequenceMap", "StringConcat", "StringSplit"],
]);

function needsMore({ op, attributes }: Node): boolean {
  const said = (name: string): unknown => attributes[name]?.value;
  switch (op) {
    case "AveragePool":
      return said("dilations") !== undefined;
    case "Cast":
    case "CastLike":
      // Element types from 17 on are younger.
      return said("saturate") !== undefined || Number(said("to") ?? 0) >= 17;
    case "Pad":
      return said("mode") === "wrap";
    case "Resize":
      return said("coordinate_transformation_mode") === "half_pixel_symmetric";
    default:
      return younger.has(op);
  }
}
