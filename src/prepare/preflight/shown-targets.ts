import { throwIfInterrupted } from "../../base/errors.ts";
import { loadImages } from "../../images/image-source.ts";
import { listImages } from "../../images/list-images.ts";
import { isPositive, outputsOf } from "../../models/prediction.ts";
import type { Classifier } from "../../models/types.ts";
import { filled, width } from "../../models/whole-calls.ts";
import type { Workspace } from "../../models/workspace.ts";

/** From more targets on, most have no picture to lower, and their cells nothing to say. */
const mostTargets = 100;
/** Pictures that are looked at, and targets of a model that are kept. */
const looked = 256;
const mostShown = 20;

/** What is left of classifiers where files have very many targets. */
export interface ShownTargets {
  /** Those of the given ones that pictures show, or whose file has at most 100 targets. */
  readonly classifiers: readonly Classifier[];
  /** What was left out, in words; empty where nothing was. */
  readonly notes: readonly string[];
}

/**
 * Of classifiers whose file has more than 100 targets those that the first 256 pictures are positive for most often, at most 20 a file:
 * a thousand classes are a million cells, of which hardly one has a picture.
 */
export async function shownTargets(
  folder: string,
  classifiers: readonly Classifier[],
  {
    workspace,
    signal = new AbortController().signal,
  }: { readonly workspace: Workspace; readonly signal?: AbortSignal },
): Promise<ShownTargets> {
  const { autoencoder } = workspace;
  const large = workspace.models.filter(({ targets }) => targets.length > mostTargets);
  if (large.length === 0) return { classifiers, notes: [] };
  const modelOf = (classifier: Classifier) => large.find((model) => classifier.terms[0]?.model === model);
  const own = classifiers.filter(modelOf);
  const listing = await listImages(folder, 1, undefined, signal);
  const counts = new Map<Classifier, number>();
  let pictures = 0;
  for (let from = 0; from < Math.min(looked, listing.rows.length); from += width) {
    throwIfInterrupted(signal);
    const loaded = await loadImages(listing, listing.rows.slice(from, from + width), { autoencoder, signal });
    const pixels = loaded.flatMap((image) => image.pixels ?? []);
    if (pixels.length === 0) continue;
    const outputs = await outputsOf(large, filled(pixels));
    pixels.forEach((_, i) => {
      for (const classifier of own)
        if (isPositive(classifier, outputs(i))) counts.set(classifier, (counts.get(classifier) ?? 0) + 1);
    });
    pictures += pixels.length;
  }
  const kept = new Set(
    large.flatMap((model) =>
      own
        .filter((classifier) => counts.has(classifier) && modelOf(classifier) === model)
        .sort((a, b) => (counts.get(b) as number) - (counts.get(a) as number))
        .slice(0, mostShown),
    ),
  );
  return {
    classifiers: classifiers.filter((classifier) => modelOf(classifier) === undefined || kept.has(classifier)),
    notes: large.map((model) => {
      const names = [...kept].filter((classifier) => modelOf(classifier) === model).map(({ name }) => name);
      return `${model.name} has ${model.targets.length} targets: of those that ${pictures} pictures show, ${names.length === 0 ? "none is" : `the most frequent are`} lowered and watched${names.length === 0 ? "" : ` (${names.join(", ")})`}`;
    }),
  };
}
