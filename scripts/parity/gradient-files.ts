/**
 * Writes gradient files of the test networks with inputs and the outputs that onnxruntime gives in Node, for
 * zoo/check_gradient_files.py. `node --conditions=source --import tsx scripts/parity/gradient-files.ts FOLDER`
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { type DifferentiateOptions, differentiate } from "../../src/engine/differentiate.ts";
import { gradientMethods } from "../../src/engine/gradient-graph.ts";
import { readModel } from "../../src/onnx/read.ts";

const root = join(import.meta.dirname, "../..");
const folder = process.argv[2] ?? "gradient-files";
const sources = [
  "engine/fixtures/classifier-11",
  "engine/fixtures/decoder-20",
  "vjp/fixtures/vision-20",
  "vjp/fixtures/dense-18",
  "vjp/fixtures/mobile-14",
];

mkdirSync(folder, { recursive: true });
const cases: unknown[] = [];
for (const source of sources) {
  const model = join(root, "test", `${source}.onnx`);
  const { inputs, outputs } = readModel(new Uint8Array(readFileSync(model))).graph;
  const wrt = inputs[0]?.name as string;
  const dims = (inputs[0]?.dims ?? []).map((dim, axis) => (typeof dim === "number" ? dim : axis === 0 ? 1 : 16));
  for (const method of gradientMethods) {
    for (const maxModelBytes of [1.9e9, 4000]) {
      const options: DifferentiateOptions = {
        method,
        wrt,
        output: outputs[0]?.name as string,
        shapes: { [wrt]: dims },
        maxModelBytes,
      };
      const name = `${basename(source)}-${method}${maxModelBytes < 1e9 ? "-beside" : ""}`;
      const file = await differentiate(model, join(folder, `${name}.onnx`), options);
      const random = createRandom(name);
      const feeds = Object.fromEntries(
        file.inputs.map((info) => {
          const shape = info.dims as readonly number[];
          return [
            info.name,
            {
              type: "float32" as const,
              dims: shape,
              data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal()),
            },
          ];
        }),
      );
      // As any program would run it: the file and, if it has one, the data file beside it.
      const session = await platform.createSession(new Uint8Array(readFileSync(file.path)), { externalFolder: folder });
      const results = await session.run(feeds);
      await session.dispose();
      const plain = (tensors: Readonly<Record<string, { data: unknown; dims: readonly number[] }>>) =>
        Object.fromEntries(
          Object.entries(tensors).map(([key, { data, dims }]) => [
            key,
            { dims, data: Array.from(data as Float32Array, Number) },
          ]),
        );
      cases.push({
        file: `${name}.onnx`,
        model,
        wrt,
        score: file.score,
        method,
        feeds: plain(feeds),
        outputs: plain(results),
      });
    }
  }
}
writeFileSync(join(folder, "cases.json"), JSON.stringify(cases));
process.stdout.write(`${cases.length} files in ${folder}\n`);
