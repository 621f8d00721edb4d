// How often the live page says that a picture is not like the workspace's: of pictures that are like them, and of such that are not. Writes the table of
// docs/serve.md. Usage: node --conditions=source --import tsx scripts/measure/measure-unlike.ts [--dry]

import { createRandom } from "../../src/base/random.ts";
import { stack } from "../../src/base/tensor.ts";
import { type Encoded, encodedOf, likenessOf, unlikeFrom } from "../../src/live/likeness.ts";
import { imageTensor } from "../../src/models/read-image.ts";
import type { Autoencoder } from "../../src/models/types.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { FACE_SIZE, faceSource, renderFace } from "../../src/world/render.ts";
import { writeMarked } from "../docs/write-marked.ts";

/** The live page's own: the first faces of seed 7. */
const references = [20, 60];
const size = FACE_SIZE;

type Draw = (index: number) => Promise<Pixels>;

const face: Draw = (index) => renderFace(faceSource(8)(index));

/** A picture from a colour at every place, from 0 to 1. */
function drawn(colour: (x: number, y: number, channel: number) => number): Pixels {
  const data = Uint8Array.from({ length: 3 * size * size }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return Math.round(255 * Math.min(1, Math.max(0, colour(pixel % size, Math.floor(pixel / size), i % 3))));
  });
  return { data, width: size, height: size, channels: 3 };
}

async function changed(
  index: number,
  from: (x: number, y: number) => readonly [number, number],
  negative = false,
): Promise<Pixels> {
  const { data } = await face(index);
  return drawn((x, y, channel) => {
    const [u, v] = from(x, y);
    const value = (data[3 * (v * size + u) + channel] as number) / 255;
    return negative ? 1 - value : value;
  });
}

/** Clouds: sums of smooth waves in each colour, as a photograph of a plasma has. */
const clouds: Draw = async (index) => {
  const random = createRandom(`clouds ${index}`);
  const waves = Array.from({ length: 18 }, (_, k) => ({
    channel: k % 3,
    ...{ fx: (1 + (k >> 1)) * random.normal() * 0.03, fy: (1 + (k >> 1)) * random.normal() * 0.03 },
    ...{ phase: 6.28 * random.uniform(), height: 0.5 / (1 + (k >> 2)) },
  }));
  return drawn((x, y, channel) =>
    waves.reduce(
      (sum, wave) =>
        wave.channel === channel
          ? sum + wave.height * Math.sin(wave.fx * x * 6.28 + wave.fy * y * 6.28 + wave.phase)
          : sum,
      0.5,
    ),
  );
};

const kinds: Readonly<Record<string, { readonly draw: Draw; readonly like: boolean }>> = {
  "other faces": { draw: face, like: true },
  "faces upside down": { draw: (index) => changed(index, (x, y) => [x, size - 1 - y]), like: false },
  "faces, colours inverted": { draw: (index) => changed(index, (x, y) => [x, y], true), like: false },
  "faces moved aside by a third": { draw: (index) => changed(index, (x, y) => [(x + 21) % size, y]), like: false },
  clouds: { draw: clouds, like: false },
  stripes: {
    draw: async (index) =>
      drawn((x, y, channel) => 0.5 + 0.5 * Math.sin((x * (1 + (index % 7)) + y * (index % 5)) / 6 + channel)),
    like: false,
  },
  "one colour": {
    draw: async (index) => {
      const random = createRandom(`colour ${index}`);
      const colour = [random.uniform(), random.uniform(), random.uniform()];
      return drawn((_x, _y, channel) => colour[channel] as number);
    },
    like: false,
  },
  "grey with a little noise": {
    draw: async (index) => {
      const random = createRandom(`grey ${index}`);
      return drawn(() => 0.5 + 0.02 * random.normal());
    },
    like: false,
  },
  noise: {
    draw: async (index) => {
      const random = createRandom(`noise ${index}`);
      return drawn(() => random.uniform());
    },
    like: false,
  },
};

async function encoded(autoencoder: Autoencoder, draw: Draw, count: number): Promise<Encoded[]> {
  const found: Encoded[] = [];
  for (let start = 0; start < count; start += 20) {
    const pictures = Array.from({ length: Math.min(20, count - start) }, async (_, at) =>
      imageTensor(await draw(start + at)),
    );
    found.push(...(await encodedOf(stack(await Promise.all(pictures)), autoencoder)));
  }
  return found;
}

await using workspace = await openWorkspace("cartoon-faces");
const { autoencoder } = workspace;
const reference = await encoded(autoencoder, (index) => renderFace(faceSource(7)(index)), Math.max(...references));
const rows: string[][] = [];
for (const [kind, { draw, like }] of Object.entries(kinds)) {
  const pictures = await encoded(autoencoder, draw, like ? 600 : 100);
  const shares = references.map((count) => {
    const likenesses = pictures.map((picture) => likenessOf(picture, reference.slice(0, count)));
    const told = likenesses.filter((likeness) => likeness?.unlike).length;
    const sizes = likenesses
      .map((likeness) => Math.max(likeness?.loss ?? 0, likeness?.latent ?? 0))
      .sort((a, b) => a - b);
    console.log(
      kind,
      count,
      "quantiles of the larger multiple",
      [0, 0.05, 0.5, 0.95, 0.99, 1].map((q) => sizes[Math.floor(q * (sizes.length - 1))]?.toFixed(2)).join(" "),
    );
    return `${told} of ${pictures.length}`;
  });
  rows.push([kind, ...shares]);
}
/** Kinds of which the same is said share a clause. */
const alike = new Map<string, string[]>();
for (const [kind = "", ...said] of rows) {
  const told = [...new Set(said)].join(" or ");
  alike.set(told, [...(alike.get(told) ?? []), kind]);
}
const lines = [...alike].map(([said, names]) => `- ${names.join("; ")}: ${said}${names.length > 1 ? " each" : ""}`);
const text = `Said to be unlike ${references.join(" or ")} pictures of the workspace (loss or latent ${unlikeFrom} times as far out as the farthest; \`scripts/measure/measure-unlike.ts\`):\n\n${lines.join("\n")}`;
console.log(text);
if (!process.argv.includes("--dry")) await writeMarked("docs/serve.md", "live unlike", text);
