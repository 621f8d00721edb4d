import { platform } from "#platform";
import { sizeOf } from "../base/tensor.ts";
import { GraphBuilder, ints } from "../onnx/build.ts";
import { writeModel } from "../onnx/write.ts";
import type { SessionOptions } from "../platform/platform.ts";
import type { Cost } from "./cost.ts";

/** How fast this machine is, by two small graphs in onnxruntime. */
export interface Speed {
  /** Multiply–adds per second of a 3×3 convolution from 64 to 64 channels at 56 × 56. */
  readonly macsPerSecond: number;
  /** Bytes read and written per second by additions of two tensors of 8 MB. */
  readonly bytesPerSecond: number;
}

/** A pass's time on a machine: the model is that arithmetic and memory traffic follow each other. */
export function secondsOf({ macs, movedBytes }: Cost, { macsPerSecond, bytesPerSecond }: Speed): number {
  return macs / macsPerSecond + movedBytes / bytesPerSecond;
}

/** Seconds per probe; the fastest run counts, as the first ones are slow and others may be disturbed. */
const PATIENCE = 0.1;

/** Additions of a probe. */
const ADDITIONS = 4;

/** Measures the machine; takes a quarter of a second. */
export async function measureSpeed(options: Pick<SessionOptions, "threads"> = {}): Promise<Speed> {
  const image = [1, 64, 56, 56];
  const b = new GraphBuilder();
  const conv = b.add("Conv", ["x", b.float(new Array(64 * 64 * 9).fill(0.01), [64, 64, 3, 3])], {
    pads: ints([1, 1, 1, 1]),
  });
  const large = [2 * 1024 * 1024];
  const a = new GraphBuilder();
  let sum = "x";
  for (let i = 0; i < ADDITIONS; i++) sum = a.add("Add", [sum, "x"]);
  // A large output would be given new memory in every run, which takes longer than the addition.
  const first = a.add("Slice", [sum, a.int([0]), a.int([1])]);
  return {
    macsPerSecond: (sizeOf(image) * 64 * 9) / (await fastest(b, { dims: image, output: conv }, options)),
    bytesPerSecond: (sizeOf(large) * 4 * 3 * ADDITIONS) / (await fastest(a, { dims: large, output: first }, options)),
  };
}

async function fastest(
  builder: GraphBuilder,
  { dims, output }: { readonly dims: readonly number[]; readonly output: string },
  options: SessionOptions,
): Promise<number> {
  const info = (name: string) => ({ name, type: "float32" as const, dims });
  const session = await platform.createSession(
    writeModel(builder.graph("probe", [info("x")], [info(output)])),
    options,
  );
  try {
    const x = { ...info("x"), data: new Float32Array(sizeOf(dims)).fill(0.5) };
    let best = Number.POSITIVE_INFINITY;
    const end = performance.now() + 1000 * PATIENCE;
    while (performance.now() < end || best === Number.POSITIVE_INFINITY) {
      const start = performance.now();
      await session.run({ x });
      best = Math.min(best, (performance.now() - start) / 1000);
    }
    return best;
  } finally {
    await session.dispose();
  }
}
