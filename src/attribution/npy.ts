import type { Tensor } from "../base/tensor.ts";

/** A tensor as a NumPy file (format 1.0, little-endian float32, C order): `numpy.load` reads it. */
export function npy({ data, dims }: Tensor): Uint8Array {
  const shape = `(${dims.join(", ")}${dims.length === 1 ? "," : ""})`;
  const start = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  // The header ends in a newline at a multiple of 64 bytes: 10 come before its text.
  const length = Math.ceil((10 + start.length + 1) / 64) * 64;
  const header = `${start.padEnd(length - 11)}\n`;
  const bytes = new Uint8Array(length + 4 * data.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  data.forEach((value, i) => {
    view.setFloat32(length + 4 * i, value, true);
  });
  return bytes;
}
