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
  /** The base's g/‖g‖ at z0 (Eq. 1); undefined where g = 0. */
  readonly unit: Float64Array | undefined;
  /** Latent distance of the counterfactual. */
  readonly shift: number;
  readonly targets: readonly NullTarget[];
}

/**
 * The noise floor of a counterfactual: moves as long as its own towards other images, with the base's gradient projected
 * out, so that to first order the base stays where it is. Targets in which nothing is left beside the gradient have none.
 * Differences of latents stay on the manifold; random directions overlap with nothing in high dimensions.
 */
export function nullMoves(start: NullStart): readonly NullTarget[] {
  return start.targets.flatMap(({ image, latent }) => {
    const moved = nullMove(start, latent);
    return moved === undefined ? [] : [{ image, latent: moved }];
  });
}

/** z0 + shift·v, v the unit vector along (E(x_j) − z0) − its part along the gradient; undefined where that is 0. */
export function nullMove({ latent, unit, shift }: NullStart, target: Tensor): Tensor | undefined {
  if (unit === undefined || shift === 0) return undefined;
  const way = Float64Array.from(latent.data, (value, i) => (target.data[i] as number) - value);
  const along = way.reduce((sum, value, i) => sum + value * (unit[i] as number), 0);
  let squares = 0;
  way.forEach((value, i) => {
    way[i] = value - along * (unit[i] as number);
    squares += (way[i] as number) ** 2;
  });
  if (squares === 0) return undefined;
  const scale = shift / Math.sqrt(squares);
  return { data: latent.data.map((value, i) => value + scale * (way[i] as number)), dims: latent.dims };
}
