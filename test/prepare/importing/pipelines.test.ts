import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, StringStringEntryProtoSchema } from "onnx-buf";
import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { openClassifier } from "../../../src/models/classifier-model.ts";
import { classifierManifestSchema } from "../../../src/models/manifest.ts";
import { read } from "../../../src/models/prediction.ts";
import { readImage } from "../../../src/models/read-image.ts";
import { GraphBuilder, int } from "../../../src/onnx/build.ts";
import { writeModel } from "../../../src/onnx/write.ts";
import { importModel } from "../../../src/prepare/importing/import-model.ts";

/** What exporters' own preprocessing gives a model for one oblong picture, see zoo/fixtures/preprocessing.py. */
interface Pipeline {
  readonly name: string;
  /** Files that the exporter writes beside the model. */
  readonly files: Readonly<Record<string, object>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** [3, height, width] */
  readonly dims: readonly [number, number, number];
  /** float32, deflated, base64. */
  readonly values: string;
}

const fixture = (name: string): string => fileURLToPath(new URL(`../../models/fixtures/${name}`, import.meta.url));
const pipelines = JSON.parse(await readFile(fixture("pipelines.json"), "utf8")) as readonly Pipeline[];
const classes = 3;

/** A linear classifier over all values of its input, as the exporter of the pipeline would leave it. */
function linear({ dims, metadata }: Pipeline, weights: readonly number[]): Uint8Array {
  const b = new GraphBuilder("", ["x"]);
  const flat = b.add("Flatten", ["x"], { axis: int(1) });
  const y = b.add("MatMul", [flat, b.float(weights, [weights.length / classes, classes])]);
  const graph = b.graph(
    "linear",
    [{ name: "x", type: "float32", dims: ["n", ...dims] }],
    [{ name: y, type: "float32", dims: ["n", classes] }],
  );
  const model = fromBinary(ModelProtoSchema, writeModel(graph));
  model.metadataProps = Object.entries(metadata).map(([key, value]) =>
    create(StringStringEntryProtoSchema, { key, value }),
  );
  return toBinary(ModelProtoSchema, model);
}

test.each(pipelines.map((pipeline) => [pipeline.name, pipeline] as const))(
  "an imported %s predicts on an oblong picture what its exporter's preprocessing makes it predict",
  async (name, pipeline) => {
    const bytes = inflateSync(Buffer.from(pipeline.values, "base64"));
    const values = new Float32Array(new Uint8Array(bytes).buffer);
    const random = createRandom(name);
    const weights = Array.from({ length: classes * values.length }, () => random.normal() / 20);
    const folder = await mkdtemp(join(tmpdir(), "cfalign-pipeline-"));
    for (const [file, content] of Object.entries(pipeline.files)) {
      await writeFile(join(folder, file), JSON.stringify(content));
    }
    await writeFile(join(folder, "model.onnx"), linear(pipeline, weights));
    const { manifest: path } = await importModel(folder);
    const manifest = classifierManifestSchema.parse(JSON.parse(await readFile(path, "utf8")));
    const picture = await readImage(fixture("turned.png"));
    const [, , height, width] = picture.dims as [number, number, number, number];
    const model = await openClassifier(path, manifest, { channels: 3, height, width }, { threads: 1 });
    const { data } = await model.logits(picture);
    await model.dispose();
    await rm(folder, { recursive: true });
    const logits = Array.from({ length: classes }, (_, target) =>
      values.reduce((sum, value, i) => sum + value * (weights[classes * i + target] as number), 0),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    logits.forEach((logit, target) => {
      const term = { coefficient: 1, model, target, name: manifest.targets[target] as string };
      const { prediction } = read({ name: term.name, terms: [term] }, () => data);
      expect(Math.abs(prediction - Math.exp(logit) / total)).toBeLessThan(1e-4);
      expect(Math.abs((data[target] as number) - logit)).toBeLessThan(1e-4 * Math.max(1, Math.abs(logit)));
    });
  },
);
