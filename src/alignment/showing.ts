import { throwIfInterrupted } from "../errors.ts";
import { type Outputs, outputsOf } from "../models/prediction.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { filled, WholeCalls } from "../models/whole-calls.ts";
import { row, type Tensor } from "../tensor.ts";

/** Told what the classifier files say of an image; the image is a view of its call. */
type Told = (outputs: Outputs, image: Tensor) => void;

/** Classifier files that images are shown to, each file once, in whole calls of whatever comes: counterfactuals, null draws, frames. */
export interface Showing {
  /** Shows an image, [1, c, h, w]. Resolves when no full call is left; told then, or after later ones. */
  image(image: Tensor, told: Told): Promise<void>;
  /** Decodes a latent and shows what it gives. */
  latent(latent: Tensor, told: Told): Promise<void>;
  /** Shows what is left. */
  flush(): Promise<void>;
}

/** signal: checked before every call; throws CfalignError("interrupted"). */
export function showing(
  autoencoder: Autoencoder,
  models: readonly ClassifierModel[],
  signal: AbortSignal | undefined,
): Showing {
  const shown = new WholeCalls<{ readonly image: Tensor; readonly told: Told }>(async (items) => {
    throwIfInterrupted(signal);
    const outputs = await outputsOf(models, filled(items.map(({ image }) => image)));
    for (const [place, { image, told }] of items.entries()) told(outputs(place), image);
  });
  const decoded = new WholeCalls<{ readonly latent: Tensor; readonly told: Told }>(async (items) => {
    throwIfInterrupted(signal);
    const images = await autoencoder.decode(filled(items.map(({ latent }) => latent)));
    for (const [place, { told }] of items.entries()) await shown.add({ image: row(images, place), told });
  });
  return {
    image: (image, told) => shown.add({ image, told }),
    latent: (latent, told) => decoded.add({ latent, told }),
    async flush() {
      await decoded.flush();
      await shown.flush();
    },
  };
}
