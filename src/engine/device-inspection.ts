import { z } from "zod";
import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import type { DataType } from "../onnx/graph.ts";
import { type Device, devices } from "../options/device.ts";
import type { RanOperator, TypedTensor } from "../platform/platform.ts";
import { disagreement } from "./agreement.ts";
import { constantTensor } from "./constant-tensor.ts";
import type { Model } from "./model.ts";
import { openOn } from "./open-session.ts";
import { reasonOf } from "./placement.ts";

/** How a model does on a device. */
export const deviceInspection = z.strictObject({
  device: z.enum(devices),
  /** Why it would fall back to the CPU; null where one batch, forward and back, gave there what it gives on the CPU. */
  problem: z.string().nullable(),
  /** Operators that onnxruntime ran on the CPU all the same, after its optimisation; also those that it wants there, such as of shapes. */
  onCpu: z
    .array(z.strictObject({ op: z.string(), count: z.number().int(), pass: z.enum(["forward", "gradient"]) }))
    .readonly(),
});
/** How a model does on a device. */
export type DeviceInspection = Readonly<z.infer<typeof deviceInspection>>;

/** What is tried: graphs whose inputs have sizes. */
export type Passes = readonly { readonly pass: "forward" | "gradient"; readonly model: Model }[];

/** Runs passes once on a device and on the CPU. */
export async function inspectOn(device: Device, passes: Passes): Promise<DeviceInspection> {
  const onCpu: DeviceInspection["onCpu"][number][] = [];
  let problem: string | undefined;
  for (const { pass, model } of passes) {
    const ran: RanOperator[] = [];
    try {
      const found = await runOnce(model, { device, onProfile: (all) => ran.push(...all) });
      const difference = disagreement(await runOnce(model, {}), found);
      problem ??= difference && `the ${pass} pass: ${difference}`;
    } catch (error) {
      if (!(error instanceof CfalignError) || error.code === "internal") throw error;
      problem ??= `the ${pass} pass: ${reasonOf(error)}`;
    }
    const counts = new Map<string, number>();
    for (const { op, provider } of ran) {
      if (provider === "CPUExecutionProvider") counts.set(op, (counts.get(op) ?? 0) + 1);
    }
    for (const [op, count] of counts) onCpu.push({ op, count, pass });
  }
  return { device, problem: problem ?? null, onCpu };
}

async function runOnce(model: Model, options: Parameters<typeof openOn>[1]): Promise<Record<string, TypedTensor>> {
  const session = await openOn(model, options);
  try {
    const feeds = model.graph.inputs.map(({ name, type, dims }) => [name, values(type, dims as readonly number[])]);
    return await session.run(Object.fromEntries(feeds));
  } finally {
    await session.dispose();
  }
}

/** Numbers from 0 to 1 for what is a picture or a cotangent, 0 for what may be an index. */
function values(type: DataType, dims: readonly number[]): TypedTensor {
  if (type !== "float32") return constantTensor(type, dims, 0);
  return { type, dims, data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => (i % 17) / 16) };
}
