import { sizeOf } from "../base/tensor.ts";
import type { Site } from "./site.ts";

/**
 * Pulls a cotangent back through a linear map along one axis: `matrix` [in, out] holds the map's images of the unit
 * vectors as rows. ct [.., out, ..] → [.., in, ..].
 */
export function pullBack(
  at: Site,
  ct: string,
  { axis, matrix }: { readonly axis: number; readonly matrix: string },
): string {
  const dims = at.shape(ct);
  const before = sizeOf(dims.slice(0, axis));
  const after = sizeOf(dims.slice(axis + 1));
  const length = dims[axis] as number;
  const result = dims.with(axis, at.shape(matrix)[0] as number);
  if (after === 1) {
    const rows = at.matmul(at.reshape(ct, [before, length]), at.transpose(matrix, [1, 0]));
    return at.reshape(rows, result);
  }
  return at.reshape(at.matmul(matrix, at.reshape(ct, [before, length, after])), result);
}

/** The n unit vectors as rows [n, n], made in the graph so that they take no room in the file. */
export function identityMatrix(at: Site, size: number): string {
  const eye = at.emit("EyeLike", [at.zeros([size, size])]);
  return eye;
}
