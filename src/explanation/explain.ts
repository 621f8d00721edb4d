import type { Alignment } from "../alignment/align.ts";
import { alignBatch } from "../alignment/align-batch.ts";
import type { KeptFrames } from "../alignment/kept-frames.ts";
import { leastBaseChange } from "../alignment/relative-change.ts";
import { assertDrop, searchOptions, suitedTo } from "../counterfactual/search-options.ts";
import type { BeforeAfter, SearchOptions, StopReason, TracePoint } from "../counterfactual/types.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Tensor } from "../tensor.ts";

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
export interface Explanation {
  readonly image: string;
  readonly base: string;
  readonly lambda: number | null;
  readonly shift: number;
  /** `shift` and the length of the way in units of the latent scale. */
  readonly displacement: number | null;
  readonly length: number | null;
  readonly stopReason: StopReason;
  readonly evaluations: number;
  readonly gradients: number;
  readonly basePrediction: BeforeAfter;
  readonly alignment: readonly Alignment[];
  readonly minBaseChange: number;
  /** Why there is no relative change, in words; undefined where there is. */
  readonly withoutRelativeChange?: string;
  readonly trace: readonly TracePoint[];
  readonly dominantTerm?: string;
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
  const { lambda, shift, displacement, length, stopReason, evaluations, gradients } = row;
  const { before, after, trace, dominantTerm } = row;
  const fall = before - after;
  const tooSmall = `${base.name} fell by ${fall.toFixed(2)}, and relative change needs a fall of more than ${minBaseChange}`;
  return {
    image: name,
    base: base.name,
    lambda,
    shift,
    displacement,
    length,
    stopReason,
    evaluations,
    gradients: gradients ?? 0,
    basePrediction: { before, after },
    alignment: changes.map(({ downstream, before, after, relativeChange }) => ({
      downstream,
      before,
      after,
      relativeChange: relativeChange ?? undefined,
    })),
    minBaseChange,
    ...(fall > minBaseChange ? {} : { withoutRelativeChange: tooSmall }),
    trace,
    ...(dominantTerm === null ? {} : { dominantTerm }),
    kept: pictures,
  };
}
