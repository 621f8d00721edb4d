import type { Color } from "./color.ts";
import type { Strengths } from "./factors.ts";
import type { Nuisances } from "./nuisances.ts";

/** What several parts of a face share: saturated strengths, nuisances, colours and the measures of the head. */
export interface Look {
  readonly s: Strengths;
  readonly n: Nuisances;
  readonly skin: Color;
  readonly hair: Color;
  readonly brow: Color;
  /** Half the width of the head at the ears, in units before the head's scale. */
  readonly headWidth: number;
  /** The lowest point of the head, below its centre. */
  readonly chin: number;
}
