import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import type { Editor, Side } from "../interventions/rows.ts";
import { editor } from "../results/matrix-schema.ts";
import { matching } from "../results/parse-json.ts";
import { groupBy } from "../statistics/group-by.ts";
import type { SuiteFeature, SuiteFile } from "./suite-file.ts";
import { type Teller, tellers } from "./tellers.ts";

const predictions = z.record(z.string(), z.number());

/** One picture of a suite: a line of `metadata.jsonl`, as every tool for image folders reads it. */
const lineSchema = z.object({
  /** Relative to the suite. */
  file_name: z.string(),
  pair: z.number().int().positive(),
  side: z.enum(["before", "after"]),
  feature: z.string(),
  /** What became of the feature from before to after. */
  change: z.enum(["removed", "added"]),
  /** Image of the folder that it is made from. */
  image: z.string(),
  editor,
  /** Classifier that the edit was made by; null of a pattern. */
  edited_by: z.string().nullable(),
  told_by: tellers,
  length: z.number(),
  distance: z.number(),
  /** By classifier: witnesses, and those that the run audited. */
  predictions,
  /** Of the image; absent where it has none. */
  labels: z.record(z.string(), z.number().nullable()).optional(),
  sha256: z.string(),
  /** SHA-256 of the pixels, RGB in rows, where the file is an image or a difference. */
  pixels: z.string().optional(),
  /** SHA-256 of the image that the file is a difference to; null where it is the image. */
  original: z.string().nullable().optional(),
});
export type SuiteLine = z.infer<typeof lineSchema>;

/** A picture of a pair. */
export interface SuitePicture {
  /** Relative to the suite; of an image that stays where it is, to the folder of the images. */
  readonly file: string;
  /** Tells the picture from others: of its file, or of its pixels where the file is not the picture itself. */
  readonly sha256: string;
  /** Where the file is an image, or a difference to one: its own hash, and the image. */
  readonly stored?: { readonly sha256: string; readonly image?: { readonly file: string; readonly sha256: string } };
  readonly predictions: Readonly<Record<string, number>>;
}

/** A picture before and after one feature was changed. */
export interface SuitePair {
  readonly pair: number;
  readonly feature: string;
  readonly change: Side;
  readonly image: string;
  readonly editor: Editor;
  readonly editedBy: string | null;
  readonly toldBy: Teller;
  readonly length: number;
  readonly distance: number;
  readonly labels: Readonly<Record<string, number | null>> | undefined;
  readonly before: SuitePicture;
  readonly after: SuitePicture;
}

/** Name of the table of pictures. */
export const metadataFile = "metadata.jsonl";

/** The lines of some pairs, before and after in turn. */
export function linesOf(pairs: readonly SuitePair[]): string {
  const lines = pairs.flatMap(({ pair, feature, change, image, labels, ...sides }) =>
    (["before", "after"] as const).map((side): SuiteLine => {
      const { file, sha256, predictions, stored } = sides[side];
      const { editor, editedBy, toldBy, length, distance } = sides;
      return {
        file_name: file,
        ...{ pair, side, feature, change: change === "remove" ? "removed" : "added" },
        ...{ image, editor, edited_by: editedBy, told_by: toldBy, length, distance, predictions: { ...predictions } },
        ...(labels === undefined ? {} : { labels: { ...labels } }),
        ...(stored === undefined
          ? { sha256 }
          : { sha256: stored.sha256, pixels: sha256, original: stored.image?.sha256 ?? null }),
      };
    }),
  );
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Reads the pairs of a suite. Errors: CfalignError("input") for a table that is not the suite's. */
export async function readPairs(suite: string, file: SuiteFile): Promise<readonly SuitePair[]> {
  const path = platform.files.join(suite, metadataFile);
  const fail = (problem: string): CfalignError =>
    new CfalignError("input", `${path}: ${problem}: write the suite again`, { where: path });
  if (!(await platform.files.exists(path)))
    throw fail("expected the table of the suite's pictures, found nothing there");
  const bytes = await platform.files.read(path);
  if ((await platform.sha256(bytes)) !== file.metadata) {
    throw fail("the file is damaged, or was changed: its checksum is of other content");
  }
  const rows = new TextDecoder().decode(bytes).trimEnd().split("\n");
  const lines = rows.map((text) => matching(lineSchema, JSON.parse(text), path));
  const read = lines.flatMap(({ file_name, image, original }) => (original == null ? [file_name] : [file_name, image]));
  const outside = read.find((name) => !isWithin(name));
  if (outside !== undefined) throw fail(`expected pictures below the suite's folder, found "${outside}"`);
  const pairs: SuitePair[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const [before, after] = [lines[at], lines[at + 1]];
    if (before?.side !== "before" || after?.side !== "after" || before.pair !== after.pair) {
      throw fail(`row ${at + 1}: expected the two pictures of a pair, before and after`);
    }
    const { pair, feature, change, image, editor, length, distance, labels } = before;
    const told = { editedBy: before.edited_by, toldBy: before.told_by };
    pairs.push({
      ...{ pair, feature, image, editor, ...told, length, distance, labels },
      ...{ change: change === "removed" ? "remove" : "add", before: pictureOf(before), after: pictureOf(after) },
    });
  }
  return pairs;
}

/** Whether a name stays below the folder that it is relative to: a suite may be anybody's. */
function isWithin(name: string): boolean {
  const parts = name.split(/[\\/]/);
  return parts[0] !== "" && !/^[a-z]:[\\/]/i.test(name) && !parts.includes("..");
}

function pictureOf({ file_name, sha256, predictions, pixels, image, original }: SuiteLine): SuitePicture {
  return {
    ...{ file: file_name, sha256: pixels ?? sha256, predictions },
    ...(pixels === undefined
      ? {}
      : { stored: { sha256, ...(original == null ? {} : { image: { file: image, sha256: original } }) } }),
  };
}

/** Means over some pairs of one feature, and who edited them. */
export function describedPairs(
  pairs: readonly SuitePair[],
  witness: string,
): Pick<SuiteFeature, "moved" | "length" | "distance" | "editors"> {
  const mean = (of: (pair: SuitePair) => number): number =>
    pairs.length === 0 ? 0 : pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  return {
    moved: mean(({ before, after }) =>
      Math.abs((before.predictions[witness] as number) - (after.predictions[witness] as number)),
    ),
    length: mean(({ length }) => length),
    distance: mean(({ distance }) => distance),
    editors: editorsOf(pairs),
  };
}

/** Who edited some pairs, and who tells of it. */
function editorsOf(pairs: readonly SuitePair[]): SuiteFeature["editors"] {
  const keyOf = ({ editor, editedBy, toldBy }: SuitePair): string => JSON.stringify([editor, editedBy, toldBy]);
  return [...groupBy(pairs, keyOf).values()].map((own) => {
    const { editor, editedBy, toldBy } = own[0] as SuitePair;
    return { editor, by: editedBy, toldBy, pairs: own.length };
  });
}
