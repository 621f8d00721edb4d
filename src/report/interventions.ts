import { platform } from "#platform";
import { counted } from "../interventions/confirmed.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import { base64 } from "../pictures/base64.ts";
import { visibility } from "../pictures/visibility.ts";
import { ofRow } from "../platform/pixels.ts";
import type { Pixels } from "../platform/platform.ts";
import { type InterventionSheet, readInterventionPictures } from "../results/intervention-pictures.ts";
import type { Finding } from "../results/matrix-schema.ts";
import type { OpenRun } from "../results/open-run.ts";
import type { RunData } from "../results/run-data.ts";
import type { ReportFeature } from "./data.ts";
import { rounded } from "./pack.ts";

/** The pictures of a feature's interventions as a data URI. */
export interface FeatureSheet extends InterventionSheet {
  readonly dataUri: string;
  /** How well the change of each edit is seen. */
  readonly seen: readonly number[];
}

/** Features with pictures in the order in which they are worth their bytes: those that findings speak of first. Of a feature with several editors those of the last that counts. */
export async function featureSheets(run: OpenRun, findings: readonly Finding[]): Promise<FeatureSheet[]> {
  const spoken = findings.flatMap(({ effect, downstream }) =>
    effect === null ? [] : [run.concepts[downstream] ?? downstream],
  );
  const place = (feature: string): number => (spoken.includes(feature) ? spoken.indexOf(feature) : spoken.length);
  const all = await readInterventionPictures(run.path, run.file);
  const used = counted(run.interventions ?? []);
  const counts = ({ feature, editor }: InterventionSheet): boolean =>
    used.some((row) => row.feature === feature && row.editor === editor);
  const sheets = all.filter(
    (sheet) => counts(sheet) && all.findLast((other) => other.feature === sheet.feature && counts(other)) === sheet,
  );
  const shown = sheets.map(async ({ bytes, ...sheet }) => ({
    ...sheet,
    dataUri: `data:image/webp;base64,${base64(bytes)}`,
    seen: seenOf(sheet, await platform.decodeImage(bytes)),
  }));
  return (await Promise.all(shown)).sort((a, b) => place(a.feature) - place(b.feature));
}

/** How well the change of each edit of a sheet is seen: its tiles are the pattern, then two of every edit. */
function seenOf({ width, edits }: Pick<InterventionSheet, "width" | "edits">, sheet: Pixels): number[] {
  const tile = (place: number): Pixels => ofRow(sheet, place, width);
  return edits.map((_, place) => visibility(tile(1 + 2 * place), tile(2 + 2 * place)));
}

/** Who says something of edited pictures. */
export function tellers({ interventions }: Pick<RunData, "interventions">): readonly string[] {
  return Object.keys(interventions?.[0]?.before ?? {});
}

/** The rows of a sheet's edits, in their order. */
export function editsOf(
  { feature, editor, edits }: Pick<InterventionSheet, "feature" | "editor" | "edits">,
  { interventions }: Pick<RunData, "interventions">,
): InterventionRow[] {
  const own = interventions?.filter((row) => row.feature === feature && row.editor === editor) ?? [];
  return edits.flatMap(({ image, side }) => own.find((row) => row.image === image && row.side === side) ?? []);
}

/** A feature's pictures as the report holds them. numberOf: an image's place in the report's list. */
export function reportFeature(
  sheet: FeatureSheet,
  run: Pick<RunData, "interventions">,
  numberOf: (image: string) => number,
): ReportFeature {
  const { feature, editor, width, height, patternEnds, dataUri } = sheet;
  const names = tellers(run);
  const values = (by: Readonly<Record<string, number>>) => rounded(names.map((name) => by[name] ?? null));
  return {
    ...{ feature, editor, width, height, source: dataUri, patternEnds: rounded(patternEnds) },
    edits: editsOf(sheet, run).map(({ image, side, before, after }) => ({
      ...{ image: numberOf(image), side },
      before: values(before),
      after: values(after),
    })),
  };
}
