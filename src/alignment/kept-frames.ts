import { stack, type Tensor } from "../base/tensor.ts";
import { latentAlong, lengthOf } from "../counterfactual/search-path.ts";
import { hasPrediction, modelsOf, type Outputs, predictionOf } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { showing } from "./showing.ts";
import type { SearchEnd, Shown } from "./shown-searches.ts";

/** Frames from the reconstruction to the counterfactual, with every prediction along the way. */
export interface KeptFrames {
  readonly image: string;
  readonly base: string;
  /** The input at the autoencoder's size: [1, c, h, w]. */
  readonly input: Tensor;
  /** How far along the way each frame lies, as a share of its length (of λ, along Eq. 1): from 0 (reconstruction) to 1 (counterfactual). */
  readonly shares: readonly number[];
  /** [shares, c, h, w] */
  readonly frames: Tensor;
  /** Predictions at `shares` by classifier: base, downstream, judges; without those that are not finite at one of them. */
  readonly predictions: Readonly<Record<string, readonly number[]>>;
}

/** A counterfactual whose frames are to be drawn. */
export interface Keepsake {
  readonly shown: Shown;
  readonly end: SearchEnd;
}

/** The counterfactuals that are worth keeping. */
export interface Keepsakes {
  offer(keepsake: Keepsake): void;
  /** In the order of rows. */
  inOrder(): readonly Keepsake[];
}

/**
 * By base the first counterfactuals in order whose prediction fell by more than `from`, whatever order the searches end in;
 * no others are held. keep: how many by base.
 */
export function keepsakes(keep: ReadonlyMap<string, number>, from: number): Keepsakes {
  const byBase = new Map<string, readonly Keepsake[]>();
  const sorted = (some: readonly Keepsake[]) => some.toSorted((a, b) => a.shown.job.order - b.shown.job.order);
  return {
    offer(keepsake) {
      const { base, before, after } = keepsake.shown.counterfactual;
      if (!(before - after > from)) return;
      byBase.set(base, sorted([...(byBase.get(base) ?? []), keepsake]).slice(0, keep.get(base) ?? 0));
    },
    inOrder: () => sorted([...byBase.values()].flat()),
  };
}

/** One frame: what it looks like, and what the classifiers say of it. */
interface Frame {
  readonly image: Tensor;
  readonly outputs: Outputs;
}

/**
 * Draws frames and shows them to classifiers. The first and the last were drawn and shown before; those between share whole
 * calls, whichever counterfactual they belong to. kept: told the frames of a counterfactual as soon as they are drawn, and its
 * place; no others are held.
 */
export async function keptFrames(
  keepsakes: readonly Keepsake[],
  options: {
    readonly autoencoder: Autoencoder;
    /** What frames are shown to. */
    readonly classifiers: readonly Classifier[];
    /** What the counterfactuals were shown to. */
    readonly seenBy: readonly Classifier[];
    /** Frames of one, 2 or more; a single one is the counterfactual. */
    readonly count: number;
    readonly kept: (frames: KeptFrames, place: number) => void;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const { autoencoder, classifiers, seenBy, count, kept, signal } = options;
  const shares = Array.from({ length: count }, (_, i) => (count === 1 ? 1 : i / (count - 1)));
  const models = modelsOf(classifiers);
  const seen = modelsOf(seenBy);
  const known = models.every((model) => seen.includes(model));
  const show = showing(autoencoder, models, signal);
  for (const [index, { shown, end }] of keepsakes.entries()) {
    const { latent, of } = shown.job;
    const frames: Frame[] = [];
    let drawn = 0;
    const draw = (place: number, frame: Frame): void => {
      frames[place] = frame;
      drawn += 1;
      if (drawn < count) return;
      // Of the bases its own alone: which others there are depends on how they are shared out.
      kept(keptOf(shown, { frames, shares, classifiers: [shown.job.base, ...seenBy] }), index);
    };
    for (const [place, share] of shares.entries()) {
      const seen = (outputs: Outputs, image: Tensor): void => draw(place, { image, outputs });
      if (share === 0) seen(of.onReconstruction, of.reconstruction);
      else if (share === 1 && known) seen(end.outputs, end.image);
      else if (share === 1) await show.image(end.image, seen);
      else await show.latent(latentAlong(latent, end.legs, share * lengthOf(end.legs)), seen);
    }
  }
  await show.flush();
}

function keptOf(
  { job: { of, base } }: Shown,
  drawn: {
    readonly frames: readonly Frame[];
    readonly shares: readonly number[];
    readonly classifiers: readonly Classifier[];
  },
): KeptFrames {
  const { frames, shares, classifiers } = drawn;
  return {
    image: of.image,
    base: base.name,
    input: of.input,
    shares,
    frames: stack(frames.map(({ image }) => image)),
    // By name: in which order classifiers come here depends on which bases a worker has.
    predictions: Object.fromEntries(
      classifiers
        .filter((one) => frames.every(({ outputs }) => hasPrediction(one, outputs)))
        .map((one) => [one.name, frames.map(({ outputs }) => predictionOf(one, outputs))] as const)
        .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
  };
}
