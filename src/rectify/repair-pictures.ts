import { platform } from "#platform";
import type { Classifier } from "../models/types.ts";
import { smallTensor } from "../platform/box-means.ts";
import { inARow } from "../platform/pixels.ts";
import type { LookedPart } from "./judge-repairs.ts";
import type { RepairMethod, ShownEdit } from "./repair-schema.ts";

/** Longest side of a kept picture in pixels. */
const side = 256;

/** A classifier that pictures are shown to: the target as it is, of no method, or a repair of it. */
export interface ShownClassifier {
  readonly method: RepairMethod | null;
  readonly classifier: Classifier;
}

/**
 * Keeps the first judged pictures with a feature taken out or put in, below `out`, and what the target and its repairs say of both. Their order is
 * that of hashes, so that the first are a random sample.
 */
export async function repairPictures(
  { rows, kept }: Pick<LookedPart, "rows" | "kept">,
  shown: readonly ShownClassifier[],
  out: string,
): Promise<readonly ShownEdit[]> {
  const { files } = platform;
  if (kept.length > 0) await files.makeDirectory(files.join(out, "rectified", "pictures"));
  const target = shown[0]?.classifier.name;
  const found: ShownEdit[] = [];
  for (const { feature, edits } of kept) {
    for (const edit of edits) {
      const row = rows.find((each) => each.feature === feature && each.image === edit.image && each.side === edit.side);
      if (row === undefined) continue;
      const [before, after] = [smallTensor(edit.before, side), smallTensor(edit.after, side)];
      // Names may hold anything: the file's own is a hash of all.
      const key = await platform.sha256(new TextEncoder().encode(`${target}\n${feature}\n${edit.side}\n${edit.image}`));
      const file = `rectified/pictures/${key.slice(0, 24)}.webp`;
      await files.write(files.join(out, file), await platform.encodeImage(inARow([before, after]), "webp"));
      const of = (name: string) => ({ before: row.before[name] as number, after: row.after[name] as number });
      found.push({
        ...{ image: edit.image, feature, side: edit.side, file, width: before.width, height: before.height },
        witness: { name: row.witness, ...of(row.witness) },
        predictions: shown.map(({ method, classifier }) => ({ method, ...of(classifier.name) })),
      });
    }
  }
  return found;
}
