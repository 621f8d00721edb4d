import type { SaliencyRow } from "../alignment/rows.ts";
import {
  type ComparableMap,
  type MapSimilarity,
  magnitudes,
  mapSimilarity,
  ofMagnitudes,
} from "../attribution/map-similarity.ts";
import { saliency } from "../attribution/saliency.ts";
import { throwIfInterrupted } from "../base/errors.ts";
import { row, type Tensor } from "../base/tensor.ts";
import type { LoadedImage } from "../images/image-source.ts";
import { hasPrediction, modelsOf, outputsOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { filled, width } from "../models/whole-calls.ts";
import type { SaliencyMethod } from "../options/run.ts";
import type { RunFile } from "../results/run-file.ts";
import type { Roles } from "./roles.ts";

/** Images of a chunk that are among the first of the order, whose maps are compared. */
export function mappedImages(
  images: readonly LoadedImage[],
  { saliency }: Pick<RunFile["options"], "saliency">,
): readonly LoadedImage[] {
  if (saliency === undefined) return [];
  return images.filter(({ row: { position }, pixels }) => pixels !== undefined && position < saliency.images);
}

interface SaliencyContext {
  readonly roles: Roles;
  readonly method: SaliencyMethod;
  readonly signal: AbortSignal;
  /** Told as maps are made: how many of all. */
  readonly progress: (done: number, total: number) => void;
}

/**
 * How alike the saliency maps of the run's base and downstream classifiers are on some images, which have pixels. Maps are of the
 * input images, as a saliency map is commonly shown.
 */
export async function saliencyRows(
  images: readonly LoadedImage[],
  { roles, method, signal, progress }: SaliencyContext,
): Promise<readonly SaliencyRow[]> {
  const all = [...roles.bases.map(({ classifier }) => classifier), ...roles.downstream];
  const classifiers = [...new Map(all.map((classifier) => [classifier.name, classifier])).values()];
  const rows: SaliencyRow[] = [];
  for (let start = 0; start < images.length; start += width) {
    const group = images.slice(start, start + width);
    const input = filled(group.flatMap(({ pixels }) => pixels ?? []));
    // By classifier, then by image: ranks, which take the most room, are held of one image at a time.
    const sizes: (Float64Array | undefined)[][] = [];
    for (const [place, classifier] of classifiers.entries()) {
      throwIfInterrupted(signal);
      sizes.push(await sizesOf(input, group.length, { classifier, method }));
      progress(start * classifiers.length + group.length * (place + 1), images.length * classifiers.length);
    }
    for (const [index, { row: image }] of group.entries()) {
      const ready = sizes.map((ofClassifier) => {
        const own = ofClassifier[index];
        return own && ofMagnitudes(own);
      });
      rows.push(...pairs(image.image, classifiers, (a, b) => similarity(ready[a], ready[b])));
    }
  }
  return rows;
}

/** Magnitudes of a classifier's maps of the first `count` images; undefined for one on which it gives no number, and so has no map. */
async function sizesOf(
  images: Tensor,
  count: number,
  options: { readonly classifier: Classifier; readonly method: SaliencyMethod },
): Promise<(Float64Array | undefined)[]> {
  const outputs = await outputsOf(modelsOf([options.classifier]), images);
  const places = Array.from({ length: count }, (_, place) => place);
  const usable = places.filter((place) => hasPrediction(options.classifier, outputs(place)));
  if (usable.length === 0) return places.map(() => undefined);
  const shown = usable.length === count ? images : filled(usable.map((place) => row(images, place)));
  const { maps } = await saliency(shown, options);
  const sizes = new Map(usable.map((place, index) => [place, magnitudes(row(maps, index))]));
  return places.map((place) => sizes.get(place));
}

function similarity(a: ComparableMap | undefined, b: ComparableMap | undefined): MapSimilarity {
  return a === undefined || b === undefined ? { cosine: undefined, rank: undefined } : mapSimilarity(a, b);
}

function pairs(
  image: string,
  classifiers: readonly Classifier[],
  compare: (a: number, b: number) => MapSimilarity,
): SaliencyRow[] {
  return classifiers.map(({ name }, a) => {
    const [cosine, rank]: [Record<string, number>, Record<string, number>] = [{}, {}];
    for (const [b, other] of classifiers.entries()) {
      if (b <= a) continue;
      const found = compare(a, b);
      if (found.cosine !== undefined) cosine[other.name] = found.cosine;
      if (found.rank !== undefined) rank[other.name] = found.rank;
    }
    return { image, classifier: name, cosine, rank };
  });
}
