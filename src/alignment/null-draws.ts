import type { Tensor } from "../tensor.ts";

/** An image that null draws move towards, and where a move ends. */
export interface NullTarget {
  readonly image: string;
  /** E(x_j), or the end of the move; [1, ...latentDims] */
  readonly latent: Tensor;
}

/** A counterfactual to hold null draws against. */
export interface NullStart {
  /** z0 = E(x_i), [1, ...latentDims] */
  readonly latent: Tensor;
  /** Where the counterfactual went: (z0 − zλ)/‖z0 − zλ‖, along Eq. 1 the base's g/‖g‖; undefined where it went nowhere. */
  readonly unit: Float64Array | undefined;
  /** Latent distance of the counterfactual. */
  readonly shift: number;
  readonly targets: readonly NullTarget[];
}

/**
 * The noise floor of a counterfactual: moves as long as its own (from z0 to its end, however the way bends) towards other images, with its own
 * direction projected out. Along Eq. 1 that is the base's gradient, so that to first order the base stays where it is. Of a path it is the
 * displacement: over a move of this length that, and not the gradient at a confident and therefore flat z0, is what lowers the base.
 * Targets in which nothing is left beside this direction have none.
 * Differences of latents stay on the manifold; random directions overlap with nothing in high dimensions.
 */
export function nullMoves(start: NullStart): readonly NullTarget[] {
  return start.targets.flatMap(({ image, latent }) => {
    const moved = nullMove(start, latent);
    return moved === undefined ? [] : [{ image, latent: moved }];
  });
}

/** z0 + shift·v, v the unit vector along (E(x_j) − z0) − its part along `unit`; undefined where that is 0. */
export function nullMove({ latent, unit, shift }: NullStart, target: Tensor): Tensor | undefined {
  if (unit === undefined || shift === 0) return undefined;
  const toward = Float64Array.from(latent.data, (value, i) => (target.data[i] as number) - value);
  const along = toward.reduce((sum, value, i) => sum + value * (unit[i] as number), 0);
  let squares = 0;
  toward.forEach((value, i) => {
    toward[i] = value - along * (unit[i] as number);
    squares += (toward[i] as number) ** 2;
  });
  if (squares === 0) return undefined;
  const scale = shift / Math.sqrt(squares);
  return { data: latent.data.map((value, i) => value + scale * (toward[i] as number)), dims: latent.dims };
}
