import { CfalignError } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import type { ValueInfo } from "../onnx/graph.ts";
import type { TypedTensor } from "../platform/platform.ts";

/** What a session gave for an output, which must be float32. */
export function floatTensor(name: string, tensor: TypedTensor | undefined): Tensor {
  if (tensor?.type !== "float32") {
    throw new CfalignError("input", `expected float32 for output "${name}", found ${tensor?.type}`, { where: name });
  }
  return { data: tensor.data as Float32Array, dims: tensor.dims };
}

/** A tensor with its type: float32 where it states none. */
export function typed(tensor: Tensor | TypedTensor): TypedTensor {
  return { type: "float32", ...tensor };
}

/** Refuses graph inputs and outputs that are stated to be anything but float32. */
export function requireFloat(infos: readonly ValueInfo[]): void {
  for (const { name, type } of infos) {
    if (type !== "float32" && type !== "other") {
      throw new CfalignError("input", `expected float32 for "${name}", found ${type}: convert the model to float32`, {
        where: name,
      });
    }
  }
}
