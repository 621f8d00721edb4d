/**
 * What a suite of 400 pairs of 128 pixels takes on disk, and what a check of it takes of a network of ResNet-50's and of MobileNetV2's size at 224 pixels, with weights by chance. Writes to
 * docs/suite.md, with the load of the machine: processor time is what holds on another. Usage: node --conditions=source --import tsx scripts/measure/measure-suite.ts [size|time]
 */
import { loadavg } from "node:os";
import { join } from "node:path";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { askClassifier, checkSuite, openSuite } from "../../src/index.ts";
import { float, floatConstant, GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import { writeModel } from "../../src/onnx/write.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { encodedPicture } from "../../src/suite/encode-picture.ts";
import type { SuitePair } from "../../src/suite/pairs.ts";
import { describedPairs } from "../../src/suite/pairs.ts";
import { suiteFormat } from "../../src/suite/suite-file.ts";
import { pictureFile, writeTables } from "../../src/suite/write-tables.ts";
import { faceSvg } from "../../src/world/face.ts";
import { faceSource } from "../../src/world/render.ts";
import { writeMarked } from "../docs/write-marked.ts";

const { files } = platform;
const folder = join(files.packageFolder(), ".tmp/measure-suite");
const [pairs, size] = [400, 128];
const features = ["smiling", "eyeglasses"] as const;
/** Of a photograph, of which drawings have none: a PNG holds it to the last digit. */
const grain = 3;
const random = createRandom("suite");
const face = faceSource("suite");

async function drawn(svg: string, noise: readonly number[]): Promise<Pixels> {
  const { data, ...rest } = await platform.renderSvg(svg, { width: size, height: size });
  const values = data.map((value, at) => Math.min(255, Math.max(0, value + (noise[at] as number))));
  return { ...rest, data: values };
}

/** A suite of drawn faces with grain, in which nobody is a picture before twice: as large as one can be. */
async function madeSuite(out: string): Promise<number> {
  await files.remove(out);
  await files.makeDirectory(join(out, "pictures"));
  const made: SuitePair[] = [];
  let bytes = 0;
  for (let place = 1; place <= pairs; place++) {
    const feature = features[place % 2] as (typeof features)[number];
    const { strengths, nuisances } = face(place);
    const isThere = place % 4 < 2;
    const noise = Array.from({ length: size * size * 3 }, () => Math.round(grain * random.normal()));
    const sides = await Promise.all(
      (["before", "after"] as const).map(async (side) => {
        const has = isThere === (side === "before");
        const svg = faceSvg({ ...strengths, [feature]: has ? 1 : 0 }, nuisances, size);
        const content = await encodedPicture(await drawn(svg, noise));
        const file = pictureFile(place, pairs, side);
        await files.write(join(out, file), content);
        bytes += content.length;
        const told = (name: string): number => (name === feature ? (has ? 0.9 : 0.1) : 0.5) + 0.02 * random.normal();
        const predictions = Object.fromEntries(features.map((name) => [`judge/${name}`, told(name)]));
        return { file, sha256: await platform.sha256(content), predictions };
      }),
    );
    const [before, after] = sides as [SuitePair["before"], SuitePair["after"]];
    made.push({
      ...{ pair: place, feature, change: isThere ? "remove" : "add", image: `${place}.png`, editor: "pattern" },
      ...{ editedBy: null, toldBy: "another", length: 1, distance: 0.1, labels: undefined, before, after },
    });
  }
  const half = { made: pairs / 4, confirmed: pairs / 4, pairs: pairs / 4 };
  await writeTables(
    out,
    {
      ...{ format: "cfalign-suite", formatVersion: suiteFormat, madeAt: new Date(0).toISOString(), width: size },
      ...{ height: size, sources: [], left: [], classifiers: [] },
      features: features.map((name) => ({
        ...{ name, witness: { name: `judge/${name}`, hash: "0".repeat(64) }, removed: half, added: half },
        ...describedPairs(
          made.filter((pair) => pair.feature === name),
          `judge/${name}`,
        ),
      })),
    },
    made,
  );
  return bytes;
}

/** Layers of a network, one after another. */
class Network {
  readonly b = new GraphBuilder("", ["x", "y"]);
  value = "x";
  channels = 3;

  conv(to: number, kernel: number, { stride = 1, group = 1 } = {}): string {
    const from = this.channels / group;
    const spread = Math.sqrt(2 / (from * kernel * kernel));
    const weights = Float32Array.from({ length: to * from * kernel * kernel }, () => spread * random.normal());
    const pad = Math.floor(kernel / 2);
    this.value = this.b.add("Conv", [this.value, this.b.constant(floatConstant(weights, [to, from, kernel, kernel]))], {
      ...{ strides: ints([stride, stride]), pads: ints([pad, pad, pad, pad]), group: int(group) },
    });
    this.channels = to;
    return this.value;
  }

  relu(most?: number): void {
    const ends = most === undefined ? [] : [this.b.float(0), this.b.float(most)];
    this.value = this.b.add(most === undefined ? "Relu" : "Clip", [this.value, ...ends]);
  }

  /** Adds what came before, brought to its shape by a convolution where it has another; halved, so that values stay what they are. */
  plus(before: string, from: number, stride: number): void {
    const [own, to] = [this.value, this.channels];
    [this.value, this.channels] = [before, from];
    const other = from === to && stride === 1 ? before : this.conv(to, 1, { stride });
    this.value = this.b.add("Mul", [this.b.add("Add", [own, other]), this.b.float(0.5)]);
    this.channels = to;
  }

  end(): Graph {
    const pooled = this.b.add("Flatten", [this.b.add("GlobalAveragePool", [this.value])], { axis: int(1) });
    const weights = floatConstant(
      Float32Array.from({ length: this.channels }, () => 0.1 * random.normal()),
      [this.channels, 1],
    );
    const inputs = [pooled, this.b.constant(weights)];
    this.b.nodes.push({ name: "y", op: "Gemm", domain: "", inputs, outputs: ["y"], attributes: { alpha: float(0.1) } });
    const x = { name: "x", type: "float32", dims: ["n", 3, 224, 224] } as const;
    return this.b.graph("network", [x], [{ name: "y", type: "float32", dims: ["n", 1] }]);
  }
}

/** Bottlenecks of 3, 4, 6 and 3 blocks (He et al. 2016). */
function resNet50(): Graph {
  const net = new Network();
  net.conv(64, 7, { stride: 2 });
  net.relu();
  net.value = net.b.add("MaxPool", [net.value], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  });
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    for (let block = 0; block < blocks; block++) {
      const [before, from, stride] = [net.value, net.channels, block === 0 && stage > 0 ? 2 : 1];
      net.conv(64 * 2 ** stage, 1);
      net.relu();
      net.conv(64 * 2 ** stage, 3, { stride });
      net.relu();
      net.conv(256 * 2 ** stage, 1);
      net.plus(before, from, stride);
      net.relu();
    }
  }
  return net.end();
}

