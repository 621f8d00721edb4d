import type { ReportData, ReportPicture } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { flagAt } from "./points.ts";

/** A kept counterfactual as it looks from a cell. */
export interface CellPicture {
  readonly picture: ReportPicture;
  /** Name of the image. */
  readonly name: string;
  /** Whether the downstream feature is there on the reconstruction; undefined where that is unknown. */
  readonly present: boolean | undefined;
  /** Eq. 3; undefined where the base did not move. */
  readonly relativeChange: number | undefined;
}

/** Kept counterfactuals of a cell's base: those of the stratum that decided first (else those with the feature), strongest relative change first. */
export function picturesOf(report: ReportData, cell: Cell): CellPicture[] {
  const first = cell.stratum !== "absent";
  const column = report.matrix.downstream.indexOf(cell.downstream);
  return report.pictures
    .filter((picture) => picture.base === cell.base)
    .map((picture) => ({
      picture,
      name: report.images[picture.image] ?? "",
      present: flagAt(picture.present, column),
      relativeChange: picture.relativeChanges[column] ?? undefined,
    }))
    .sort(
      (a, b) =>
        Number(b.present === first) - Number(a.present === first) ||
        Math.abs(b.relativeChange ?? 0) - Math.abs(a.relativeChange ?? 0),
    );
}

/** The picture that stands for a cell: of the leading stratum, the one nearest to its mean rather than the most extreme. */
export function typicalOf(pictures: readonly CellPicture[], cell: Cell): CellPicture | undefined {
  const leading = pictures.filter((each) => each.present === pictures[0]?.present);
  const mean = cell[pictures[0]?.present === true ? "present" : "absent"].mean ?? 0;
  const distance = (each: CellPicture): number => Math.abs((each.relativeChange ?? Number.POSITIVE_INFINITY) - mean);
  return leading.reduce<CellPicture | undefined>(
    (best, each) => (best === undefined || distance(each) < distance(best) ? each : best),
    undefined,
  );
}
