// Draws what the zoo is trained and measured on: raw RGB bytes and strengths, for numpy.
// node --conditions=source --import tsx zoo/draw-data.ts OUT
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { finished } from "node:stream/promises";
import sharp from "sharp";
import { createRandom } from "../src/base/random.ts";
import { faceSvg } from "../src/world/face.ts";
import { FACTORS } from "../src/world/factors.ts";
import { drawNuisances } from "../src/world/nuisances.ts";
import { strengthSampler } from "../src/world/sample.ts";

const SIZE = 64;
const SETS = [
  { name: "train", seed: 1001, count: 24000, middle: 0.4 },
  { name: "judge", seed: 1002, count: 20000, middle: 0.4 },
  { name: "test", seed: 1003, count: 1500, middle: 0 },
] as const;

const out = process.argv[2] ?? ".tmp/zoo";
await mkdir(out, { recursive: true });
sharp.concurrency(1);
for (const set of SETS) {
  const sampler = strengthSampler({ middle: set.middle });
  const pixels = createWriteStream(`${out}/${set.name}.images.u8`);
  const strengths = new Float32Array(set.count * FACTORS.length);
  const group = 64;
  for (let start = 0; start < set.count; start += group) {
    const indices = Array.from({ length: Math.min(group, set.count - start) }, (_, i) => start + i);
    const images = await Promise.all(
      indices.map((index) => {
        const random = createRandom(set.seed).fork(`face/${index}`);
        const values = sampler(random.fork("strengths"));
        strengths.set(
          FACTORS.map((factor) => values[factor]),
          index * FACTORS.length,
        );
        const svg = faceSvg(values, drawNuisances(random.fork("nuisances")), SIZE);
        return sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
      }),
    );
    for (const image of images) pixels.write(image);
  }
  pixels.end();
  await finished(pixels);
  await writeFile(`${out}/${set.name}.strengths.f32`, new Uint8Array(strengths.buffer));
}
await writeFile(`${out}/factors.json`, JSON.stringify(FACTORS));
