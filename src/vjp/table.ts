import { activation } from "./activation.ts";
import { arithmetic } from "./arithmetic.ts";
import { convolution } from "./convolution.ts";
import { deformable } from "./deformable.ts";
import { contraction } from "./einsum.ts";
import { flat } from "./flat.ts";
import { gridSampling } from "./grid-sample.ts";
import { indexing } from "./indexing.ts";
import { linear } from "./linear.ts";
import { loss } from "./loss.ts";
import { normalization } from "./normalization.ts";
import type { Operator } from "./operators.ts";
import { pooling } from "./pooling.ts";
import { reduction } from "./reduction.ts";
import { refused } from "./refused.ts";
import { resizing } from "./resize.ts";
import { regions } from "./roi-align.ts";
import type { Rules } from "./rule.ts";
import { shape } from "./shape.ts";
import { signal } from "./signal.ts";

/** The derivatives: the rule set of plain reverse mode. Total over the standard operators, so the compiler names one that is forgotten. */
export const derivatives: Readonly<Record<Operator, Rules>> = {
  ...arithmetic,
  ...activation,
  ...linear,
  ...contraction,
  ...convolution,
  ...pooling,
  ...normalization,
  ...reduction,
  ...resizing,
  ...shape,
  ...indexing,
  ...flat,
  ...gridSampling,
  ...deformable,
  ...regions,
  ...signal,
  ...loss,
  ...refused,
};
