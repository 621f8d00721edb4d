import { activation } from "./cases/activation.ts";
import { arithmetic } from "./cases/arithmetic.ts";
import { convolution } from "./cases/convolution.ts";
import { products } from "./cases/linear.ts";
import { loss } from "./cases/loss.ts";
import { normalization } from "./cases/normalization.ts";
import { pooling } from "./cases/pooling.ts";
import { quantization } from "./cases/quantization.ts";
import { reduction } from "./cases/reduction.ts";
import { resizing } from "./cases/resize.ts";
import { sampling } from "./cases/sampling.ts";
import { shape } from "./cases/shape.ts";
import { signal } from "./cases/signal.ts";
import type { Row } from "./row.ts";

/** Every gradient test. */
export const rows: readonly Row[] = [
  ...arithmetic,
  ...activation,
  ...products,
  ...convolution,
  ...pooling,
  ...normalization,
  ...reduction,
  ...resizing,
  ...shape,
  ...sampling,
  ...signal,
  ...loss,
  ...quantization,
];
