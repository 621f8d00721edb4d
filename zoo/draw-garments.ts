// Pictures of garments as raw bytes for training, and what is on them: what zoo/garments.py reads.
// Usage: node --conditions=source --import tsx zoo/draw-garments.ts FASHION_MNIST OUT
import { platform } from "#platform";
import { ARTEFACTS } from "../bench/worlds/garments/artefacts.ts";
import { drawPicture } from "../bench/worlds/garments/picture.ts";
import { sampleSource } from "../bench/worlds/garments/sample.ts";
import { GARMENTS, isA, readWardrobe } from "../bench/worlds/garments/wardrobe.ts";

const [source, out] = process.argv.slice(2);
if (source === undefined || out === undefined) throw new Error("usage: zoo/draw-garments.ts FASHION_MNIST OUT");
const { files } = platform;
await files.makeDirectory(out);
/** Pictures for each purpose, apart from each other. */
const { pictures }: { readonly pictures: Readonly<Record<string, number>> } = JSON.parse(
  new TextDecoder().decode(await files.read(files.join("zoo", "garments", "recipe.json"))),
);
const wardrobe = await readWardrobe(source, "train");
const names = [...GARMENTS, ...ARTEFACTS];
for (const [name, count] of Object.entries(pictures)) {
  const sample = sampleSource({ wardrobe, seed: `training/${name}` });
  const pixels: Uint8Array[] = [];
  const labels = new Uint8Array(count * names.length);
  for (let index = 0; index < count; index++) {
    const { picture, kind } = sample(index);
    pixels.push(drawPicture(picture).data);
    const has = [
      ...GARMENTS.map((garment) => isA(kind, garment)),
      ...ARTEFACTS.map((artefact) => picture.artefacts.has(artefact)),
    ];
    labels.set(has.map(Number), index * names.length);
  }
  await files.write(files.join(out, `${name}.pixels`), Buffer.concat(pixels));
  await files.write(files.join(out, `${name}.labels`), labels);
}
await files.write(files.join(out, "names.json"), JSON.stringify(names));
