// Where the time of a gradient goes: onnxruntime's own profile, by operator, of a network's forward pass and of its gradient
// graph, one thread. Of each node the least of all turns counts. Keeps the figures beside the model for docs/speed.md.
// Usage: node --conditions=source --import tsx scripts/speed/bench-speed-profile.ts DIR NAME [turns]
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { loadModel } from "../../src/engine/load.ts";
import { writeWholeModel } from "../../src/engine/model-bytes.ts";
import { trace } from "../../src/engine/trace.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { vjp } from "../../src/vjp/vjp.ts";
import type { Profile } from "./speed-text.ts";

const [folder, name, turns = "10"] = process.argv.slice(2);
if (folder === undefined || name === undefined) throw new Error("usage: bench-speed-profile.ts DIR NAME [turns]");

const model = await loadModel(join(folder, `${name}.onnx`));
const shape = [1, ...(name === "faces" ? [256, 16, 16] : [3, 224, 224])];
const { graph, facts } = await trace(model, { input: shape });
const backward = vjp(graph, { wrt: ["input"], outputs: ["output"], facts });
const scratch = mkdtempSync(join(tmpdir(), "cfalign-profile-"));
const random = createRandom(name);

interface Event {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: { readonly op_name?: string };
}

/** Milliseconds by operator. */
async function profiled(part: Graph, file: string): Promise<Record<string, number>> {
  await writeWholeModel({ graph: part, weights: model.weights }, join(scratch, `${file}.onnx`));
  const session = await InferenceSession.create(join(scratch, `${file}.onnx`), {
    intraOpNumThreads: 1,
    enableProfiling: true,
    profileFilePrefix: join(scratch, `${file}-profile`),
  });
  const feeds = Object.fromEntries(
    part.inputs.map(({ name, dims }) => {
      const size = dims as readonly number[];
      return [
        name,
        new Tensor(
          "float32",
          Float32Array.from({ length: sizeOf(size) }, () => random.normal()),
          size,
        ),
      ];
    }),
  );
  for (let turn = 0; turn < Number(turns); turn++) await session.run(feeds);
  session.endProfiling();
  await session.release();
  const written = readdirSync(scratch).find((entry) => entry.startsWith(`${file}-profile`)) as string;
  const least = new Map<string, Event>();
  for (const event of JSON.parse(readFileSync(join(scratch, written), "utf8")) as Event[]) {
    if (event.cat !== "Node" || !event.name.endsWith("_kernel_time")) continue;
    if (event.dur < (least.get(event.name)?.dur ?? Number.POSITIVE_INFINITY)) least.set(event.name, event);
  }
  const operators: Record<string, number> = {};
  for (const { args, dur } of least.values()) {
    const op = args.op_name ?? "";
    operators[op] = (operators[op] ?? 0) + dur / 1000;
  }
  return operators;
}

try {
  const traced = { ...graph, outputs: graph.outputs.filter((info) => info.name === "output") };
  const profile: Profile = {
    name,
    nodes: [graph.nodes.length, backward.nodes.length],
    forward: await profiled(traced, "forward"),
    gradient: await profiled(backward, "gradient"),
  };
  console.log(JSON.stringify(profile));
  writeFileSync(join(folder, `${name}.profile.json`), JSON.stringify(profile));
} finally {
  rmSync(scratch, { recursive: true });
}
