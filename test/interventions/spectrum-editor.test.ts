import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { openCosineTransform } from "../../src/interventions/cosine-transform.ts";
import { intervene } from "../../src/interventions/intervene.ts";
import type { FeaturePictures } from "../../src/interventions/keep-pictures.ts";
import type { Picture } from "../../src/interventions/move.ts";
import { spectrumOf } from "../../src/interventions/spectrum.ts";
import { spectrumEditor } from "../../src/interventions/spectrum-editor.ts";
import { type OpenClassifier, openClassifier } from "../../src/models/classifier-model.ts";
import type { Classifier } from "../../src/models/types.ts";
import { GraphBuilder } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";

const frame = { channels: 1, height: 16, width: 12 } as const;
const [height, width] = [frame.height, frame.width];

let folder: string;
const open: OpenClassifier[] = [];

/** sigmoid(weights · [mean squared difference of neighbours, mean] + bias), in a file of its own. */
async function reader(target: string, [fine, mean]: readonly [number, number], bias: number): Promise<Classifier> {
  const builder = new GraphBuilder("", ["x", "y"]);
  const difference = builder.add("Conv", ["x", builder.float([-1, 1], [1, 1, 1, 2])]);
  const over = builder.int([1, 2, 3]);
  const energy = builder.add("ReduceMean", [builder.add("Mul", [difference, difference]), over]);
  const parts = [builder.add("Mul", [energy, builder.float(fine)])];
  parts.push(builder.add("Mul", [builder.add("ReduceMean", ["x", over]), builder.float(mean)]), builder.float(bias));
  const sum = builder.add("Add", [builder.add("Add", parts.slice(0, 2)), parts[2] as string]);
  builder.nodes.push({
    ...{ name: "flat", op: "Flatten", domain: "", inputs: [sum], outputs: ["y"], attributes: {} },
  });
  const of = (name: string, dims: readonly (number | undefined)[]) => ({ name, type: "float32" as const, dims });
  const graph = builder.graph("reader", [of("x", [undefined, 1, height, width])], [of("y", [undefined, 1])]);
  await writeFile(join(folder, `${target}.onnx`), writeModel(graph));
  const model = await openClassifier(
    join(folder, `${target}.json`),
    {
      ...{ kind: "classifier", name: target, file: `${target}.onnx`, targets: [target] },
      input: { ...frame, range: [0, 1], resize: "bilinear" },
      output: { activation: "sigmoid" },
    },
    frame,
  );
  open.push(model);
  return { name: target, terms: [{ coefficient: 1, model, target: 0, name: target }] };
}

/** Pictures whose grain, of random signs, is four times as strong where they have it, and which are dark or bright whether they do or not. */
function pictures(): Picture[] {
  const { uniform } = createRandom("grain");
  return Array.from({ length: 120 }, (_, index) => {
    const grain = index % 2;
    const grey = uniform() < 0.5 ? 0.4 : 0.6;
    const data = Float32Array.from({ length: height * width }, () => grey + (grain ? 0.2 : 0.05) * (uniform() - 0.5));
    const pixels: Tensor = { data, dims: [1, 1, height, width] };
    return { image: `${index}.png`, pixels, labels: { grain, bright: grey > 0.5 ? 1 : 0 } };
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cfalign-spectrum-"));
});
afterAll(async () => {
  for (const model of open) await model.dispose();
  await rm(folder, { recursive: true });
});

test("takes out and puts in what only frequencies tell, and moves nothing else", async () => {
  // Differences of neighbours: 2·0.2²/12 = 0.0067 on average with grain, 0.0004 without.
  const grain = await reader("grain", [2000, 0], -6);
  const biased = await reader("biased", [800, 0], -3);
  const bright = await reader("bright", [0, 60], -30);
  const all = pictures();
  const kept: FeaturePictures[] = [];
  const byName = new Map(all.map((picture) => [picture.image, picture]));

  const { rows } = await intervene(
    {
      async *all() {
        yield all;
      },
      some: async (images) => images.map((image) => byName.get(image) as Picture),
    },
    {
      features: [
        { name: "grain", witness: grain, editors: [] },
        { name: "bright", witness: bright, editors: [] },
      ],
      classifiers: [grain, biased, bright],
      pictures: 20,
      keep: { edits: 2, take: async (each) => void kept.push(each) },
    },
  );

  const spectrum = rows.filter(({ editor }) => editor === "spectrum");
  // Brightness has a pattern, which its witness confirms: nothing else is tried.
  expect(new Set(spectrum.map(({ feature }) => feature))).toEqual(new Set(["grain"]));
  expect(kept.map(({ feature, editor }) => `${feature} ${editor}`)).toEqual([
    ...["grain pattern", "bright pattern", "grain spectrum"],
  ]);
  for (const [side, sign] of [["remove", 1] as const, ["add", -1] as const]) {
    const own = spectrum.filter((row) => row.side === side);
    expect(own).toHaveLength(20);
    for (const { before, after } of own) {
      const fall = (name: string): number => sign * ((before[name] as number) - (after[name] as number));
      expect(fall("grain")).toBeGreaterThan(0.8);
      expect(fall("biased")).toBeGreaterThan(0.5);
      expect(Math.abs(fall("bright"))).toBeLessThan(0.01);
    }
  }
});

test("shows nobody what its witness does not see go or come", async () => {
  // It reads brightness: no frequency tells it.
  const grain = await reader("grain", [0, 60], -30);
  const all = pictures().map((picture, index) => ({ ...picture, labels: { grain: index % 2 } }));
  const { rows } = await intervene(
    {
      async *all() {
        yield all;
      },
      some: async (images) => all.filter(({ image }) => images.includes(image)),
    },
    { features: [{ name: "grain", witness: grain, editors: [] }], classifiers: [grain], pictures: 20 },
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(new Set(rows.map(({ editor }) => editor))).toEqual(new Set(["pattern"]));
});

test("leads no ring beyond pictures of the other side, and none the other way", async () => {
  const [picture] = pictures();
  const { pixels } = picture as Picture;
  const cosines = await openCosineTransform(pixels.dims);
  const spectrum = async (some: Tensor) => spectrumOf((await cosines.coefficients([some]))[0] as Tensor);
  const now = await spectrum(pixels);
  const by = (value: number): Tensor => ({ data: now.data.map((power) => power + value), dims: now.dims });
  const adds = { data: now.data.map((_, ring) => (ring % 2 ? 0.2 : 0.001)), dims: now.dims };
  const edited = async (lacking: { readonly low: Tensor; readonly high: Tensor }) => {
    const editor = spectrumEditor(cosines, () => ({ adds, lacking, having: { low: by(-9), high: by(9) } }));
    const move = { picture: picture as Picture, side: "remove", range: { having: 1, lacking: 0 } } as const;
    const [after] = await editor.edited([
      { move: { ...move, feature: { name: "grain", witness: {} as Classifier, editors: [] } }, length: 1 },
    ]);
    return (await spectrum(after as Tensor)).data.map((power, ring) => power - (now.data[ring] as number));
  };
  const filled = [...now.data.keys()].filter((ring) => (now.data[ring] as number) > -15);
  expect(filled.length).toBeGreaterThan(10);
  const [bounded, beyond] = [await edited({ low: by(-0.1), high: by(9) }), await edited({ low: by(0.5), high: by(9) })];
  for (const ring of filled) {
    expect(bounded[ring]).toBeCloseTo(ring % 2 ? -0.1 : -0.001, 2);
    expect(beyond[ring]).toBeCloseTo(0, 2);
  }
  await cosines.dispose();
});
