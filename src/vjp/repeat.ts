import { string } from "../onnx/build.ts";
import type { Site } from "./site.ts";

/** Repeats every element `factors[d]` times along spatial axis d: [n, c, …size] → [n, c, …size·factors]. */
export function repeat(at: Site, value: string, factors: readonly number[]): string {
  const scales = [1, 1, ...factors];
  return at.emitStated("Resize", [value, "", at.float32(scales)], {
    dims: at.shape(value).map((size, axis) => size * scales[axis]!),
    attributes: {
      mode: string("nearest"),
      coordinate_transformation_mode: string("asymmetric"),
      nearest_mode: string("floor"),
    },
  });
}
