import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import { row, type Tensor } from "../base/tensor.ts";
import type { Seen } from "../counterfactual/shift-searches.ts";
import type { Outputs } from "../models/prediction.ts";
import type { Autoencoder, ClassifierModel } from "../models/types.ts";
import { filled, padded, WholeCalls, width } from "../models/whole-calls.ts";

/** Called with what the classifier files say of an image; the image is a view of its call. */
type OnOutputs = (outputs: Outputs, image: Tensor) => void;

/**
 * Classifier files that images are shown to, each file once, in whole calls of whatever comes: counterfactuals, frames.
 * Every file has a line of its own, as some have seen an image before.
 */
export interface Showing {
  /** Shows an image, [1, c, h, w], to the files that have not `seen` it. Resolves when no full call is left; called then, or after later ones. */
  image(image: Tensor, onOutputs: OnOutputs, seen?: Seen): Promise<void>;
  /** Decodes a latent and shows what it gives. */
  latent(latent: Tensor, onOutputs: OnOutputs): Promise<void>;
  /** Shows what is left. */
  flush(): Promise<void>;
}

/** An image in a file's line. */
interface Waiting {
  readonly image: Tensor;
  readonly saw: (model: ClassifierModel, outputs: ArrayLike<number>) => void;
}

/** signal: checked before every call; throws CfalignError("interrupted"). */
export function showing(
  autoencoder: Autoencoder,
  models: readonly ClassifierModel[],
  signal: AbortSignal | undefined,
): Showing {
  const lines = new Map(models.map((model): [ClassifierModel, Waiting[]] => [model, []]));
  const stacked = callOfImages();
  let running: Promise<void> = Promise.resolve();
  /** Whole calls, and with `least` 1 what is left, one after the other: they take turns with one tensor. */
  const work = (least: number): Promise<void> => {
    running = running.then(async () => {
      // Images of a call in all lines before the next: files that saw nothing before are then shown the same ones.
      for (let full = true; full; ) {
        full = false;
        for (const [model, line] of lines) {
          if (line.length < least) continue;
          full = true;
          throwIfInterrupted(signal);
          const items = line.splice(0, width);
          const outputs = await model.logits(stacked(items.map(({ image }) => image)));
          for (const [place, { saw }] of items.entries()) saw(model, row(outputs, place).data);
        }
      }
    });
    return running;
  };
  const image: Showing["image"] = (image, onOutputs, seen) => {
    const found = new Map<ClassifierModel, ArrayLike<number>>();
    const outputs: Outputs = (model) => {
      const own = found.get(model);
      if (own === undefined) throw new CfalignError("internal", `no outputs of "${model.name}"`);
      return own;
    };
    const saw: Waiting["saw"] = (model, own) => {
      found.set(model, own);
      if (found.size === models.length) onOutputs(outputs, image);
    };
    if (models.length === 0) onOutputs(outputs, image);
    for (const model of models) {
      const own = seen?.get(model);
      if (own === undefined) lines.get(model)?.push({ image, saw });
      else saw(model, own);
    }
    return work(width);
  };
  const decoded = new WholeCalls<{ readonly latent: Tensor; readonly onOutputs: OnOutputs }>(async (items) => {
    throwIfInterrupted(signal);
    const images = await autoencoder.decode(filled(items.map(({ latent }) => latent)));
    for (const [place, { onOutputs }] of items.entries()) await image(row(images, place), onOutputs);
  });
  return {
    image,
    latent: (latent, onOutputs) => decoded.add({ latent, onOutputs }),
    async flush() {
      await decoded.flush();
      await work(1);
    },
  };
}

/** Images as one tensor, filled up to a whole call: the same memory every time, and left as it is where the images are those of the call before. */
function callOfImages(): (images: readonly Tensor[]) => Tensor {
  let last: readonly Tensor[] = [];
  let call: Tensor | undefined;
  return (images) => {
    if (call !== undefined && images.length === last.length && images.every((image, place) => image === last[place])) {
      return call;
    }
    last = images;
    if (call === undefined) {
      call = filled(images);
      return call;
    }
    const { data } = call;
    for (const [place, image] of padded(images).entries()) data.set(image.data, place * image.data.length);
    return call;
  };
}
