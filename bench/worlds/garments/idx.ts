import { platform } from "#platform";
import { CfalignError } from "../../../src/base/errors.ts";

/** An IDX file of bytes, the format of MNIST and its successors. */
export interface Idx {
  readonly dims: readonly number[];
  /** Row-major. */
  readonly data: Uint8Array;
}

/** Reads an IDX file of unsigned bytes, gzipped or not. Errors: CfalignError("input") for what is none, or is cut off. */
export async function readIdx(path: string): Promise<Idx> {
  const packed = await platform.files.read(path);
  const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? await unzipped(packed, path) : packed;
  const refuse = (expected: string, got: string) =>
    new CfalignError("input", `${path}: expected ${expected}, got ${got}`, { where: path });
  const rank = bytes[3] ?? 0;
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 8 || rank === 0 || bytes.length < 4 + 4 * rank) {
    const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw refuse("an IDX file of bytes, which begins 00 00 08", `"${start}"`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const dims = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const data = bytes.subarray(4 + 4 * rank);
  const size = dims.reduce((product, dim) => product * dim, 1);
  if (data.length !== size) throw refuse(`${size} bytes of ${dims.join(" × ")}`, `${data.length}`);
  return { dims, data };
}

async function unzipped(packed: Uint8Array, path: string): Promise<Uint8Array> {
  try {
    const stream = new Blob([new Uint8Array(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw new CfalignError("input", `${path}: expected a whole gzip file, got one that cannot be unpacked`, {
      where: path,
      cause,
    });
  }
}
