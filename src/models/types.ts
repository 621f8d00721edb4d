import type { Tensor } from "../base/tensor.ts";
import type { VjpOptions } from "../engine/compile.ts";
import type { Linearized } from "../engine/linearize.ts";
import type { Model } from "../engine/model.ts";
import type { Framing } from "./framing.ts";
import type { ImageSize } from "./preprocessing.ts";

/** How a model turns logits into predictions. */
export type Activation = "sigmoid" | "softmax" | "none";

/** Size of the images that go from model to model, and how pictures are brought to it: stretched, when absent. */
export interface ImageFrame extends ImageSize {
  readonly framing?: Framing;
}

/** A picture file as it was read: [1, c, h, w] in [0, 1] at some frame, and its own size. */
export interface KeptPicture {
  readonly pixels: Tensor;
  readonly width: number;
  readonly height: number;
}

/** Pictures that were read, for who reads them again. key: of the file and the frame. */
export interface PictureMemory {
  /** A picture that was kept; undefined where there is none. */
  find(key: string): KeptPicture | undefined;
  /** Keeps a picture, unless there is no room. */
  keep(key: string, picture: KeptPicture): void;
}

/** An autoencoder: E and D of the paper. Disposed with its workspace. */
export interface Autoencoder {
  readonly name: string;
  /** SHA-256 over manifest and files: identity of the model in a run. */
  readonly hash: string;
  readonly image: ImageFrame;
  /** Pictures that were brought to `image` before. */
  readonly pictures?: PictureMemory | undefined;
  /** Latent distance that searches allow in it when none is given, in median distances between images; 0.4 when absent. */
  readonly maxShift?: number;
  /** Shape of one latent, without the batch axis. */
  readonly latentDims: readonly number[];
  /** z0 = E(x). images: [n, c, h, w] in [0, 1] at `image` size → [n, ...latentDims]. */
  encode(images: Tensor): Promise<Tensor>;
  /** x = D(z), mapped to [0, 1] and clamped (unless the manifest says no). [n, ...latentDims] → [n, c, h, w]. */
  decode(latents: Tensor): Promise<Tensor>;
  /**
   * Outputs of a classifier on decoded latents, f(D(z)) before the head, and ∂(cotangents · outputs)/∂z (Eq. 1).
   * latents: [n, ...latentDims]; cotangents: [n, targets] → outputs [n, targets], gradients [n, ...latentDims].
   * One session per classifier model serves every target and every composition.
   */
  gradients(model: ClassifierModel, latents: Tensor, cotangents: Tensor): Promise<LatentGradients>;
  /** As `gradients`, with the decoded latents of the same run. */
  decodeWithGradients(
    model: ClassifierModel,
    latents: Tensor,
    cotangents: Tensor,
  ): Promise<LatentGradients & { readonly images: Tensor }>;
  /** The decoder at some latents, for the gradients of many classifiers there: [n, ...latentDims] → [n, c, h, w], and back. */
  linearized(latents: Tensor): Promise<Linearized>;
  /** Rows of one call of the decoder with gradients. */
  readonly batch: number;
}

/** What `gradients` gives. */
interface LatentGradients {
  readonly outputs: Tensor;
  readonly gradients: Tensor;
}

/** One classifier file with its named targets. */
export interface ClassifierModel {
  readonly name: string;
  readonly hash: string;
  readonly targets: readonly string[];
  readonly activation: Activation;
  /** Hash of the model whose inner values it reads, where it is a probe: mostly the autoencoder, whose latent it reads. */
  readonly probeOf?: string;
  /** Whether its gradients by the latent are central differences, as its manifest asks for: two looks for every number of the latent. */
  readonly byDifferences?: true;
  /** Targets that a model of texts named, and nobody has checked. */
  readonly unchecked?: readonly string[];
  /** The images that it takes: the autoencoder's. */
  readonly image: ImageFrame;
  /** From `image` [n, c, h, w] at the autoencoder's size to `outputs` [n, targets], preprocessing inside, the head cut off. */
  readonly graph: Model;
  /** With `none`: outputs `low` and `high` are predictions 0 and 1; affine, not clamped. */
  readonly scale?: { readonly low: number; readonly high: number };
  /** Raw outputs before the head for [n, c, h, w] images in [0, 1] at the autoencoder's size → [n, targets]. With `none` they are the predictions. */
  logits(images: Tensor): Promise<Tensor>;
  /**
   * Raw outputs on images, as `logits` gives them, and ∂(cotangents · outputs)/∂images, without the autoencoder.
   * images: [n, c, h, w]; cotangents: [n, targets] → outputs [n, targets], gradients [n, c, h, w].
   * rules: the rule set of another method than the derivative. One session per rule set serves every target.
   */
  gradients(
    images: Tensor,
    cotangents: Tensor,
    rules?: VjpOptions["rules"],
  ): Promise<{ readonly outputs: Tensor; readonly gradients: Tensor }>;
  /** The classifier at some images, for the gradients of many targets there: [n, c, h, w] → [n, targets], and back. */
  linearized(images: Tensor): Promise<Linearized>;
}

/** One term c·f of a composed classifier (Eqs. 4, 5). */
export interface Term {
  readonly coefficient: number;
  readonly model: ClassifierModel;
  /** Index into `model.targets`. */
  readonly target: number;
  /** Shortest name of the target that resolves back to it. */
  readonly name: string;
}

/** A classifier as an expression: a sum of terms, each after its own head; a plain target is one term with coefficient 1. */
export interface Classifier {
  /** Shortest expression that resolves back to it. */
  readonly name: string;
  readonly terms: readonly Term[];
}
