import type { Constant } from "../../../src/onnx/graph.ts";
import { away, floats, type Input, inside, normal, type Row, smooth } from "../row.ts";

/** Fine enough that differences over many steps are the slope of the way through the middle of them. */
const fine = 1e-4;

const zeros = (values: readonly number[], dims: readonly number[] = []): Input => {
  const bytes = new Uint8Array(Uint16Array.from(values).buffer);
  const constant: Constant = { type: "uint16", dims, data: { kind: "inline", bytes } };
  return () => ({ kind: "constant", constant });
};
const middle = 32768;

/** A value made narrow and wide again (`singleNode` adds the other half): both rules at once, since a value that stays narrow has no gradient. */
export const quantization: readonly Row[] = ["QuantizeLinear", "DequantizeLinear"].flatMap((op) => [
  smooth(op, "one scale", [normal(3, 4), floats([fine], []), zeros([middle])]),
  smooth(op, "one scale in a list", [normal(3, 4), floats([fine]), zeros([middle], [1])]),
  smooth(op, "what is clipped has none", [away(-0.65536, 0.65534)(4, 5), floats([fine / 5], []), zeros([middle])]),
  smooth(op, "not the same below as above", [away(-1, 5.5535)(4, 5), floats([fine], []), zeros([10_000])]),
  smooth(op, "a scale for each place on an axis", [
    inside(2, 3, 2),
    floats([0.5 * fine, 0.6 * fine, 0.7 * fine]),
    zeros([middle, middle, middle], [3]),
  ]),
  smooth(
    op,
    "an axis from the end",
    [inside(8, 3), floats([0.35 * fine, 0.4 * fine, 0.3 * fine]), zeros([middle, middle + 9, middle], [3])],
    { attributes: { axis: -1 } },
  ),
]);
