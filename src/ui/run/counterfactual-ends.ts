import type { ReportData } from "../../report/data.ts";
import { type Cut, cutOf } from "../parts/frame.tsx";
import { cutsOf } from "./gallery-items.ts";

/** A counterfactual of an image by its two ends. */
export interface CounterfactualEnds {
  readonly base: string;
  readonly before: Cut;
  readonly after: Cut;
}

/** What every base made of an image, in the order of the matrix, as large as it was kept. */
export function endsOf({ matrix, pictures, thumbnails }: ReportData, image: number): CounterfactualEnds[] {
  const start = cutsOf(thumbnails?.before)(image);
  return matrix.bases.flatMap((base) => {
    const picture = pictures.find((each) => each.base === base && each.image === image);
    if (picture !== undefined) {
      return { base, before: cutOf(picture, 1), after: cutOf(picture, picture.shares.length) };
    }
    const end = cutsOf(thumbnails?.after.find((each) => each.base === base))(image);
    return start === undefined || end === undefined ? [] : { base, before: start, after: end };
  });
}
