import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { row, type Tensor } from "../../src/base/tensor.ts";
import { exportClassifier } from "../../src/models/composed-export.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import { attributes, biased, lines, mood } from "./linear-models.ts";
import { latentSize, linearWorld } from "./linear-world.ts";

const scaled = lines(
  "scaled",
  { height: { slope: [1, -1, 0.5, 0], intercept: 3 } },
  { activation: "none", scale: { low: 10, high: -10 } },
);

/** Predictions of a saved file in onnxruntime itself, without cfalign. */
async function plain(file: string, images: Tensor): Promise<number[]> {
  const session = await ort.InferenceSession.create(file);
  const feeds = { [session.inputNames[0] as string]: new ort.Tensor("float32", images.data, [...images.dims]) };
  const outputs = await session.run(feeds);
  expect(session.outputNames).toEqual(["prediction"]);
  return Array.from(outputs.prediction?.data as Float32Array);
}

async function composed(workspace: Workspace, expression: string, images: Tensor): Promise<number[]> {
  const classifier = workspace.classifier(expression);
  const outputs = await outputsOf(modelsOf([classifier]), images);
  return Array.from({ length: images.dims[0] as number }, (_, index) => read(classifier, outputs(index)).prediction);
}

function linearImages(world: { image(latent: readonly number[]): Tensor }, count: number): Tensor {
  const random = createRandom("exported images");
  const all = Array.from({ length: count }, () =>
    world.image(Array.from({ length: latentSize }, () => 0.6 * random.normal())),
  );
  return { data: Float32Array.from(all.flatMap(({ data }) => [...data])), dims: [count, 1, 2, 3] };
}

const largest = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - (b[index] as number))));

test("an exported sum predicts in plain onnxruntime what the expression predicts, whatever the heads", async () => {
  const world = await linearWorld([attributes, biased, mood, scaled]);
  await using workspace = await openWorkspace(world.path, { threads: 1 });
  const images = linearImages(world, 40);
  for (const expression of [
    "smiling-eyeglasses - 0.53*eyeglasses",
    "smiling - 0.5*eyeglasses + 0.25*beard",
    "happy - 0.75*smiling-eyeglasses",
    "scaled + 0.5*happy - 0.25*sad",
    "-0.5*smiling",
    "smiling",
  ]) {
    const out = await mkdtemp(join(tmpdir(), "cfalign-export-"));
    const options = { out, name: "exported", target: "t", image: workspace.autoencoder.image };
    const { file } = await exportClassifier(workspace.classifier(expression), options);
    const expected = await composed(workspace, expression, images);
    expect(largest(await plain(file, images), expected), expression).toBeLessThan(1e-6);
  }
});

test("the manifest opens in a workspace, and 0.5 is the threshold", async () => {
  const world = await linearWorld([attributes, biased]);
  const out = join(world.folder, "exported");
  const expression = "smiling-eyeglasses - 0.53*eyeglasses";
  const images = linearImages(world, 40);
  let expected: number[];
  {
    await using workspace = await openWorkspace(world.path, { threads: 1 });
    const options = { out, name: "repaired", target: "smile", image: workspace.autoencoder.image, threshold: 0.1 };
    await exportClassifier(workspace.classifier(expression), options);
    expected = await composed(workspace, expression, images);
  }
  const contents = JSON.parse(await readFile(world.path, "utf8"));
  const path = join(world.folder, "with-export.json");
  await writeFile(path, JSON.stringify({ ...contents, classifiers: [...contents.classifiers, "exported/model.json"] }));
  await using workspace = await openWorkspace(path, { threads: 1 });
  const own = await composed(workspace, "repaired", images);
  // Range of the sum: −0.53 to 1; around 0.1 that is −0.8 to 1.
  expect(
    largest(
      own,
      expected.map((value) => (value + 0.8) / 1.8),
    ),
  ).toBeLessThan(1e-6);
  expect(own.map((value) => value >= 0.5)).toEqual(expected.map((value) => value >= 0.1));
  // A base like any other: its direction points where the sum falls.
  const latents = await workspace.autoencoder.encode(images);
  const model = workspace.classifier("repaired").terms[0]?.model;
  const cotangents = { data: new Float32Array(40).fill(1), dims: [40, 1] };
  const { gradients } = await workspace.autoencoder.gradients(model as NonNullable<typeof model>, latents, cotangents);
  expect(row(gradients, 0).data.some((value) => value !== 0)).toBe(true);
});

test("files of different fixed batches cannot be one file", async () => {
  const world = await linearWorld([attributes, biased], { batch: 2 });
  await using workspace = await openWorkspace(world.path, { threads: 1 });
  const out = await mkdtemp(join(tmpdir(), "cfalign-export-"));
  const options = { out, name: "exported", target: "t", image: workspace.autoencoder.image };
  const classifier = workspace.classifier("smiling-eyeglasses - 0.5*eyeglasses");
  const images = linearImages(world, 2);
  const { file } = await exportClassifier(classifier, options);
  expect(largest(await plain(file, images), await composed(workspace, classifier.name, images))).toBeLessThan(1e-6);
  const [first, second] = classifier.terms;
  const other = second?.model as NonNullable<typeof second>["model"];
  const [input] = other.graph.graph.inputs;
  const graph = { ...other.graph.graph, inputs: [{ ...input, dims: [4, 1, 2, 3] } as NonNullable<typeof input>] };
  const clash = {
    name: classifier.name,
    terms: [first, { ...second, model: { ...other, graph: { ...other.graph, graph } } }] as typeof classifier.terms,
  };
  await expect(exportClassifier(clash, options)).rejects.toThrow(
    "expected terms that run at one batch size, got files exported for 2 and 4: export them with a free batch",
  );
});

test("a repaired classifier of the built-in world is one file, weights and all", async () => {
  await using workspace = await openWorkspace("cartoon-faces");
  const source = faceSource("exported faces");
  const images = await renderFaces(Array.from({ length: 12 }, (_, index) => source(index)));
  const out = await mkdtemp(join(tmpdir(), "cfalign-export-"));
  const expression = "smiling-lipstick-95 - 0.61*lipstick";
  const { file } = await exportClassifier(workspace.classifier(expression), {
    out,
    name: "smiling-lipstick-95-rectified",
    target: "smiling",
    image: workspace.autoencoder.image,
  });
  const expected = await composed(workspace, expression, images);
  expect(largest(await plain(file, images), expected)).toBeLessThan(1e-6);
}, 60_000);
