import type { CompileOptions } from "../engine/compile.ts";
import type { Placement, Placements } from "../engine/placement.ts";

/** How the sessions of a model are made. */
export interface ModelOptions extends Omit<CompileOptions, "placement"> {
  /** Where they run: on the CPU when absent. */
  readonly placements?: Placements;
}

/** Options of one part of a model. */
export function placedAt(options: CompileOptions, placement: Placement | undefined): CompileOptions {
  return placement === undefined ? options : { ...options, placement };
}
