import { z } from "zod";
import type { ValueInfo } from "../onnx/graph.ts";

/** An input or output of a file, as it is told: a dimension is a size, a symbol, or null; absent where the rank is unknown. */
export const toldValue = z.strictObject({
  name: z.string(),
  type: z.string(),
  dims: z
    .array(z.union([z.number().int(), z.string(), z.null()]))
    .readonly()
    .optional(),
});

/** Inputs or outputs as they are told. */
export function toldValues(values: readonly ValueInfo[]): z.infer<typeof toldValue>[] {
  return values.map(({ name, type, dims }) => ({ name, type, dims: dims?.map((dim) => dim ?? null) }));
}
