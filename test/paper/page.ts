// The text of docs/results.md, from what was measured.
import { type Claim, claims, type Figure, number, withInterval } from "./claims.ts";
import { cellOf, type Example, type Measured, mostInverse } from "./measure.ts";

/** The page in Markdown. Pictures lie in `images/results/` beside it. */
export function resultsPage(measured: Measured): string {
  const all = claims(measured);
  const of = (figure: Figure): string => list(all.filter((claim) => claim.figure === figure));
  const { alignments, examples, overlap, benchmark } = measured;
  const { bases, downstream } = alignments;
  const inverse = mostInverse(alignments);
  const size = `${bases.length} bases × ${downstream.length} downstream classifiers, up to ${Math.max(...alignments.used.map(({ selected }) => selected))} positive images per base out of ${alignments.images}`;
  return `${[
    "# Results on the built-in world",
    intro(measured),
    `${all.filter(({ holds }) => holds).length} of ${all.length} claims hold (✓; else ✗), by the rules in \`test/paper/claims.ts\`.`,

    "## Alignment matrix (Fig. 2a)",
    `Mean relative change (Eq. 3), one row per base: ${size}.`,
    picture("Matrix of relative changes; × is a cell without images", "alignment.png"),
    of("2a"),

    "## Correlations of predictions and labels (Figs. 2b, 2c)",
    "In these faces eyeglasses go with beards and lipstick with earrings. Predictions, then labels:",
    picture("Pearson correlation of the predictions", "prediction-correlation.png"),
    picture("Pearson correlation of the labels", "label-correlation.png"),
    of("2b, 2c"),

    "## Single images (Fig. 3)",
    `A classifier with a planted ${examples.aligned.downstream}. ${chosen(examples.aligned, cellOf(alignments, examples.aligned.base, examples.aligned.downstream).present.count, " and no hat or glasses cover the face")}`,
    "Along one gradient (Eq. 1), along a path, and the predictions along Eq. 1:",
    picture(`Counterfactuals of ${examples.aligned.base}`, "aligned-strip.webp"),
    picture(`Predictions along it; ${examples.aligned.downstream} falls`, "aligned-plot.png"),
    `The strongest inverse relation among the clean classifiers: \`${inverse.base}\` → \`${inverse.downstream}\`, RC ${withInterval(inverse)}. ${chosen(examples.inverse, inverse.count)}`,
    picture(`Counterfactual of ${examples.inverse.base}`, "inverse-strip.webp"),
    picture(`Predictions along it; ${examples.inverse.downstream} rises`, "inverse-plot.png"),
    of("3"),

    "### One gradient and a path",
    of("ways"),
    "What a path costs: [benchmark.md](benchmark.md#which-way-down).",

    "## Saliency overlaps, alignment does not (Fig. 4)",
    picture(`Saliency of ${overlap.base} and ${overlap.downstream} on one face by three methods`, "overlap.webp"),
    of("4"),
    "More pairs: [methods.md](methods.md#what-saliency-cannot-see).",

    "## Inducing a spurious correlation (Fig. 5, Eq. 4)",
    `${chosen(examples.induced, cellOf(alignments, examples.induced.base, examples.induced.downstream).present.count, " and nothing covers the forehead")}`,
    picture("Counterfactuals of smiling and of smiling + 0.3·arched_eyebrows", "induced-strip.webp"),
    picture("Relative change of arched_eyebrows by its coefficient", "induced-curve.png"),
    of("5"),

    "## Rectifying (Figs. 6 and 7, Eqs. 5 and 6)",
    `Every target against its planted feature, on ${measured.rectifiedFaces} faces with independent factors; one face, picked from eight:`,
    picture("Counterfactuals before and after rectification", "rectified-strip.webp"),
    "RC to the feature while c is learned; the dashed line is the look that was taken:",
    picture("Learning curves on train, validation and test", "learning-curves.png"),
    "The rows on test, before and after:",
    picture("Relative changes before and after", "rectified-matrix.png"),
    of("6, 7"),
    "How coefficients are found and judged: [rectification.md](rectification.md#the-sum).",

    "## Which features make up a direction",
    of("decomposition"),
    "The shares: [decomposition.md](decomposition.md).",

    ...(benchmark === null
      ? []
      : [
          "## Does detection work?",
          `Models with measured biases, ${benchmark.quick ? "a fixed third of them, " : ""}${benchmark.split} pairs; ${benchmark.images.perModel} images per model (methods that read predictions: all ${benchmark.images.audit}). All of it: [benchmark.md](benchmark.md).`,
          of("benchmark"),
        ]),
  ].join("\n\n")}\n`;
}

function intro({ kind, alignments, benchmark }: Measured): string {
  const command = kind === "quick" ? "npm run results -- --quick" : "npm run results";
  const apart = kind === "quick" && benchmark?.quick === false;
  return `The analogue of each figure of the paper ([arXiv 2312.02186](https://arxiv.org/abs/2312.02186)) in a world whose causes are known: ${alignments.images} drawn faces, a clean classifier of 21 features, classifiers with a planted bias, and an autoencoder that [knew these features](../zoo/cartoon-faces/MODEL_CARD.md). Written by \`${command}\`${apart ? ", with the benchmark of all models, which was run apart (`--benchmark`)" : ""}; its numbers are in \`results.json\`.`;
}

/** How an image came to be shown. */
function chosen({ image, downstream, relativeChange }: Example, count: number, hidden = ""): string {
  return `Picked: \`${image}\`, of ${count} images the one on which \`${downstream}\` moved most (RC ${number(relativeChange)}), where the base fell as far as asked${hidden}:`;
}

function picture(text: string, file: string): string {
  return `![${text}](images/results/${file})`;
}

function list(some: readonly Claim[]): string {
  return some.map(({ text, holds }) => `- ${holds ? "✓" : "✗"} ${text}`).join("\n");
}
