import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "#platform";
import { plantedPictures } from "./planted.ts";

/** Writes planted pictures as PNG files with a metadata.csv, whose path is returned. */
export async function plantedFolder(folder: string, count: number, side: number, seed = 1): Promise<string> {
  const { pixels, labels } = plantedPictures(count, side, seed);
  const area = side * side;
  await mkdir(folder, { recursive: true });
  const lines = ["file_name,patch,tint"];
  for (const [picture, { patch, tint }] of labels.entries()) {
    const data = Uint8Array.from({ length: 3 * area }, (_, i) => {
      return pixels[(picture * 3 + (i % 3)) * area + Math.floor(i / 3)] as number;
    });
    const name = `picture-${String(picture).padStart(4, "0")}.png`;
    const bytes = await platform.encodeImage({ data, width: side, height: side, channels: 3 }, "png");
    await writeFile(join(folder, name), bytes);
    lines.push([name, patch, tint ?? ""].join(","));
  }
  const table = join(folder, "metadata.csv");
  await writeFile(table, `${lines.join("\n")}\n`);
  return table;
}
