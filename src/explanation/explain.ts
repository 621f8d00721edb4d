import { alignmentSchema } from "../alignment/align.ts";
import { alignBatch } from "../alignment/align-batch.ts";
import type { KeptFrames } from "../alignment/kept-frames.ts";
import { leastBaseChange } from "../alignment/relative-change.ts";
import type { Tensor } from "../base/tensor.ts";
import { assertDrop, searchOptions, suitedTo } from "../counterfactual/search-options.ts";
import { type SearchOptions, searchFigures } from "../counterfactual/types.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { type ExplanationJson, explained } from "./json.ts";

/** The models, and how `explain` searches and draws. */
export interface ExplainOptions extends Partial<SearchOptions> {
  /** What the image is called in the result. */
  readonly name: string;
  readonly autoencoder: Autoencoder;
  readonly base: Classifier;
  readonly downstream: readonly Classifier[];
  /** Unit of `maxShift`: the median distance between latents of the data; √2·‖z0‖ when absent. */
  readonly latentScale?: number;
  /** Fall of the base from which there is a relative change, 0.3. */
  readonly minBaseChange?: number;
  /** Pictures from reconstruction to counterfactual, both included (8). */
  readonly frames?: number;
  /** Checked between evaluations; throws CfalignError("interrupted"). */
  readonly signal?: AbortSignal;
}

/** One image's counterfactual with what every downstream classifier says of it, and the pictures along the way. */
export interface Explanation extends ExplanationJson {
  readonly kept: KeptFrames;
}

/** Explains one image, whatever the base says of it: nothing is selected. pixels: [1, 1 | 3, h, w] in [0, 1], of any size. */
export async function explain(pixels: Tensor, options: ExplainOptions): Promise<Explanation> {
  const { name, autoencoder, base, downstream, frames, signal, minBaseChange = leastBaseChange } = options;
  const search = searchOptions(suitedTo(autoencoder, options));
  assertDrop(search, base);
  const kept: KeptFrames[] = [];
  const { counterfactuals, changes } = await alignBatch({
    images: [{ image: name, pixels }],
    autoencoder,
    bases: [{ classifier: base }],
    downstream,
    judges: [],
    search,
    minBaseChange,
    ...(options.latentScale === undefined ? {} : { latentScale: options.latentScale }),
    selectFor: () => "all",
    minPrediction: 0,
    keep: new Map([[base.name, 1]]),
    keepFrom: -Infinity,
    kept: (frames) => kept.push(frames),
    ...(frames === undefined ? {} : { keepFrames: frames }),
    ...(signal === undefined ? {} : { signal }),
  });
  const [row] = counterfactuals;
  const [pictures] = kept;
  if (row === undefined || pictures === undefined) throw new Error(`no counterfactual of ${name}`);
  const { before, after } = row;
  const figures = searchFigures.strip().parse({ ...row, basePrediction: { before, after } });
  const alignment = changes.map((change) => alignmentSchema.strip().parse(change));
  return { ...explained(name, figures, { alignment, least: minBaseChange }), kept: pictures };
}
