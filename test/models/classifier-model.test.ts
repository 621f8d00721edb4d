import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { type OpenClassifier, openClassifier } from "../../src/models/classifier-model.ts";
import { classifierManifestSchema } from "../../src/models/manifest.ts";
import { createNames } from "../../src/models/names.ts";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";

const random = createRandom("classifier files");
const [height, width] = [2, 3];
const pixels = 3 * height * width;
const opened: { readonly folder: string; readonly model: OpenClassifier }[] = [];
afterEach(async () => {
  for (const { folder, model } of opened.splice(0)) {
    await model.dispose();
    await rm(folder, { recursive: true });
  }
});

/** A classifier file y = W·x over the flattened input of some shape, and what its manifest says beside. */
async function linear(
  fields: { readonly dims: readonly number[]; readonly input?: object; readonly activation?: string },
  targets: readonly (string | null)[],
  outputs = targets.length,
): Promise<{ readonly model: OpenClassifier; readonly weights: readonly (readonly number[])[] }> {
  const weights = Array.from({ length: outputs }, () => Array.from({ length: pixels }, () => random.normal()));
  const builder = new GraphBuilder("", ["x"]);
  const flat = builder.add("Flatten", ["x"], { axis: int(1) });
  const y = builder.add("Gemm", [flat, builder.float(weights.flat(), [outputs, pixels])], { transB: int(1) });
  const graph = builder.graph(
    "linear",
    [{ name: "x", type: "float32", dims: ["n", ...fields.dims] }],
    [{ name: y, type: "float32", dims: ["n", undefined] }],
  );
  const folder = await mkdtemp(join(tmpdir(), "cfalign-classifier-"));
  await writeFile(join(folder, "net.onnx"), writeModel(graph));
  const manifest = classifierManifestSchema.parse({
    kind: "classifier",
    name: "net",
    file: "net.onnx",
    input: { width, height, ...fields.input },
    output: { activation: fields.activation ?? "sigmoid" },
    targets,
  });
  const path = join(folder, "model.json");
  const model = await openClassifier(path, manifest, { channels: 3, height, width }, { threads: 1 });
  opened.push({ folder, model });
  return { model, weights };
}

/** Two images whose pixels are all different. */
const images: Tensor = {
  data: Float32Array.from({ length: 2 * pixels }, (_, i) => ((7 * i) % 37) / 37),
  dims: [2, 3, height, width],
};

/** Where a file that wants another order has channel c, row y, column x. */
const places = {
  "nchw rgb": (c: number, y: number, x: number) => (c * height + y) * width + x,
  "nchw bgr": (c: number, y: number, x: number) => ((2 - c) * height + y) * width + x,
  "nhwc rgb": (c: number, y: number, x: number) => (y * width + x) * 3 + c,
  "nhwc bgr": (c: number, y: number, x: number) => (y * width + x) * 3 + (2 - c),
} as const;

describe("a classifier file", () => {
  it.each(Object.keys(places) as (keyof typeof places)[])(
    "sees pixels, and gives gradients, in its order: %s",
    async (kind) => {
      const [layout, order] = kind.split(" ");
      const dims = layout === "nhwc" ? [height, width, 3] : [3, height, width];
      const { model, weights } = await linear({ dims, input: { layout, order } }, ["a", "b"]);
      const { data } = await model.logits(images);
      const { gradients } = await model.gradients(images, { data: Float32Array.from([1, 0, 0, 1]), dims: [2, 2] });
      for (const image of [0, 1]) {
        const sums = [0, 0];
        for (let i = 0; i < pixels; i++) {
          const [c, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
          const place = places[kind](c, y, x);
          const at = image * pixels + i;
          for (const t of [0, 1])
            sums[t] = (sums[t] as number) + (images.data[at] as number) * (weights[t]?.[place] as number);
          expect(gradients.data[at]).toBeCloseTo(weights[image]?.[place] as number, 5);
        }
        expect(data[2 * image]).toBeCloseTo(sums[0] as number, 4);
        expect(data[2 * image + 1]).toBeCloseTo(sums[1] as number, 4);
      }
    },
  );

  it("whose axes are in another order says which", async () => {
    await expect(linear({ dims: [height, width, 3] }, ["a"])).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(
        /model.json: input: expected channels × height × width as .*net.onnx states them \(\[n, 2, 3, 3\]\), got 3 × 2 × 3: give input.layout "nhwc" for "nchw"$/,
      ),
    });
    await expect(linear({ dims: [3, height, 4], input: { layout: "nhwc" } }, ["a"])).rejects.toMatchObject({
      message: expect.stringMatching(/expected height × width × channels as .* \(\[n, 3, 2, 4\]\), got 2 × 3 × 3$/),
    });
  });
});

describe("targets", () => {
  it("that are null are skipped, in outputs and gradients, and a name that repeats gets its place", async () => {
    const { model, weights } = await linear({ dims: [3, height, width] }, ["crane", null, "a, b", "crane"]);
    expect(model.targets).toEqual(["crane-0", "a, b", "crane-3"]);
    const outputs = await model.logits(images);
    expect(outputs.dims).toEqual([2, 3]);
    const cotangents = { data: Float32Array.from([0, 1, 0, 0, 0, 1]), dims: [2, 3] };
    const result = await model.gradients(images, cotangents);
    expect(result.outputs.dims).toEqual([2, 3]);
    for (const image of [0, 1]) {
      [0, 2, 3].forEach((column, place) => {
        const pixelsOf = images.data.subarray(image * pixels, (image + 1) * pixels);
        const expected = pixelsOf.reduce((sum, value, i) => sum + value * (weights[column]?.[i] as number), 0);
        expect(outputs.data[3 * image + place]).toBeCloseTo(expected, 4);
        expect(result.outputs.data[3 * image + place]).toBeCloseTo(expected, 4);
      });
      weights[image === 0 ? 2 : 3]?.forEach((weight, i) => {
        expect(result.gradients.data[image * pixels + i]).toBeCloseTo(weight, 5);
      });
    }
    const names = createNames([model]);
    expect(names.list("'a, b', crane-3 - 0.5*'a, b'").map(({ name }) => name)).toEqual([
      "'a, b'",
      "crane-3 - 0.5*'a, b'",
    ]);
    for (const classifier of names.targets([model])) expect(names.list(classifier.name)).toEqual([classifier]);
  });

  it("are counted with the null ones", async () => {
    const { model } = await linear({ dims: [3, height, width] }, ["a", null, "b"], 4);
    await expect(model.logits(images)).rejects.toMatchObject({
      code: "input",
      message: expect.stringMatching(/targets: expected one name per output of the file \(4\), got 3$/),
    });
  });
});
