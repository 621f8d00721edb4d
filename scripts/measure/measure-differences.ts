/**
 * How well central differences in the latent of the built-in world (128 numbers) point where the gradient does, by their step: of a file that is differentiable, and of its int8 copy, which is not.
 * Writes the table of docs/suite.md. Usage: node --conditions=source --import tsx scripts/measure/measure-differences.ts [PICTURES]
 */
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { platform } from "#platform";
import { stack } from "../../src/base/tensor.ts";
import { listImages } from "../../src/images/list-images.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { latentDifferences } from "../../src/models/latent-differences.ts";
import { readImage } from "../../src/models/read-image.ts";
import type { ClassifierModel } from "../../src/models/types.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { int8Copy } from "../../test/suite/int8-copy.ts";
import { drawnFaces } from "../../test/world/built-in-world.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const steps = [0.4, 0.8, 1.2, 1.6, 2];
const { files } = platform;
const root = files.packageFolder();
const folder = join(root, ".tmp/differences");
const zoo = join(root, "zoo/cartoon-faces/models");
const [count = 16] = process.argv.slice(2).map(Number);

await files.makeDirectory(folder);
const own = join(zoo, "smiling-eyeglasses-95");
const { sha256: _, ...manifest } = JSON.parse(await readFile(join(own, "model.json"), "utf8"));
await writeFile(join(folder, "int8.onnx"), int8Copy(await readFile(join(own, manifest.file))));
await writeFile(join(folder, "int8.json"), JSON.stringify({ ...manifest, name: "int8", file: "int8.onnx" }));
const [autoencoder, exact] = [join(zoo, "autoencoder"), own].map((path) => relative(folder, join(path, "model.json")));
await writeFile(join(folder, "cfalign.json"), JSON.stringify({ autoencoder, classifiers: [exact, "int8.json"] }));
const workspace = await openWorkspace(join(folder, "cfalign.json"));
const faces = await drawnFaces({ count, seed: 3, out: join(folder, "faces") });
const { rows } = await listImages(faces, 1, undefined, new AbortController().signal);
const pictures = rows.map(async ({ image }) =>
  fitImage(await readImage(join(faces, image)), workspace.autoencoder.image),
);
const latents = await workspace.autoencoder.encode(stack(await Promise.all(pictures)));
const [pixels = 0, numbers = 0] = latents.dims;
const cotangents = { data: new Float32Array(pixels).fill(1), dims: [pixels, 1] };
const [whole, rounded] = workspace.classifiers("all").map(({ terms }) => terms[0]?.model as ClassifierModel);
const { gradients } = await workspace.autoencoder.gradients(whole as ClassifierModel, latents, cotangents);

function cosines(other: Float32Array): number[] {
  const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  return Array.from({ length: pixels }, (_, row) => {
    const [a, b] = [gradients.data, other].map((data) => data.subarray(row * numbers, (row + 1) * numbers)) as [
      Float32Array,
      Float32Array,
    ];
    return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
  }).sort((a, b) => a - b);
}

/** Median and least of the cosines, of both files, by step. */
const found: { readonly step: number; readonly cosines: readonly (readonly [number, number])[] }[] = [];
for (const step of steps) {
  const said: (readonly [number, number])[] = [];
  for (const model of [whole, rounded] as ClassifierModel[]) {
    const { gradients } = await latentDifferences(
      { autoencoder: workspace.autoencoder, model, step },
      latents,
      cotangents,
    );
    const sorted = cosines(gradients.data);
    said.push([sorted[Math.floor(pixels / 2)] as number, sorted[0] as number]);
  }
  found.push({ step, cosines: said });
}
await workspace.dispose();
const taken = found.find(({ step }) => step === 1.6)?.cosines ?? [];
const said = taken.map(([median, least]) => `${median.toFixed(3)} (${least.toFixed(3)})`);
await writeMarked(
  "docs/suite.md",
  "differences",
  `With steps of 1.6 numbers of the latent the cosine with the exact gradient is ${said[0]} in float32 and ${said[1]} in int8, median (least) of ${pixels} pictures. Other steps: [suite-differences.csv](data/suite-differences.csv).`,
);
await writeAppendix("docs/data/suite-differences.csv", [
  ["step", "float32: median", "least", "int8: median", "least"],
  ...found.map(({ step, cosines }) => [step, ...cosines.flat().map((value) => value.toFixed(3))]),
]);
