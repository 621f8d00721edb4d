import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { sizeOf } from "../../src/base/tensor.ts";
import { differentiable } from "../../src/engine/public-vjp.ts";

const folder = join(import.meta.dirname, "fixtures");
const numbers = z.array(z.number());
const record = z.object({ dims: numbers, outputDims: numbers, output: numbers, gradient: numbers });

/** Largest difference, relative to the largest expected number. */
function worst(found: Float32Array, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] as number)))) / scale;
}

test.each(["classifier", "decoder"].flatMap((name) => [11, 13, 17, 20].map((opset) => [name, opset] as const)))(
  "a %s that PyTorch exported in opset %i has PyTorch's output and gradient",
  async (name, opset) => {
    const expected = record.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")));
    const filled = (dims: readonly number[], of: (i: number) => number) => ({
      data: Float32Array.from({ length: sizeOf(dims) }, (_, i) => of(i)),
      dims,
    });
    const model = await differentiable(join(folder, `${name}-${opset}.onnx`));
    const { output, gradient } = await model.vjp(
      filled(expected.dims, Math.sin),
      filled(expected.outputDims, Math.cos),
    );
    await model.dispose();
    expect(worst(output.data, expected.output)).toBeLessThan(1e-5);
    expect(worst(gradient.data, expected.gradient)).toBeLessThan(1e-5);
  },
);
