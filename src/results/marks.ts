import { z } from "zod";
import { platform } from "#platform";
import { parseJson } from "./parse-json.ts";

/** What an auditor said of a cell. */
export const markSchema = z.strictObject({
  base: z.string(),
  downstream: z.string(),
  /** "accepted": it is a fault. "dismissed": it was looked at, and is none. null: a comment only. */
  verdict: z.enum(["accepted", "dismissed"]).nullable(),
  comment: z.string(),
  /** The relative change that was looked at; null where the cell had none. */
  relativeChange: z.number().nullable(),
  /** The effect that was looked at, likewise. */
  effect: z.number().nullable().default(null),
  /** When, as ISO 8601. */
  at: z.string(),
});
/** What a reader thinks of a finding, as the report's page writes it. */
export type Mark = z.infer<typeof markSchema>;

/** `marks.json` in a run's folder: the report writes it, the next report and `check` read it. */
export const marksSchema = z.strictObject({
  format: z.literal("cfalign-marks"),
  formatVersion: z.literal(1),
  marks: z.array(markSchema),
});

/** The marks beside a run; none where there is no file. Errors: CfalignError("input") for a file that is not one. */
export async function readMarks(run: string): Promise<readonly Mark[]> {
  const { files } = platform;
  const path = files.join(run, "marks.json");
  if (!(await files.exists(path))) return [];
  return parseJson(marksSchema, await files.read(path), path).marks;
}
