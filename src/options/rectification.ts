import { choice, number, onOff, whole, wholeOrAll } from "./option.ts";
import { dataSearchOptionTable } from "./search.ts";

/**
 * Options of a rectification beside those of its search. η and μ are unpublished. dRC/dc is about 1 for classifiers of similar steepness (in
 * the linear regime ‖∇g‖²/‖∇f‖²), and heavy-ball iteration on a curvature of 1 is critically damped at μ = (1 − √η)²: 0.47 for
 * η = 0.1. Larger η wanders more, because a minibatch of ten has a standard error of about 0.1; smaller takes longer.
 */
export const ownRectifyOptionTable = {
  /**
   * What is fitted: the last layer; where it is small the last two as one; the last without the feature's signal; f + c·g (Eq. 5); or all, of which one is recommended.
   * "auto": the first two, of which one is recommended, and the sum where the file has no such layer.
   */
  method: choice(["auto", "last-layer", "last-two", "project", "sum", "all"], {
    default: "auto",
    flag: {
      argument: "<name>",
      text: "what is fitted: the last layer anew, the last two where the last is small, the last without the feature's signal, a sum with the feature's classifier, or all; auto: one of the first two, or the sum where the file has no such layer",
    },
  }),
  /** Whether a signal is projected out of every picture, "everywhere", or as far as the last layer's own numbers say that the feature is there. */
  where: choice(["everywhere", "present"], {
    default: "everywhere",
    when: { option: "method", is: ["project", "all"] },
    flag: {
      argument: "<name>",
      text: "where the feature's signal is projected out: everywhere, or where the feature is present",
    },
  }),
  /** Whether a last layer is fitted to edited pictures too, where a group has few pictures, "pictures". */
  data: choice(["pictures", "pairs"], {
    default: "pictures",
    when: { option: "method", is: ["auto", "last-layer", "last-two", "project", "all"] },
    flag: { argument: "<name>", text: "fit to pictures as they are, or also to edited ones where a group has few" },
  }),
  /** Pictures that a last layer is fitted to, chosen by and judged on, 4000 at most; null for all. */
  fitImages: wholeOrAll(
    { least: 40 },
    {
      default: 4000,
      when: { option: "method", is: ["auto", "last-layer", "last-two", "project", "all"] },
      flag: { argument: "<count>", text: "pictures that are read at most, or all" },
    },
  ),
  /** Judged pictures a feature and side that are edited to learn its effect before and after, 40; 0 for none. */
  judgePictures: whole(
    { least: 0 },
    {
      default: 40,
      when: { option: "method", is: ["auto", "last-layer", "last-two", "project", "all"] },
      flag: { argument: "<count>", text: "judged pictures a feature and side that are edited, before and after" },
    },
  ),
  /** Seed of the order of images, of the splits and of the minibatches, 1. */
  seed: whole(
    { least: 0 },
    { default: 1, flag: { argument: "<number>", text: "seed of the order of images, the splits and the minibatches" } },
  ),
  /** Positive images per target, 400; null for all. */
  limit: wholeOrAll(
    { least: 1 },
    { default: 400, flag: { argument: "<count>", text: "positive images per target, or all" } },
  ),
  /** Fall of the target's prediction from which an image is used, 0.3. */
  minBaseChange: number(
    { least: 0 },
    { default: 0.3, flag: { argument: "<number>", text: "images count when the target fell by more than this" } },
  ),
  /** η of Eq. 6, 0.1. */
  learningRate: number(
    { above: 0, most: 10 },
    { default: 0.1, flag: { argument: "<number>", text: "η of the descent" } },
  ),
  /** μ of Eq. 6, 0.5. */
  momentum: number({ least: 0, below: 1 }, { default: 0.5, flag: { argument: "<number>", text: "μ of the descent" } }),
  /** Images per step, 10. */
  minibatch: whole({ least: 1 }, { default: 10, flag: { argument: "<count>", text: "images per step" } }),
  /** Steps at most, 60. */
  maxSteps: whole({ least: 1 }, { default: 60, flag: { argument: "<count>", text: "steps at most" } }),
  /** Steps between two looks at the validation images, 5. */
  checkEvery: whole({ least: 1 }, { default: 5 }),
  /** Looks without improvement after which the descent ends, 3. */
  patience: whole(
    { least: 1 },
    {
      default: 3,
      flag: { argument: "<count>", text: "looks at the validation images without improvement, every 5 steps" },
    },
  ),
  /** Images per split at a look, 60; figures at the end are of all. */
  checkImages: whole({ least: 1 }, { default: 60 }),
  /** Descents with minibatches of their own, which show the spread of the coefficient, 5; the first one counts. */
  fits: whole({ least: 1 }, { default: 5 }),
  /** Start at the guess of the linear regime (default) rather than at 0. */
  firstGuess: onOff({ default: true }),
  /** Test images per feature of which pictures are kept, 6: input, reconstruction, and the counterfactuals before and after. */
  pictures: whole(
    { least: 0, most: 50 },
    {
      default: 6,
      flag: { argument: "<count>", text: "test images per feature that are kept in pictures, before and after" },
    },
  ),
  /** Smallest relative change that matters, 0.1. */
  minEffect: number(
    { least: 0 },
    { default: 0.1, flag: { argument: "<number>", text: "smallest relative change that matters" } },
  ),
  /** Coverage of the intervals, 0.95. */
  confidence: number({ least: 0.5, below: 1 }, { default: 0.95 }),
  /** Bootstrap resamples, 2000. */
  resamples: whole({ least: 100 }, { default: 2000 }),
};

/** Every option of a rectification. */
export const rectifyOptionTable = { ...dataSearchOptionTable, ...ownRectifyOptionTable };
