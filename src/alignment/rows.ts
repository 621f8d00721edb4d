import type { BeforeAfter, SearchFigures } from "../counterfactual/types.ts";
import type { Alignment } from "./align.ts";

/** One image of a run, also when it was dropped. Table `images`. */
export interface ImageRow {
  /** Path relative to the image folder, with "/". */
  readonly image: string;
  /** null for a file that was not read: too large, or no permission. */
  readonly sha256: string | null;
  /** Place in the order of the run (hash of seed and file bytes), from 0. */
  readonly position: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Ground-truth labels by column of the metadata file: numbers; empty when there are none. */
  readonly labels: Readonly<Record<string, number>>;
  /** Why the image is not used ("not-an-image", "empty", "too-large", "corrupt", …), or null. */
  readonly dropReason: string | null;
  /** Share of the reconstruction's values at or beyond the ends of [0, 1], where the decoder's clamp puts them; null without a reconstruction. */
  readonly clampedShare: number | null;
}

/** f(x) and f(D(E(x))) of one classifier on one image. Table `predictions`. */
export interface PredictionRow {
  readonly image: string;
  readonly classifier: string;
  readonly input: number;
  readonly reconstruction: number;
}

/** What a counterfactual may be shown through again: changes that leave what a person sees as it is. */
export type Perturbation = "reencoded" | "jpeg" | "blurred" | "shifted";

/** One counterfactual. Table `counterfactuals`. */
export interface CounterfactualRow extends Omit<SearchFigures, "basePrediction" | "gradients">, BeforeAfter {
  readonly image: string;
  /** Latents at which the gradient was taken; null in runs of earlier versions. */
  readonly gradients: number | null;
  /** f_b(T(x0)) − f_b(T(xλ)) by perturbation T; empty where the drop was not reached or it was not asked for. */
  readonly perturbed: Readonly<Partial<Record<Perturbation, number>>>;
}

/**
 * Inner products of one classifier's latent gradient, averaged over noise, with its own and that of every classifier that comes after it
 * among those of the image. Table `products`.
 */
export interface ProductRow {
  readonly image: string;
  readonly classifier: string;
  readonly products: Readonly<Record<string, number>>;
}

/**
 * How alike a classifier's saliency map is to that of every classifier that comes after it; a pair without an entry has no value.
 * Table `saliency`.
 */
export interface SaliencyRow {
  readonly image: string;
  readonly classifier: string;
  /** Cosine of the magnitudes, from 0 to 1. */
  readonly cosine: Readonly<Record<string, number>>;
  /** Spearman's correlation of the magnitudes over pixels. */
  readonly rank: Readonly<Record<string, number>>;
}

/** How one downstream classifier (or judge) moved on one counterfactual (Eq. 3). Table `changes`. */
export interface ChangeRow extends Alignment {
  readonly image: string;
  readonly base: string;
}

/** A classifier that has no rows of an image, since a number on the way to them is not finite. */
export interface NotFinite {
  readonly image: string;
  readonly classifier: string;
}
