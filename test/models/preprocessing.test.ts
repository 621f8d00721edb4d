import { describe, expect, it } from "vitest";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { row, sizeOf, type Tensor } from "../../src/base/tensor.ts";
import { compileGraph, compileVjp } from "../../src/engine/compile.ts";
import { type InputSpec, inputSchema } from "../../src/models/manifest.ts";
import { bare } from "../../src/models/model-file.ts";
import { type ImageSize, inputDims, postprocessing, preprocessing } from "../../src/models/preprocessing.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { interpolations } from "../../src/platform/interpolation.ts";

function randomImages(seed: string, dims: readonly number[]): Tensor {
  const random = createRandom(seed);
  return { data: Float32Array.from({ length: sizeOf(dims) }, () => random.uniform()), dims };
}

async function runGraph(graph: Graph, input: string, tensor: Tensor): Promise<Tensor> {
  const runner = await compileGraph(bare(graph));
  const result = await runner.run({ [input]: tensor });
  await runner.dispose();
  return Object.values(result)[0] as Tensor;
}

function spec(fields: Partial<InputSpec> & Pick<InputSpec, "width" | "height">): InputSpec {
  return inputSchema.parse(fields);
}

function expectClose(actual: Tensor, expected: ArrayLike<number>): void {
  expect(actual.data.length).toBe(expected.length);
  const worst = Math.max(...Array.from(actual.data, (value, index) => Math.abs(value - (expected[index] as number))));
  expect(worst).toBeLessThan(2e-6);
}

describe("preprocessing", () => {
  const from: ImageSize = { channels: 3, height: 5, width: 7 };

  it("resizes as the platform resizes images, whether it shrinks or grows", async () => {
    const images = randomImages("resize", [2, 3, 5, 7]);
    for (const [height, width] of [
      [3, 4],
      [11, 9],
      [5, 3],
      [8, 7],
      [1, 1],
    ] as const) {
      const resized = await runGraph(preprocessing(spec({ height, width }), from, "y"), "image", images);
      expect(resized.dims).toEqual([2, 3, height, width]);
      for (const index of [0, 1]) {
        const expected = await platform.resizeImage(row(images, index), { width, height });
        expectClose(row(resized, index), expected.data);
      }
    }
  });

  it("takes the nearest pixel when told so", async () => {
    const images = randomImages("nearest", [1, 1, 2, 2]);
    const grown = preprocessing(
      spec({ height: 4, width: 4, channels: 1, resize: "nearest" }),
      { channels: 1, height: 2, width: 2 },
      "y",
    );
    const [a, b, c, d] = images.data;
    expectClose(
      await runGraph(grown, "image", images),
      [a, a, b, b, a, a, b, b, c, c, d, d, c, c, d, d].map((value) => value as number),
    );
  });

  it("keeps a cubic resize exact on a ramp away from the borders", async () => {
    const ramp = { data: Float32Array.from({ length: 12 }, (_, x) => x), dims: [1, 1, 1, 12] };
    const cubic = preprocessing(
      spec({ height: 1, width: 24, channels: 1, resize: "bicubic" }),
      { channels: 1, height: 1, width: 12 },
      "y",
    );
    const { data } = await runGraph(cubic, "image", ramp);
    for (let x = 4; x < 20; x++) expect(data[x]).toBeCloseTo((x + 0.5) / 2 - 0.5, 5);
  });

  it("maps [0, 1] to the range, then takes the mean off and divides by the deviation", async () => {
    const images = randomImages("normalise", [2, 3, 5, 7]);
    const input = spec({ height: 5, width: 7, range: [-1, 3], mean: [0.5, 0.25, -0.5], std: [2, 0.5, 1] });
    const { data } = await runGraph(preprocessing(input, from, "y"), "image", images);
    images.data.forEach((value, index) => {
      const channel = Math.floor(index / 35) % 3;
      const expected = (value * 4 - 1 - (input.mean?.[channel] as number)) / (input.std?.[channel] as number);
      expect(data[index]).toBeCloseTo(expected, 4);
    });
  });

  it("makes grey of colour by luma, and colour of grey by repetition", async () => {
    const colour = randomImages("colour", [1, 3, 5, 7]);
    const grey = await runGraph(preprocessing(spec({ height: 5, width: 7, channels: 1 }), from, "y"), "image", colour);
    const luma = Array.from(
      { length: 35 },
      (_, i) =>
        0.299 * (colour.data[i] as number) +
        0.587 * (colour.data[35 + i] as number) +
        0.114 * (colour.data[70 + i] as number),
    );
    expectClose(grey, luma);
    const back = preprocessing(spec({ height: 5, width: 7 }), { channels: 1, height: 5, width: 7 }, "y");
    expectClose(await runGraph(back, "image", grey), [...grey.data, ...grey.data, ...grey.data]);
  });

  it("has the gradient of a linear map: the adjoint identity holds", async () => {
    const input = spec({
      height: 3,
      width: 11,
      channels: 1,
      range: [-1, 1],
      mean: [0.1],
      std: [0.5],
      resize: "bicubic",
    });
    const graph = preprocessing(input, from, "y");
    const runner = await compileVjp(bare(graph), { wrt: ["image"] });
    const image = randomImages("adjoint", [1, 3, 5, 7]);
    const cotangent = randomImages("cotangent", [1, 1, 3, 11]);
    const { gradients } = await runner.run({ image }, { y: cotangent });
    await runner.dispose();
    const zero = { data: new Float32Array(105), dims: [1, 3, 5, 7] };
    const [at, atZero] = [await runGraph(graph, "image", image), await runGraph(graph, "image", zero)];
    const forward = at.data.reduce(
      (sum, y, i) => sum + (y - (atZero.data[i] as number)) * (cotangent.data[i] as number),
      0,
    );
    const backward = image.data.reduce((sum, x, i) => sum + x * (gradients.image?.data[i] as number), 0);
    expect(backward / forward).toBeCloseTo(1, 5);
  });
});

