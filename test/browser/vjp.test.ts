import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { differentiable } from "../../src/engine/public-vjp.ts";
import { floatConstant, GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { connect } from "../report/chromium.ts";
import { BrowserPage, bundle, PATIENCE_MS } from "./page.ts";

const random = createRandom("browser");
const normal = (count: number) => Float32Array.from({ length: count }, () => random.normal());

/** Conv, Relu, Gemm with weights over 1 KB: [1, 3, 8, 8] → [1, 4]. */
function net(): Uint8Array {
  const b = new GraphBuilder();
  const conv = b.add("Conv", ["x", b.constant(floatConstant(normal(12 * 27), [12, 3, 3, 3]))], {
    pads: ints([1, 1, 1, 1]),
  });
  const flat = b.add("Flatten", [b.add("Relu", [conv])]);
  const y = b.add("MatMul", [flat, b.constant(floatConstant(normal(768 * 4), [768, 4]))]);
  return writeModel(
    b.graph(
      "net",
      [{ name: "x", type: "float32", dims: ["n", 3, 8, 8] }],
      [{ name: y, type: "float32", dims: ["n", 4] }],
    ),
  );
}

/** x² in a shape that nothing but a run tells: [2, 3] → [2, 3]. */
function reshaped(): Uint8Array {
  const b = new GraphBuilder();
  const shape = b.add("Cast", [b.add("Shape", ["x"])], { to: int(1) });
  const again = b.add("Cast", [b.add("Floor", [shape])], { to: int(7) });
  const y = b.add("Reshape", [b.add("Mul", ["x", "x"]), again]);
  const info = (name: string, dims: readonly string[]) => ({ name, type: "float32" as const, dims });
  return writeModel(b.graph("reshaped", [info("x", ["n", "m"])], [info(y, ["n", "m"])]));
}

describe("cfalign/vjp in Chromium", { timeout: PATIENCE_MS }, () => {
  const bytes = net();
  let opened: BrowserPage;
  let inputs: string[] = [];

  beforeAll(async () => {
    const { code, metafile } = await bundle("src/engine/public-vjp.ts");
    inputs = Object.keys(metafile.inputs);
    opened = await BrowserPage.open(code, await connect(inject("browser")), { "/net.onnx": bytes });
  }, 2 * PATIENCE_MS);
  afterAll(() => opened?.close());

  test("the bundle holds nothing that is for Node only", () => {
    expect(inputs.filter((path) => /onnxruntime-node|sharp|duckdb|platform\/node/.test(path))).toEqual([]);
  });

  test.each(["url", "bytes"])("output and gradient are those of Node (model by %s)", async (by) => {
    const [x, ct] = [normal(192), normal(4)];
    const model = await differentiable(bytes);
    const expected = await model.vjp({ data: x, dims: [1, 3, 8, 8] }, { data: ct, dims: [1, 4] });
    await model.dispose();
    const found = await opened.page.evaluate(
      async ({ by, x, ct, bytes }) => {
        const { cfalign } = globalThis as unknown as { cfalign: { differentiable: typeof differentiable } };
        const model = await cfalign.differentiable(by === "url" ? "/net.onnx" : Uint8Array.from(bytes));
        const input = { data: Float32Array.from(x), dims: [1, 3, 8, 8] };
        const { output, gradient } = await model.vjp(input, { data: Float32Array.from(ct), dims: [1, 4] });
        await model.dispose();
        return { output: [...output.data], gradient: [...gradient.data], dims: gradient.dims };
      },
      { by, x: [...x], ct: [...ct], bytes: [...bytes] },
    );
    expect(found.dims).toEqual([1, 3, 8, 8]);
    found.output.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.output.data[i] as number, 4);
    });
    found.gradient.forEach((value, i) => {
      expect(value).toBeCloseTo(expected.gradient.data[i] as number, 4);
    });
    expect(opened.errors).toEqual([]);
  });

  test("a shape that is told by a run alone is no obstacle: the gradient of a square is twice the input", async () => {
    const gradient = await opened.page.evaluate(
      async (bytes) => {
        const { cfalign } = globalThis as unknown as { cfalign: { differentiable: typeof differentiable } };
        const model = await cfalign.differentiable(Uint8Array.from(bytes));
        const dims = [2, 3];
        const ones = { data: new Float32Array(6).fill(1), dims };
        const { gradient } = await model.vjp({ data: Float32Array.from([1, 2, 3, 4, 5, 6]), dims }, ones);
        await model.dispose();
        return [...gradient.data];
      },
      [...reshaped()],
    );
    expect(gradient).toEqual([2, 4, 6, 8, 10, 12]);
  });

  test("a missing model is named in the message", async () => {
    const message = await opened.page.evaluate(async () => {
      const { cfalign } = globalThis as unknown as { cfalign: { differentiable: typeof differentiable } };
      return cfalign.differentiable("/nothing.onnx").catch((error: Error) => error.message);
    });
    expect(message).toBe('cannot read "/nothing.onnx": the server says 404');
  });
});
