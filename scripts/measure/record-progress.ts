// Records what a run tells of its progress, with the time of every event: what the estimate of the time left is tested on
// (test/cli/recorded-progress.json). With a decomposition and saliency maps as the demo has them, and without.
// Usage: node --conditions=source --import tsx scripts/measure/record-progress.ts [folder for faces and runs] > test/cli/recorded-progress.json
import { platform } from "#platform";
import { alignFolder } from "../../src/index.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { drawnFaces } from "../../test/world/built-in-world.ts";

const [folder = "runs/progress"] = process.argv.slice(2);
const faces = await drawnFaces({ count: 300, seed: 7, out: platform.files.join(folder, "faces") });
await using workspace = await openWorkspace("cartoon-faces");
const all = workspace.classifiers("all");
const bases = all.slice(-6);
const saliency = { method: "input-gradients", images: 32 } as const;
const runs = [
  { name: "decomposed", options: { bases, limit: 50, decompose: { images: 8 }, saliency } },
  { name: "plain", options: { bases, limit: 50 } },
] as const;
const recorded = [];
for (const { name, options } of runs) {
  const started = performance.now();
  const events: (readonly [milliseconds: number, phase: string, share: number])[] = [];
  const out = platform.files.join(folder, name.replaceAll(/\W+/g, "-"));
  const steps = alignFolder(faces, { workspace, downstream: all, keepImages: 8, out, ...options });
  for await (const { phase, share } of steps) {
    events.push([Math.round(performance.now() - started), phase, Number(share.toFixed(4))]);
  }
  recorded.push({ name, milliseconds: Math.round(performance.now() - started), events });
}
console.log(JSON.stringify(recorded).replaceAll("],[", "],\n["));
