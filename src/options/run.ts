import { choice, group, number, onOff, whole, wholeOrAll, wholeOrAuto } from "./option.ts";
import { dataSearchOptionTable, noiseOptionTable } from "./search.ts";

/** Ways to say which pixels a prediction hangs on, as on the command line. */
export const saliencyMethods = ["input-gradients", "integrated-gradients", "guided-backprop"] as const;
/** One of `saliencyMethods`. */
export type SaliencyMethod = (typeof saliencyMethods)[number];

/** Options of a run beside those of its search, in the order of run.json. To add one, add its entry. */
export const ownRunOptionTable = {
  /** Positive images per base, 400; null for all. */
  limit: wholeOrAll(
    { least: 1 },
    { default: 400, changes: "extent", flag: { argument: "<count>", text: "positive images per base, or all" } },
  ),
  /** Images a base is run on: those it calls positive (default), or all. */
  select: choice(["positive", "all"], {
    default: "positive",
    flag: { argument: "<which>", text: "images a base is run on: those it calls positive, or all" },
  }),
  /** f_b(x0) from which an image is positive, 0.5. */
  minPrediction: number(
    { least: 0, most: 1 },
    { default: 0.5, flag: { argument: "<number>", text: "prediction from which an image is positive" } },
  ),
  /** Seed of the order of images, 1. */
  seed: whole(
    { least: 0 },
    { default: 1, changes: "content", flag: { argument: "<number>", text: "seed of the order of images" } },
  ),
  /** Counterfactuals kept as pictures, per base, 8. */
  keepImages: whole(
    { least: 0 },
    {
      default: 8,
      changes: "content",
      report: false,
      flag: { argument: "<count>", text: "counterfactuals kept for the report, per base" },
    },
  ),
  /** Frames of a kept counterfactual, both ends included, 6. More than 60 would not fit into one WebP at the size of a kept frame. */
  keepFrames: whole({ least: 2, most: 60 }, { default: 6, changes: "content", report: false }),
  /** Show counterfactuals that reached the drop to their base again after perturbations (re-encoding, JPEG, blur, shift); false. */
  robustness: onOff({
    changes: "content",
    report: false,
    flag: { text: "show counterfactuals again re-encoded, as JPEG, blurred and shifted" },
  }),
  /** Pictures a feature and side on which the feature is taken out or put in, to see what it does to the classifiers (docs/effects.md); 24, none with 0. With fewer than 15 no effect is clear. */
  interventions: whole(
    { least: 0 },
    {
      default: 24,
      changes: "content",
      before: 0,
      report: "interventions per feature and side",
      flag: {
        argument: "<count>",
        text: "pictures with a feature that lose it, and without it that get it, per feature; 0 for none, below 15 none is clear",
      },
    },
  ),
  /**
   * Look at every base after 25, 50, 100, 200 and 400 images and stop it where its cells are found or clear, each look with a fifth of the
   * error (docs/statistics.md); false. Of a whole run, with a limit of at most 400.
   */
  untilResolved: onOff({
    changes: "content",
    flag: { text: "stop every base at the look (25, 50, 100, 200, 400 images) at which its cells are resolved" },
  }),
  /**
   * Decompose the direction of every base into concepts: on its first `images` (20) counterfactuals, with gradients averaged over `draws` (8)
   * latents at a distance σ of `noise` (0.5) times the latents' spread. Not done when absent.
   */
  decompose: group(
    {
      images: whole(
        { least: 1 },
        {
          default: 20,
          report: "images decomposed, per base",
          flag: { argument: "<count>", text: "positive images per base that are decomposed" },
        },
      ),
      draws: {
        ...noiseOptionTable.draws,
        flag: { argument: "<count>", text: "latents around an image that its gradients are averaged over" },
      },
      noise: {
        ...noiseOptionTable.noise,
        flag: { argument: "<number>", text: "distance of these latents from its own" },
      },
    },
    {
      changes: "content",
      flag: { text: "also say which features make up the direction of each base" },
      phrase: ({ images, draws, noise }) => `${images} images, ${draws} draws, noise ${noise}`,
    },
  ),
  /** Compare the saliency maps of all classifiers on the first `images` (64) images of the order; not done when absent. */
  saliency: group(
    {
      method: choice(saliencyMethods, {
        default: undefined,
        word: "saliency",
        report: "saliency",
        flag: { argument: "<method>", text: "also compare the saliency maps of all classifiers" },
      }),
      images: whole(
        { least: 1 },
        {
          default: 64,
          report: "images of saliency",
          flag: { argument: "<count>", text: "images of the order whose maps are compared" },
        },
      ),
    },
    { changes: "content", phrase: ({ method, images }) => `${method} of ${images} images` },
  ),
};

/** How a run is computed: its rows are the same to the bit, and run.json says nothing of it. */
export const computeOptionTable = {
  /** Processes that share the work, 1; null for as many as there are bases, cores and memory for. The command line's own default is `auto`. */
  workers: wholeOrAuto(
    { least: 1, most: 256 },
    {
      default: 1,
      flag: { argument: "<count>", text: "processes that share the work, or auto (auto)", hideDefault: true },
    },
  ),
};

/** Every option of a run over a folder, in the order of run.json. */
export const runOptionTable = { ...dataSearchOptionTable, ...ownRunOptionTable };
