/**
 * Processor time and memory of `flatten` at the sizes of real latents, with an autoencoder of two random convolutions and one small classifier,
 * so that hardly anything but the basis takes time. Writes the table of docs/your-models.md. Usage: node --conditions=source --import tsx scripts/measure/measure-flatten.ts [PICTURES]
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { drawWorld, flatten, openWorkspace } from "../../src/index.ts";
import { floatConstant, GraphBuilder, ints } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { writeMarked } from "../docs/write-marked.ts";

const { files } = platform;
const at = (...parts: string[]): string => files.join(".tmp", "flatten", ...parts);
/** Channels of a latent of 16 × 16: that of TAEF2 for 128 pixels, and that of a VQGAN for 256. */
const sizes = [8, 256] as const;
const components = 512;
const classifier = files.resolve("zoo", "cartoon-faces", "models", "smiling-clean", "model.json");

async function world(pictures: number): Promise<string> {
  const folder = at(`faces-${pictures}`);
  if (!(await files.exists(files.join(folder, "metadata.csv")))) {
    await drawWorld({ count: pictures, seed: 1, out: folder });
  }
  return folder;
}

/** Four pixels to one number a channel, and back. */
async function autoencoder(channels: number): Promise<string> {
  const random = createRandom(channels);
  const weights = floatConstant(
    Float32Array.from({ length: channels * 48 }, () => random.normal() / 7),
    [channels, 3, 4, 4],
  );
  const write = async (op: "Conv" | "ConvTranspose", [from, to]: readonly [string, string]): Promise<void> => {
    const builder = new GraphBuilder(`${op}/`, [from, to]);
    const [image, latent] = [
      ["n", 3, 64, 64],
      ["n", channels, 16, 16],
    ] as const;
    const out = builder.add(op, [from, builder.constant(weights)], { strides: ints([4, 4]) });
    const [first, last] = op === "Conv" ? [image, latent] : [latent, image];
    const graph = builder.graph(
      op,
      [{ name: from, type: "float32", dims: first }],
      [{ name: out, type: "float32", dims: last }],
    );
    await files.write(at(`${op}-${channels}.onnx`), writeModel(graph));
  };
  await write("Conv", ["image", "latent"]);
  await write("ConvTranspose", ["latent", "image"]);
  await files.write(
    at(`autoencoder-${channels}.json`),
    JSON.stringify({
      kind: "autoencoder",
      name: "convolutions",
      encoder: { file: `Conv-${channels}.onnx` },
      decoder: { file: `ConvTranspose-${channels}.onnx` },
      input: { width: 64, height: 64, channels: 3, range: [-1, 1] },
    }),
  );
  const path = at(`${channels}.json`);
  await files.write(
    path,
    JSON.stringify({ autoencoder: `autoencoder-${channels}.json`, classifiers: [files.relative(at(), classifier)] }),
  );
  return path;
}

interface Cost {
  readonly latent: number;
  readonly images: number;
  /** Of processor time, so that whatever else runs does not count. */
  readonly seconds: number;
  /** Largest, in MiB. */
  readonly memory: number;
}

/** In a process of its own, so that memory is that of one size. */
async function measure(channels: number, folder: string): Promise<Cost> {
  const workspace = await openWorkspace(await autoencoder(channels), { threads: 2 });
  const start = process.cpuUsage();
  const { latent, images } = await flatten(folder, {
    workspace,
    components,
    out: at(`flat-${channels}`),
    enter: false,
  });
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  await workspace.dispose();
  return { latent, images, seconds, memory: process.resourceUsage().maxRSS / 1024 };
}

const [first = "3000", channels] = process.argv.slice(2);
await files.makeDirectory(at());
const folder = await world(Number(first));
if (channels !== undefined) console.log(JSON.stringify(await measure(Number(channels), folder)));
else {
  const costs = sizes.map((size): Cost => {
    const script = fileURLToPath(import.meta.url);
    const node = ["--conditions=source", "--import", "tsx", script, first, String(size)];
    return JSON.parse(execFileSync(process.execPath, node, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }));
  });
  const told = costs.map(
    ({ latent, seconds, memory }) =>
      `${Math.round(seconds)} s of processor time and ${(memory / 1024).toFixed(1)} GiB for latents of ${latent.toLocaleString("en")} numbers`,
  );
  const text = `\`flatten\` to ${components} components of ${costs[0]?.images} pictures takes ${told.join("; ")} (\`scripts/measure/measure-flatten.ts ${first}\`).`;
  await writeMarked("docs/your-models.md", "flatten", text);
  console.log(text);
}
