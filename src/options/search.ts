import { choice, number } from "./option.ts";

const reference = { option: "search", is: ["reference"] };

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
  /** fast: latent distance |λ|·‖g‖ allowed, in units of the median distance between latents of the data: the autoencoder's, else 0.4. */
  maxShift: number(
    { above: 0 },
    {
      default: 0.4,
      unit: "median distances between images",
      when: { option: "search", is: ["fast"] },
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
