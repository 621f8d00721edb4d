import { CfalignError } from "../base/errors.ts";
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
import { quantization } from "./quantization.ts";
import { reduction } from "./reduction.ts";
import { refused } from "./refused.ts";
import { resizing } from "./resize.ts";
import { regions } from "./roi-align.ts";
import type { Rules } from "./rule.ts";
import { shape } from "./shape.ts";
import { signal } from "./signal.ts";

/** The families of operators. */
export const families = [
  arithmetic,
  activation,
  linear,
  contraction,
  convolution,
  pooling,
  normalization,
  reduction,
  resizing,
  shape,
  indexing,
  flat,
  gridSampling,
  deformable,
  quantization,
  regions,
  signal,
  loss,
  refused,
] as const;

/** The derivatives: the rule set of plain reverse mode. Total over the standard operators, so the compiler names one that is forgotten. */
export const derivatives: Readonly<Record<Operator, Rules>> = disjoint(families);

type Keys<Family> = Family extends unknown ? keyof Family : never;

/** All families as one table. Throws for an operator that two of them have: neither rule may win in silence. */
export function disjoint<const Families extends readonly Readonly<Record<string, Rules>>[]>(families: Families) {
  const entries = families.flatMap((family) => Object.entries(family));
  const table = new Map<string, Rules>();
  for (const [op, rules] of entries) {
    if (table.has(op)) throw new CfalignError("internal", `operator "${op}" is in two families of gradient rules`);
    table.set(op, rules);
  }
  return Object.fromEntries(table) as Readonly<Record<Keys<Families[number]>, Rules>>;
}
