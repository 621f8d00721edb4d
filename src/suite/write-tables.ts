import { platform } from "#platform";
import { dataCard } from "../words/data-card.ts";
import { linesOf, metadataFile, type SuitePair } from "./pairs.ts";
import { type SuiteFile, writeSuiteFile } from "./suite-file.ts";

/** Writes what stands beside the pictures of a suite, `suite.json` last: without it a folder is no suite. Returns what it says. */
export async function writeTables(
  out: string,
  description: Omit<SuiteFile, "metadata" | "pairs">,
  pairs: readonly SuitePair[],
): Promise<SuiteFile> {
  const { files } = platform;
  const lines = new TextEncoder().encode(linesOf(pairs));
  const file: SuiteFile = { ...description, pairs: pairs.length, metadata: await platform.sha256(lines) };
  await files.write(files.join(out, metadataFile), lines);
  await files.write(files.join(out, "README.md"), dataCard(file));
  await writeSuiteFile(out, file);
  return file;
}

/** Name of a picture's file in a suite of so many pairs. */
export function pictureFile(pair: number, pairs: number, side: "before" | "after" | "edit"): string {
  return `pictures/${String(pair).padStart(String(pairs).length, "0")}-${side}.png`;
}
