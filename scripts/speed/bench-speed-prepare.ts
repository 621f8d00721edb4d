// How long it takes to read, differentiate and load a model, and that it happens once. Keeps the figures beside the model.
// Usage: node --conditions=source --import tsx scripts/speed/bench-speed-prepare.ts DIR NAME
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { sizeOf } from "../../src/base/tensor.ts";
import { differentiable } from "../../src/engine/differentiable.ts";
import type { Prepared } from "./speed-text.ts";
import { timed } from "./timed.ts";

const [folder, name] = process.argv.slice(2);
if (folder === undefined || name === undefined) throw new Error("usage: bench-speed-prepare.ts DIR NAME");

const shape = [1, 3, 224, 224];
const input = { data: new Float32Array(sizeOf(shape)).fill(0.1), dims: shape };
const opened = await timed(() => differentiable(join(folder, `${name}.onnx`), { shape }));
await using model = opened.value;
const output = await model.forward(input);
const calls = [];
for (let i = 0; i < 2; i++) calls.push(await timed(() => model.vjp(input, output)));
const [first, second] = calls as [(typeof calls)[number], (typeof calls)[number]];
const prepared: Prepared = {
  name,
  load: loadavg()[0] as number,
  seconds: opened.ms / 1000,
  cpu: opened.cpu / 1000,
  firstCall: first.cpu / 1000,
  secondCall: second.cpu / 1000,
  peak: process.resourceUsage().maxRSS * 1024,
};
console.log(JSON.stringify(prepared));
writeFileSync(join(folder, `${name}.prepare.json`), JSON.stringify(prepared));
