import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "#platform";
import { ARTEFACTS, type Artefact } from "../../bench/worlds/garments/artefacts.ts";
import { drawPicture } from "../../bench/worlds/garments/picture.ts";
import { sampleSource } from "../../bench/worlds/garments/sample.ts";
import { readWardrobe, type Wardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { tinyWardrobe } from "../bench/worlds/garments/idx-file.ts";

/** Where Debian puts the photographs. */
const photographs = "/usr/share/datasets/fashion-mnist";

/** The photographs where they are installed, else bars in their place. */
export async function anyWardrobe(): Promise<Wardrobe> {
  if (await platform.files.isDirectory(photographs)) return readWardrobe(photographs, "t10k");
  const folder = await mkdtemp(join(tmpdir(), "cfalign-wardrobe-"));
  for (const [name, bytes] of Object.entries(tinyWardrobe(200))) await writeFile(join(folder, name), bytes);
  const made = await readWardrobe(folder, "train");
  await rm(folder, { recursive: true });
  return made;
}

/** Draws pictures of the garments world without a table. Returns what is on each, by name. */
export async function drawnGarments(
  folder: string,
  count: number,
): Promise<ReadonlyMap<string, ReadonlySet<Artefact>>> {
  const { files } = platform;
  const source = sampleSource({ wardrobe: await anyWardrobe(), seed: "label" });
  await files.makeDirectory(folder);
  const truth = new Map<string, ReadonlySet<Artefact>>();
  for (let index = 0; index < count; index++) {
    const { picture } = source(index);
    const name = `garment-${String(index).padStart(5, "0")}.png`;
    await files.write(join(folder, name), await platform.encodeImage(drawPicture(picture), "png"));
    truth.set(name, new Set(ARTEFACTS.filter((artefact) => picture.artefacts.has(artefact))));
  }
  return truth;
}
