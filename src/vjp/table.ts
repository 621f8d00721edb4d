import { activation } from "./activation.ts";
import { arithmetic } from "./arithmetic.ts";
import { convolution } from "./convolution.ts";
import { linear } from "./linear.ts";
import { pooling } from "./pooling.ts";
import type { RuleTable } from "./rule.ts";
import { shape } from "./shape.ts";

/** The derivatives: the rule set of plain reverse mode. */
export const derivatives: RuleTable = {
  ...arithmetic,
  ...activation,
  ...linear,
  ...convolution,
  ...pooling,
  ...shape,
};