/** Framings, orders and layouts, one against another in every kernel. */
const variants = interpolations.flatMap((resize, k): Partial<InputSpec>[] => [
  { resize, fit: "cover", order: "bgr" },
  { resize, fit: "contain", layout: "nhwc", fill: [0.9, 0.5, 0.1], antialias: k % 2 === 0 },
  { resize, resizeTo: { width: 9, height: 4 }, layout: "nhwc", order: "bgr", overshoot: "cut" },
  { resize, fit: "cover", resizeTo: 3, fill: 0.25, antialias: false, overshoot: "cut" },
]);

describe("preprocessing of an oblong picture", () => {
  it.each(variants)(
    "has the gradient that differences have, and where it is cut one between both sides: %j",
    async (fields) => {
      const input = spec({ width: 6, height: 5, range: [-1, 2], mean: [0.1, 0.2, 0.3], std: [0.5, 1, 2], ...fields });
      const graph = preprocessing(input, { channels: 3, height: 4, width: 11 }, "y");
      const image = randomImages("oblong", [1, 3, 4, 11]);
      const cotangent = randomImages("cotangent", [1, ...inputDims(input)]);
      const runner = await compileVjp(bare(graph), { wrt: ["image"] }, { threads: 1 });
      const { outputs, gradients } = await runner.run({ image }, { y: cotangent });
      await runner.dispose();
      expect(outputs.y?.dims).toEqual(cotangent.dims);
      const step = 2e-3;
      const size = image.data.length;
      const rows = 2 * size + 1;
      const moved = Float32Array.from({ length: rows * size }, (_, i) => {
        const [at, pixel] = [Math.floor(i / size), i % size];
        return (image.data[pixel] as number) + (at >> 1 === pixel && at < 2 * size ? (at % 2 === 0 ? step : -step) : 0);
      });
      const seen = await runGraph(graph, "image", { data: moved, dims: [rows, 3, 4, 11] });
      const along = Array.from({ length: rows }, (_, index) =>
        row(seen, index).data.reduce((sum, y, i) => sum + y * (cotangent.data[i] as number), 0),
      );
      const here = along[2 * size] as number;
      const largest = Math.max(...(gradients.image?.data.map(Math.abs) ?? []));
      expect(largest).toBeGreaterThan(0.1);
      gradients.image?.data.forEach((found, pixel) => {
        const sides = [(along[2 * pixel] as number) - here, here - (along[2 * pixel + 1] as number)];
        const [low, high] = [Math.min(...sides) / step, Math.max(...sides) / step];
        expect(Math.max(low - found, found - high) / largest).toBeLessThan(2e-3);
      });
    },
  );

  it("gives channels and axes in the model's order, mean and std in that order, fill in red, green, blue", async () => {
    const image = { data: Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.5, 0.6]), dims: [1, 3, 1, 2] };
    const fields = { width: 2, height: 3, fit: "contain", fill: [0, 0.5, 1], mean: [1, 2, 3] } as const;
    const bgr = spec({ ...fields, mean: [...fields.mean], fill: [...fields.fill], order: "bgr" });
    const from = { channels: 3, height: 1, width: 2 } as const;
    const planes = [
      [1, 1, 0.5, 0.6, 1, 1].map((blue) => blue - 1),
      [0.5, 0.5, 0.3, 0.4, 0.5, 0.5].map((green) => green - 2),
      [0, 0, 0.1, 0.2, 0, 0].map((red) => red - 3),
    ];
    expectClose(await runGraph(preprocessing(bgr, from, "y"), "image", image), planes.flat());
    const nhwc = await runGraph(preprocessing({ ...bgr, layout: "nhwc" }, from, "y"), "image", image);
    expect(nhwc.dims).toEqual([1, 3, 2, 3]);
    expectClose(
      nhwc,
      Array.from({ length: 18 }, (_, i) => planes[i % 3]?.[Math.floor(i / 3)] as number),
    );
  });
});

describe("postprocessing", () => {
  const input = spec({ height: 2, width: 2, channels: 1, range: [-1, 1], mean: [0.25], std: [0.5] });

  it("undoes the numbers of the input", async () => {
    const image = randomImages("round trip", [3, 1, 2, 2]);
    const numbers = await runGraph(preprocessing(input, { channels: 1, height: 2, width: 2 }, "y"), "image", image);
    expectClose(await runGraph(postprocessing(input, true), "decoded", numbers), image.data);
  });

  it("undoes the order of channels and axes", async () => {
    const other = spec({ height: 2, width: 3, range: [-1, 1], mean: [0.25, 0, 1], order: "bgr", layout: "nhwc" });
    const image = randomImages("orders", [2, 3, 2, 3]);
    const numbers = await runGraph(preprocessing(other, { channels: 3, height: 2, width: 3 }, "y"), "image", image);
    const back = await runGraph(postprocessing(other, true), "decoded", numbers);
    expect(back.dims).toEqual(image.dims);
    expectClose(back, image.data);
  });

  it("clamps to [0, 1] unless told not to", async () => {
    const decoded = { data: Float32Array.from([-9, 9, -2.5, 1.5]), dims: [1, 1, 2, 2] };
    expectClose(await runGraph(postprocessing(input, true), "decoded", decoded), [0, 1, 0, 1]);
    expectClose(await runGraph(postprocessing(input, false), "decoded", decoded), [-1.625, 2.875, 0, 1]);
  });
});