/** Inverted residuals (Sandler et al. 2018). */
function mobileNetV2(): Graph {
  const net = new Network();
  net.conv(32, 3, { stride: 2 });
  net.relu(6);
  const rows = [
    [1, 16, 1, 1],
    [6, 24, 2, 2],
    [6, 32, 3, 2],
    [6, 64, 4, 2],
    [6, 96, 3, 1],
    [6, 160, 3, 2],
    [6, 320, 1, 1],
  ] as const;
  for (const [wider, to, blocks, first] of rows) {
    for (let block = 0; block < blocks; block++) {
      const [before, from, stride] = [net.value, net.channels, block === 0 ? first : 1];
      net.conv(wider * from, 1);
      net.relu(6);
      net.conv(wider * from, 3, { stride, group: wider * from });
      net.relu(6);
      net.conv(to, 1);
      if (stride === 1 && from === to) net.plus(before, from, stride);
    }
  }
  net.conv(1280, 1);
  net.relu(6);
  return net.end();
}

const suitePath = join(folder, "suite");
const [only] = process.argv.slice(2);
const bytes = await madeSuite(suitePath);
if (only !== "time") {
  await writeMarked(
    "docs/suite.md",
    "suite-size",
    `${pairs} pairs of ${size} × ${size} pixels with the grain of photographs are ${(bytes / 1e6).toFixed(1)} MB.`,
  );
}
if (only !== "size") await writeMarked("docs/suite.md", "check-cost", await checkCosts());

/** What a check takes, in words. */
async function checkCosts(): Promise<string> {
  const suite = await openSuite(suitePath);
  const told: string[] = [];
  for (const [name, graph] of Object.entries({ "ResNet-50": resNet50(), MobileNetV2: mobileNetV2() })) {
    const file = join(folder, `${name}.onnx`);
    await files.write(file, writeModel(graph));
    const weights = [...graph.initializers.values()].map(({ dims }) => dims.reduce((a, n) => a * n, 1));
    const before = { cpu: process.cpuUsage(), wall: performance.now() };
    const answers = await askClassifier(suite, file, {
      describe: { size: { width: 224, height: 224 }, targets: ["smiling"], activation: "sigmoid" },
    });
    checkSuite(suite, answers, ["*->*=0.1"], { baseline: answers });
    const { user, system } = process.cpuUsage(before.cpu);
    const wall = (performance.now() - before.wall) / 1000;
    const parameters = (weights.reduce((sum, n) => sum + n, 0) / 1e6).toFixed(1);
    const load = (loadavg()[0] as number).toFixed(0);
    told.push(
      `${((user + system) / 1e6).toFixed(0)} s of processor time (${wall.toFixed(0)} s elapsed, load ${load}) by a ${name} of ${parameters} million parameters`,
    );
  }
  return `A check of ${2 * pairs} pictures at 224 pixels, on two cores, takes ${told.join("; ")}.`;
}
