import type { ReportData, ReportPicture } from "../../report/data.ts";
import { type Cut, cutOf, tileCut } from "../parts/frame.tsx";

/** Which pixels a classifier hangs on, on one of two pictures. */
export interface SaliencyPair {
  readonly classifier: string;
  readonly on: "reconstruction" | "counterfactual";
  readonly picture: Cut;
  readonly map: Cut;
}

/** The maps of some classifiers on a kept counterfactual, before and after; none where they were not made of it. */
export function saliencyPairs(
  { saliency }: ReportData,
  picture: ReportPicture,
  classifiers: readonly string[],
): SaliencyPair[] {
  const sheet = saliency?.maps.find(({ base, image }) => base === picture.base && image === picture.image);
  if (saliency === null || sheet === undefined) return [];
  const count = 2 * saliency.classifiers.length;
  return [...new Set(classifiers)].flatMap((classifier) => {
    const place = saliency.classifiers.indexOf(classifier);
    if (place < 0) return [];
    return [
      { on: "reconstruction" as const, frame: 1 },
      { on: "counterfactual" as const, frame: picture.shares.length },
    ].map(({ on, frame }, end) => ({
      classifier,
      on,
      picture: cutOf(picture, frame),
      map: tileCut(sheet, 2 * place + end, count),
    }));
  });
}
