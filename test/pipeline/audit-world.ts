import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type WalkWorldOptions, walkWorld } from "../cli/walk-world.ts";
import { temporaryFolder } from "../run/small-world.ts";

/** A folder in which a user types one command: a model as its exporter left it, pictures and labels. */
export async function auditWorld(options: WalkWorldOptions = {}): Promise<string> {
  const folder = await temporaryFolder();
  await walkWorld(folder, options);
  return folder;
}

/** What the bar does to the classifier of the walk's world when it alone goes: σ(6p + 4b) at squares of 0.7 and 0.3, which are ±0.4. */
export function effectOfBar(): number {
  const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));
  const fall = (patch: number): number => sigmoid(6 * patch + 4 * 0.4) - sigmoid(6 * patch - 4 * 0.4);
  return (fall(0.4) + fall(-0.4)) / 2;
}

/** Rewrites the table of labels, line by line; the header comes as it is. */
export function relabel(folder: string, line: (cells: readonly string[], index: number) => readonly string[]): void {
  const path = join(folder, "photos", "metadata.csv");
  const [header = "", ...rows] = readFileSync(path, "utf8").trimEnd().split("\n");
  writeFileSync(path, `${[header, ...rows.map((row, i) => line(row.split(","), i).join(","))].join("\n")}\n`);
}

/** Every file below a folder. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
