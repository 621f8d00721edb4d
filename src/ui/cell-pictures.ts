import type { ReportData, ReportPicture } from "../report/data.ts";

/** A kept counterfactual as it looks from a cell. */
export interface CellPicture {
  readonly picture: ReportPicture;
  /** Name of the image. */
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly present: boolean;
  /** Eq. 3; undefined where the base did not move. */
  readonly relativeChange: number | undefined;
}

/** Kept counterfactuals of a base in the order in which they tell about a downstream classifier: images that have the feature first, strongest relative change first. */
export function picturesOf(report: ReportData, base: string, downstream: string): CellPicture[] {
  return report.pictures
    .filter((picture) => picture.base === base)
    .map((picture) => {
      const of = picture.predictions[downstream];
      const own = picture.predictions[base];
      const [before, after] = [of?.[0], of?.at(-1)];
      const moved = (own?.at(-1) ?? 0) - (own?.[0] ?? 0);
      return {
        picture,
        name: report.images[picture.image] ?? "",
        before,
        after,
        present: (before ?? 0) >= 0.5,
        relativeChange:
          before === undefined || after === undefined || moved === 0 ? undefined : (after - before) / moved,
      };
    })
    .sort(
      (a, b) =>
        Number(b.present) - Number(a.present) || Math.abs(b.relativeChange ?? 0) - Math.abs(a.relativeChange ?? 0),
    );
}
