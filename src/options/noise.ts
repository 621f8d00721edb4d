import { number, whole } from "./option.ts";

/** How gradients are averaged around a latent. */
export const noiseOptionTable = {
  /** Latents that the gradient is averaged over, 8. */
  draws: whole({ least: 1 }, { default: 8, report: false }),
  /** Standard deviation σ of their distance from z0 along every axis, in units of the latents' spread, 0.5; 0 is the gradient at z0 alone. */
  noise: number({ least: 0, finite: true }, { default: 0.5, unit: "the latents' spread", report: false }),
};
