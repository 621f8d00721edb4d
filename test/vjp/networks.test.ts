import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Tensor } from "../../src/base/tensor.ts";
import { differentiable } from "../../src/engine/differentiable.ts";

interface Encoded {
  readonly dims: readonly number[];
  readonly data: string;
}

const folder = new URL("./fixtures/", import.meta.url);
const records = JSON.parse(readFileSync(new URL("networks.json", folder), "utf8")) as {
  name: string;
  opsets: number[];
  input: Encoded;
  cotangent: Encoded;
  output: Encoded;
  gradient: Encoded;
}[];

function decode({ dims, data }: Encoded): Tensor {
  return { data: new Float32Array(Uint8Array.from(Buffer.from(data, "base64")).buffer), dims };
}

/** Largest difference, relative to the largest expected element. */
function difference(actual: Tensor, expected: Tensor): number {
  expect(actual.dims).toEqual(expected.dims);
  const scale = Math.max(...expected.data.map(Math.abs));
  return Math.max(...expected.data.map((value, i) => Math.abs(value - (actual.data[i] as number)))) / scale;
}

const cases = records.flatMap((record) =>
  record.opsets.map((opset) => ({ ...record, file: `${record.name}-${opset}.onnx` })),
);

describe("whole networks as PyTorch exports them", () => {
  test.each(cases)(
    "the gradient of $file is PyTorch's in float64",
    async ({ file, input, cotangent, output, gradient }) => {
      const model = await differentiable(new Uint8Array(readFileSync(new URL(file, folder))));
      try {
        const result = await model.vjp(decode(input), decode(cotangent));
        expect(difference(result.output, decode(output))).toBeLessThan(1e-5);
        expect(difference(result.gradient, decode(gradient))).toBeLessThan(2e-5);
      } finally {
        await model.dispose();
      }
    },
  );
});
