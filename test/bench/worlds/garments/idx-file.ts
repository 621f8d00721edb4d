import { gzipSync } from "node:zlib";

/** The bytes of an IDX file. */
export function idxFile(dims: readonly number[], data: readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  dims.forEach((dim, axis) => {
    header.writeUInt32BE(dim, 4 + 4 * axis);
  });
  return Buffer.concat([header, Buffer.from(data)]);
}

/** A folder's files of a tiny Fashion-MNIST: garment i is of class i mod 10, a bar whose place and brightness tell it from others. */
export function tinyWardrobe(count: number): Readonly<Record<string, Uint8Array>> {
  const pixels = Array.from({ length: count }, (_, garment) =>
    Array.from({ length: 28 * 28 }, (_, pixel) => (Math.floor(pixel / 28) === 4 + (garment % 20) ? 100 + garment : 0)),
  ).flat();
  const kinds = Array.from({ length: count }, (_, garment) => garment % 10);
  return {
    "train-images-idx3-ubyte.gz": gzipSync(idxFile([count, 28, 28], pixels)),
    "train-labels-idx1-ubyte.gz": gzipSync(idxFile([count], kinds)),
  };
}
