// What a last layer costs that is fitted anew, in a file of ResNet-50's size (random weights, so that only its time is real): what it reads of pictures, beside the file's own
// forward pass on the same pictures; and the fit of 2048 numbers of 2000 pictures, whose groups are one in twenty. Seconds of the processor, on one thread.
// Writes its table into docs/rectification.md. Usage: node --conditions=source --import tsx scripts/measure/measure-last-layer.ts [pictures that are read=96] [pictures of the fit=2000]
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { openWorkspace } from "../../src/index.ts";
import { openClassifier } from "../../src/models/classifier-model.ts";
import { groupOf, type Label } from "../../src/rectify/groups.ts";
import { openLayer } from "../../src/rectify/layer.ts";
import { refit } from "../../src/rectify/refit.ts";
import { writeMarked } from "../docs/write-marked.ts";
import { resnet } from "./resnet.ts";

const [shown = 96, fitted = 2000] = process.argv.slice(2).map(Number);
const [side, width, batch] = [224, 64, 16] as const;
const random = createRandom("last layer");
const { files } = platform;
const folder = files.join(".tmp", "last-layer");
await files.makeDirectory(folder);
await files.write(files.join(folder, "model.onnx"), resnet("last layer", { side, width, scale: 1, bias: 0 }));
const image = { channels: 3, height: side, width: side } as const;
const manifest = {
  ...{ kind: "classifier", name: "resnet", file: "model.onnx", targets: ["it"] },
  input: { ...image, range: [0, 1] },
  output: { activation: "sigmoid" },
} as const;
// Only for how models are run: one thread.
await using workspace = await openWorkspace("cartoon-faces", { threads: 1 });
const model = await openClassifier(files.join(folder, "model.json"), manifest as never, image, { threads: 1 });
const target = { name: "it", terms: [{ coefficient: 1, model, target: 0, name: "it" }] };
const layer = await openLayer(target, workspace);
if ("refused" in layer) throw new Error(layer.refused);

const pixels = 3 * side * side;
const some = (): Tensor => ({
  data: Float32Array.from({ length: batch * pixels }, () => random.uniform()),
  dims: [batch, 3, side, side],
});
/** Seconds of the processor. */
async function cost(work: () => Promise<unknown> | unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
const taken = { forward: 0, reading: 0 };
for (let round = -1; round < shown / batch; round++) {
  const images = some();
  const forward = await cost(() => model.logits(images));
  const reading = await cost(() => layer.read(images, [0]));
  // The first is to warm up.
  if (round < 0) continue;
  taken.forward += forward;
  taken.reading += reading;
}

const numbers = 4 * 8 * width;
const all = Array.from({ length: fitted }, () => {
  const label: Label = random.uniform() < 0.5 ? 1 : 0;
  const has: Label = random.uniform() < 0.95 ? label : label === 1 ? 0 : 1;
  const read = Float32Array.from({ length: numbers }, (_, i) =>
    Math.max(0, random.normal() + (i % 40 === 0 ? label : i % 40 === 1 ? 2 * has : 0)),
  );
  return { read, label, group: groupOf(label, [has]) };
});
const fit = await cost(() => {
  refit(
    {
      read: all.map(({ read }) => read),
      labels: all.map(({ label }) => label),
      groups: all.map(({ group }) => group),
    },
    4,
    { fits: 20, random: createRandom("fit") },
  );
});
const per = (seconds: number): string => `${((1000 * seconds) / shown).toFixed(0)} ms`;
const text = `In a file of ResNet-50's size at ${side} pixels, one thread: ${per(taken.reading)} a picture for what its last layer reads (its forward pass: ${per(taken.forward)}), and ${fit.toFixed(1)} s for the fit of ${numbers} numbers of ${fitted} pictures. Written by \`scripts/measure/measure-last-layer.ts\`.`;
await writeMarked("docs/rectification.md", "cost", text);
console.log(text);
await layer.dispose();
await model.dispose();
