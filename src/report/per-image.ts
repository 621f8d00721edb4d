import { base64 } from "../pictures/base64.ts";
import type { RunData } from "../results/run-data.ts";
import type { ReportLabel, ReportPredictions } from "./data.ts";

/** Values of a label that can be chosen from: a letter each. */
const mostValues = 36;

/** The labels with few values of some images of a run. */
export function labelsOf(run: RunData, images: readonly string[]): ReportLabel[] {
  const rows = new Map(run.images.map((row) => [row.image, row.labels]));
  const names = new Set(run.images.flatMap((row) => Object.keys(row.labels)));
  return [...names].flatMap((name) => {
    const own = images.map((image) => rows.get(image)?.[name]);
    const values = [...new Set(own)].filter((value) => value !== undefined).sort((a, b) => a - b);
    if (values.length === 0 || values.length > mostValues) return [];
    const places = own.map((value) => (value === undefined ? "-" : values.indexOf(value).toString(mostValues)));
    return { name, values, places: places.join("") };
  });
}

/** What the downstream classifiers say of the reconstructions of some images. */
export function predictionsOf(run: RunData, images: readonly string[]): ReportPredictions[] {
  const wanted = new Map(images.map((image, place) => [image, place]));
  const byName = new Map(run.downstream.map((name) => [name, new Array<number | undefined>(images.length)]));
  for (const { image, classifier, reconstruction } of run.predictions) {
    const place = wanted.get(image);
    const own = byName.get(classifier);
    if (place !== undefined && own !== undefined) own[place] = reconstruction;
  }
  return [...byName].flatMap(([classifier, values]) => {
    const known = values.filter((value) => value !== undefined);
    if (known.length === 0) return [];
    // Predictions lie in [0, 1] but for sums of classifiers.
    const low = known.reduce((least, value) => Math.min(least, value), 0);
    const high = known.reduce((most, value) => Math.max(most, value), 1);
    const bytes = Uint8Array.from({ length: images.length }, (_, place) => {
      const value = values[place];
      return value === undefined ? 255 : Math.round((254 * (value - low)) / (high - low));
    });
    return { classifier, low, high, bytes: base64(bytes) };
  });
}
