/** A dense float32 array in row-major order; `data.length` is the product of `dims`. Images are [n, channels, height, width]. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/** Row `index` along the first axis as a view with a leading 1: [n, …] → [1, …]. */
export function row(tensor: Tensor, index: number): Tensor {
  const rest = tensor.dims.slice(1);
  const size = sizeOf(rest);
  return { data: tensor.data.subarray(index * size, (index + 1) * size), dims: [1, ...rest] };
}

/** All rows along the first axis, one by one, as views. */
export function rowsOf(tensor: Tensor): readonly Tensor[] {
  return Array.from({ length: tensor.dims[0] ?? 0 }, (_, index) => row(tensor, index));
}

/** Some arrays as one, one after the other. */
export function concatenated(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/** Concatenates tensors of equal trailing shape along the first axis. */
export function stack(tensors: readonly Tensor[]): Tensor {
  const first = tensors[0];
  if (first === undefined) throw new RangeError("stack needs at least one tensor");
  const rest = first.dims.slice(1);
  const data = concatenated(tensors.map((tensor) => tensor.data));
  return { data, dims: [data.length / Math.max(1, sizeOf(rest)), ...rest] };
}

/** The non-negative form of an axis. */
export function normalAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}
