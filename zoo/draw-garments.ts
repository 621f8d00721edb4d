// Pictures of garments as raw bytes for training, with what the labels say: what zoo/garments.py reads.
// Usage: node --conditions=source --import tsx zoo/draw-garments.ts FASHION_MNIST OUT
import { platform } from "#platform";
import { ARTEFACTS } from "../bench/worlds/garments/artefacts.ts";
import { drawPicture } from "../bench/worlds/garments/picture.ts";
import { type Plant, sampleSource } from "../bench/worlds/garments/sample.ts";
import { GARMENTS, isA, readWardrobe } from "../bench/worlds/garments/wardrobe.ts";

const [source, out] = process.argv.slice(2);
if (source === undefined || out === undefined) throw new Error("usage: zoo/draw-garments.ts FASHION_MNIST OUT");
const { files } = platform;
await files.makeDirectory(out);
const recipe: {
  readonly count: number;
  readonly labelNoise: number;
  readonly planted: Readonly<Record<string, Omit<Plant, "labelNoise">>>;
} = JSON.parse(new TextDecoder().decode(await files.read(files.join("zoo", "garments", "recipe.json"))));
const wardrobe = await readWardrobe(source, "train");
const sets: readonly (readonly [string, Plant | undefined])[] = [
  ["random-a", undefined],
  ["random-b", undefined],
  ...Object.entries(recipe.planted).map(
    ([name, plant]) => [name, { ...plant, labelNoise: recipe.labelNoise }] as const,
  ),
];
const names = ["label", ...GARMENTS, ...ARTEFACTS];
for (const [name, plant] of sets) {
  const sample = sampleSource({ wardrobe, seed: `training/${name}`, ...(plant === undefined ? {} : { plant }) });
  const pixels: Uint8Array[] = [];
  const labels = new Uint8Array(recipe.count * names.length);
  for (let index = 0; index < recipe.count; index++) {
    const { picture, kind, noisyLabel } = sample(index);
    pixels.push(drawPicture(picture).data);
    const has = [
      noisyLabel === true,
      ...GARMENTS.map((garment) => isA(kind, garment)),
      ...ARTEFACTS.map((artefact) => picture.artefacts.has(artefact)),
    ];
    labels.set(has.map(Number), index * names.length);
  }
  await files.write(files.join(out, `${name}.pixels`), Buffer.concat(pixels));
  await files.write(files.join(out, `${name}.labels`), labels);
}
await files.write(files.join(out, "names.json"), JSON.stringify(names));
