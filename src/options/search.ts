import { choice, number, whole } from "./option.ts";

/** How gradients are averaged around a latent. */
export const noiseOptionTable = {
  /** Latents that the gradient is averaged over, 8. */
  draws: whole({ least: 1 }, { default: 8, report: false }),
  /** Standard deviation σ of their distance from z0 along every axis, in units of the latents' spread, 0.5; 0 is the gradient at z0 alone. */
  noise: number({ least: 0, finite: true }, { default: 0.5, unit: "the latents' spread", report: false }),
};

const fast = { option: "search", is: ["fast"] };
const reference = { option: "search", is: ["reference"] };
const path = { option: "direction", is: ["path"] };
const smoothed = { option: "direction", is: ["smoothed", "path"] };

/**
 * Options of a search for λ, as `explain` has them.
 * `maxShift` 0.4: well short of another image of the data. In the built-in world 636 of the 647 clean counterfactuals that
 * reach the drop within three median distances do so within 0.375 (scripts/measure/measure-max-shift.ts, 64 images). Further out the
 * way moves what the classifier does not use: with 1 the demo finds nine more cells, none with a true effect of 0.05.
 */
export const searchOptionTable = {
  /** How λ is searched, "fast". */
  search: choice(["fast", "reference"], {
    default: "fast",
    flag: { argument: "<kind>", text: "how λ is searched" },
  }),
  /**
   * fast: where a counterfactual goes, "gradient". `gradient`: along Eq. 1, taken at z0. `smoothed`: along the mean of the logit's gradients
   * over noisy latents around z0. `path`: the same, taken anew after every part of the drop. The search "reference" knows `gradient` alone.
   */
  direction: choice(["gradient", "smoothed", "path"], {
    default: "gradient",
    before: "gradient",
    when: fast,
    flag: {
      argument: "<kind>",
      text: "where a counterfactual goes: along the gradient, along its mean over noise, or along that mean taken anew at every step",
    },
  }),
  /** path: equal parts of the drop, each with a direction of its own, 3. */
  steps: whole(
    { least: 1 },
    { default: 3, before: 1, when: path, flag: { argument: "<count>", text: "parts of the drop" } },
  ),
  /**
   * smoothed, path: noisy latents that a direction is averaged over, 2. Three steps of two draws reach further than two of four and cost
   * less (docs/benchmark.md, "Which way down").
   */
  draws: {
    ...noiseOptionTable.draws,
    ...{ default: 2, before: 1, when: smoothed, report: "draws" },
    flag: { argument: "<count>", text: "gradients that are averaged for a direction" },
  },
  /** smoothed, path: σ of the noise in units of the latents' spread, as in the decomposition, 0.5. */
  noise: {
    ...noiseOptionTable.noise,
    ...{ before: 0, when: smoothed, report: "noise" },
    flag: { argument: "<number>", text: "distance of the latents at which they are taken" },
  },
  /** Fall of the prediction that is asked for, 0.6. */
  drop: number(
    { above: 0 },
    { default: 0.6, flag: { argument: "<number>", text: "fall of the prediction that is asked for" } },
  ),
  /** Prediction below which the search stops, 0.05 of the classifier's range. */
  floor: number(
    { least: 0, below: 1 },
    { default: 0.05, flag: { argument: "<number>", text: "prediction at which to stop" } },
  ),
  /** fast: latent distance from z0 allowed (|λ|·‖g‖ along Eq. 1), in units of the median distance between latents of the data: the autoencoder's, else 0.4. */
  maxShift: number(
    { above: 0 },
    {
      default: 0.4,
      unit: "median distances between images",
      when: fast,
      flag: {
        argument: "<number>",
        text: "latent distance allowed (0.4, or what the autoencoder asks for)",
        hideDefault: true,
      },
    },
  ),
  /** reference: step of the ladder, 10. */
  step: number({ above: 0 }, { default: 10, when: reference, flag: { argument: "<number>", text: "step of λ" } }),
  /** reference: 3000 in `explain`, 500000 over data sets. */
  maxLambda: number(
    { above: 0 },
    { default: 3000, when: reference, flag: { argument: "<number>", text: "largest |λ|", hideDefault: true } },
  ),
  /** reference: allowed Σ|x0 − xλ| as a share of Σ|x0|, 0.05. */
  maxPixelChange: number(
    { above: 0 },
    { default: 0.05, when: reference, flag: { argument: "<share>", text: "largest change of the image" } },
  ),
};

/** Options of the searches over a data set. */
export const dataSearchOptionTable = {
  ...searchOptionTable,
  /** reference: largest |λ|, 500000. */
  maxLambda: { ...searchOptionTable.maxLambda, default: 500_000 },
};
