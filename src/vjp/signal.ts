import { normalAxis, sizeOf } from "../base/tensor.ts";
import { ints } from "../onnx/build.ts";
import { identityMatrix } from "./along-axis.ts";
import type { Rule, Rules } from "./rule.ts";

// Linear along one axis and the last one (real and imaginary parts): its matrix is the node's own transform of the unit vectors.
const dft: Rule = (ct, at) => {
  const [from, to] = [at.shape(at.x), at.shape(at.y)];
  const rank = from.length;
  const axis = normalAxis(at.values(2)?.[0] ?? -2, rank);
  const [n, parts, count] = [from[axis]!, from[rank - 1]!, sizeOf(from) / (from[axis]! * from[rank - 1]!)];
  const unit = at.reshape(identityMatrix(at, n * parts), [n * parts, n, parts]);
  const transformed = at.emitStated("DFT", [unit, at.node.inputs[1] ?? "", at.intConstant([1], [])], {
    dims: [n * parts, to[axis]!, to[rank - 1]!],
    attributes: at.node.attributes,
  });
  const matrix = at.reshape(transformed, [n * parts, to[axis]! * to[rank - 1]!]);
  // The axis goes beside the last one and back.
  const others = from.map((_, d) => d).filter((d) => d !== axis && d !== rank - 1);
  const perm = [...others, axis, rank - 1];
  const rows = at.reshape(at.transpose(ct, perm), [count, to[axis]! * to[rank - 1]!]);
  const pulled = at.matmul(rows, at.transpose(matrix, [1, 0]));
  const moved = at.reshape(
    pulled,
    perm.map((d) => from[d]!),
  );
  return at.transpose(
    moved,
    perm.map((_, d) => perm.indexOf(d)),
  );
};

// Each frame is a windowed transform of its samples; where frames overlap their cotangents add up.
const stft: Rule = (ct, at) => {
  const [batch, length, parts] = at.shape(at.x) as [number, number, number];
  const [, frames, bins] = at.shape(at.y) as [number, number, number, number];
  const step = at.values(1)?.[0] as number;
  const size = at.has(3) ? (at.values(3)?.[0] as number) : (at.shape(at.input(2))[0] as number);
  const unit = identityMatrix(at, size * parts);
  const single = [at.reshape(unit, [size * parts, size, parts]), ...at.node.inputs.slice(1)];
  const matrix = at.reshape(
    at.emitStated("STFT", single, { dims: [size * parts, 1, bins, 2], attributes: at.node.attributes }),
    [size * parts, bins * 2],
  );
  const samples = at.matmul(at.reshape(ct, [batch, frames, bins * 2]), at.transpose(matrix, [1, 0]));
  const place = at.transpose(at.reshape(unit, [size * parts, size, parts]), [0, 2, 1]);
  const added = at.emit("ConvTranspose", [at.transpose(samples, [0, 2, 1]), place], {
    kernel_shape: ints([size]),
    strides: ints([step]),
  });
  const rest = length - ((frames - 1) * step + size);
  return at.transpose(at.pad(added, [0, 0, 0], [0, 0, rest]), [0, 2, 1]);
};

/** Fourier transforms. */
export const signal = {
  DFT: [dft, null, null],
  STFT: [stft, null, undefined, null],
} satisfies Record<string, Rules>;
