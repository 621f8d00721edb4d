import type { Tensor } from "../base/tensor.ts";
import type { Classifier } from "../models/types.ts";

/** Options of the methods; each reads its own. */
export interface MethodOptions {
  /** Integrated gradients: where the path begins, one brightness for all pixels or an image [1, c, h, w] in [0, 1]. Black (0) by default. */
  readonly baseline?: number | Tensor;
  /** Integrated gradients: points on the path, 32. */
  readonly steps?: number;
}

/** What a method says of some images. */
export interface Attribution {
  /** One signed value per pixel and channel: [n, c, h, w]. */
  readonly maps: Tensor;
  /** Integrated gradients: per image Σ map − (f(x) − f(baseline)), which is 0 but for the error of the integral. */
  readonly completenessGaps?: readonly number[];
}

/** An attribution method. images: [n, c, h, w] in [0, 1], at the size that the classifier's graph takes. */
export type Method = (images: Tensor, classifier: Classifier, options?: MethodOptions) => Promise<Attribution>;
