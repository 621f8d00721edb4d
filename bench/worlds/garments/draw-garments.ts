import { platform } from "#platform";
import { ARTEFACTS } from "./artefacts.ts";
import { drawPicture } from "./picture.ts";
import { type SampleOptions, sampleSource } from "./sample.ts";
import { GARMENTS, isA } from "./wardrobe.ts";

export interface DrawGarmentsOptions extends SampleOptions {
  readonly count: number;
  /** Folder for the pictures and metadata.csv; made when absent. */
  readonly out: string;
}

const GROUP = 32;

/**
 * Draws `garment-00000.png` … and metadata.csv: file_name, then 0 or 1 for every target that is a garment and every artefact.
 * Same options, same bytes.
 */
export async function drawGarments({ count, out, ...options }: DrawGarmentsOptions): Promise<void> {
  const source = sampleSource(options);
  const { files } = platform;
  await files.makeDirectory(out);
  const lines = [["file_name", ...GARMENTS, ...ARTEFACTS].join(",")];
  for (let start = 0; start < count; start += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, count - start) }, async (_, i) => {
      const name = `garment-${String(start + i).padStart(5, "0")}.png`;
      const { picture, kind } = source(start + i);
      await files.write(files.join(out, name), await platform.encodeImage(drawPicture(picture), "png"));
      const has = [
        ...GARMENTS.map((garment) => isA(kind, garment)),
        ...ARTEFACTS.map((artefact) => picture.artefacts.has(artefact)),
      ];
      return [name, ...has.map(Number)].join(",");
    });
    lines.push(...(await Promise.all(group)));
  }
  await files.write(files.join(out, "metadata.csv"), `${lines.join("\n")}\n`);
}
