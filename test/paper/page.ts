// The text of docs/results.md, from what was measured.
import type { PlantedScore } from "../../bench/schema.ts";
import type { RectifiedTarget } from "../../src/index.ts";
import { markdownTable } from "../house/markdown-table.ts";
import { type Claim, claims, type Figure, number, withInterval } from "./claims.ts";
import { cellOf, type Example, type Measured, mostInverse } from "./measure.ts";

/** The page in Markdown. Pictures lie in `images/results/` beside it. */
export function resultsPage(measured: Measured): string {
  const all = claims(measured);
  const of = (figure: Figure): string => list(all.filter((claim) => claim.figure === figure));
  const { alignments, examples, ways, overlap, rectified, benchmark } = measured;
  const { bases, downstream } = alignments;
  const inverse = mostInverse(alignments);
  const size = `${bases.length} bases × ${downstream.length} downstream classifiers, up to ${Math.max(...alignments.used.map(({ selected }) => selected))} positive images per base out of ${alignments.images}`;
  return `${[
    "# Results on the built-in world",
    intro(measured),
    "The autoencoder knows these features. In the last five epochs of its training its latent was arranged by the factors that the faces are drawn from, so that a move along one of them changes that one alone ([model card](../zoo/cartoon-faces/MODEL_CARD.md)). That suits every number on this page: an autoencoder that was trained on pictures alone mixes features more.",
    `${all.filter(({ holds }) => holds).length} of ${all.length} claims below hold on these numbers. A claim is marked ✓ when its rule holds and ✗ when it does not; the rules are in \`test/paper/claims.ts\`, and \`test/paper/claims.test.ts\` checks them on a smaller sample.`,

    "## Alignment matrix (Fig. 2a)",
    `One row per base, which is lowered; one column per downstream classifier: mean relative change (Eq. 3). ${size}. × is a cell without images.`,
    picture("Mean relative change of every downstream classifier, one row per base", "alignment.png"),
    of("2a"),

    "## Correlations of predictions and labels (Figs. 2b, 2c)",
    "The faces were drawn so that eyeglasses go with beards and lipstick with earrings. Correlations are about the data; the matrix above is about the classifiers. Predictions:",
    picture("Pearson correlation of the predictions", "prediction-correlation.png"),
    "Labels; a biased classifier has the labels of its concept:",
    picture("Pearson correlation of the labels", "label-correlation.png"),
    of("2b, 2c"),

    "## Single images (Fig. 3)",
    `A classifier with a planted ${examples.aligned.downstream}. ${chosen(examples.aligned, cellOf(alignments, examples.aligned.base, examples.aligned.downstream).present.count, " and no hat or glasses cover the face")}`,
    "First along one gradient (Eq. 1), then along a path:",
    picture(`Counterfactuals of ${examples.aligned.base}, along Eq. 1 and along a path`, "aligned-strip.webp"),
    "Predictions along Eq. 1:",
    picture(`Predictions along it; ${examples.aligned.downstream} falls`, "aligned-plot.png"),
    `The inverse relation that is strongest among the clean classifiers, by their mean: \`${inverse.base}\` → \`${inverse.downstream}\`, RC ${withInterval(inverse)}. ${chosen(examples.inverse, inverse.count)}`,
    picture(`Counterfactual of ${examples.inverse.base}`, "inverse-strip.webp"),
    picture(`Predictions along it; ${examples.inverse.downstream} rises`, "inverse-plot.png"),
    of("3"),

    "### One gradient and a path",
    "The biased classifiers on the same faces, along one gradient (Eq. 1, `--direction gradient`) and along a path (`--direction path`). *Reached*: images whose prediction fell as far as was asked, of those on which it could. RC to the planted feature, on images that have it. *Gone for the judge*: of the images on which the clean classifier no longer sees the planted feature afterwards, and the judge saw it before, those on which the judge does not see it either:",
    waysTable(ways),
    of("ways"),
    "Why a path, and what it costs: [benchmark.md](benchmark.md#which-way-down).",

    "## Saliency overlaps, alignment does not (Fig. 4)",
    picture(`Saliency of ${overlap.base} and ${overlap.downstream} on one face by three methods`, "overlap.webp"),
    of("4"),
    "More pairs, and what each method answers: [methods.md](methods.md).",

    "## Inducing a spurious correlation (Fig. 5, Eq. 4)",
    `The same face under \`smiling\` and under the sum with eyebrows. ${chosen(examples.induced, cellOf(alignments, examples.induced.base, examples.induced.downstream).present.count, " and nothing covers the forehead")}`,
    picture("Counterfactuals of smiling and of smiling + 0.3·arched_eyebrows", "induced-strip.webp"),
    picture("Relative change of arched_eyebrows against its coefficient, with intervals", "induced-curve.png"),
    of("5"),

    "## Rectifying (Figs. 6 and 7, Eqs. 5 and 6)",
    `Every target against its planted feature, on ${measured.rectifiedFaces} faces with independent factors. One face under a target and under its rectified form; of the first eight faces that have both features it is the one that shows the difference best:`,
    picture("Counterfactuals before and after rectification", "rectified-strip.webp"),
    "Mean relative change to the feature on the three splits while the coefficient is learned; the dashed line is the look that was taken:",
    picture("Learning curves on train, validation and test", "learning-curves.png"),
    "Rows of the targets on test, before and after:",
    picture("Mean relative change of every column, before and after", "rectified-matrix.png"),
    rectificationTable(rectified),
    of("6, 7"),
    "### Ledger",
    "What else moved: columns whose relative change differs on test images (q ≤ 0.05), and the labels.",
    ledger(rectified),
    "How coefficients are found and judged: [rectification.md](rectification.md).",

    "## Which features make up a direction",
    decompositionTable(measured),
    of("decomposition"),
    "The method: [decomposition.md](decomposition.md).",

    ...(benchmark === null
      ? []
      : [
          "## Does detection work?",
          `Models whose biases were measured, ${benchmark.quick ? "a fixed third of them, " : ""}${benchmark.split} pairs; ${benchmark.images.perModel} images per model (methods that read predictions: all ${benchmark.images.audit}). Intervals resample feature pairs and images; a resample has fewer different images, so that a figure can lie beyond its interval. All of it: [benchmark.md](benchmark.md).`,
          ...benchmark.families.filter(({ models }) => models > 0).map(familyText),
          of("benchmark"),
        ]),
  ].join("\n\n")}\n`;
}

function intro({ kind, alignments, benchmark }: Measured): string {
  const command = kind === "quick" ? "npm run results -- --quick" : "npm run results";
  const apart = kind === "quick" && benchmark?.quick === false;
  return `The analogue of each figure of the paper ([arXiv 2312.02186](https://arxiv.org/abs/2312.02186)) in a world whose causes are known: ${alignments.images} drawn faces, one clean classifier of 21 features, and classifiers with a planted bias. Written by \`${command}\`${apart ? ", with the benchmark of all models, which was run apart (`--benchmark`)" : ""}; the numbers behind it are in \`results.json\`.`;
}

/** How an image came to be shown. */
function chosen({ image, downstream, relativeChange }: Example, count: number, hidden = ""): string {
  return `The picture is picked, not typical: of ${count} images, of those on which the base fell as far as it was asked to${hidden}, \`${image}\` is the one on which \`${downstream}\` moved most (RC ${number(relativeChange)}):`;
}

function picture(text: string, file: string): string {
  return `![${text}](images/results/${file})`;
}

function list(some: readonly Claim[]): string {
  return some.map(({ text, holds }) => `- ${holds ? "✓" : "✗"} ${text}`).join("\n");
}

function waysTable(ways: Measured["ways"]): string {
  return markdownTable(
    ["classifier", "feature", "reached, Eq. 1", "path", "RC, Eq. 1", "path", "gone for the judge, Eq. 1", "path"],
    ways.map(({ base, feature, gradient, path }) => [
      `\`${base}\``,
      `\`${feature}\``,
      ...[gradient, path].map(({ reached, eligible }) => `${reached} of ${eligible}`),
      ...[gradient, path].map(({ present }) => withInterval(present)),
      ...[gradient, path].map(({ judgeAgrees, gone }) => `${judgeAgrees} of ${gone}`),
    ]),
  );
}

function rectificationTable(rectified: readonly RectifiedTarget[]): string {
  return markdownTable(
    ["target", "feature", "verdict", "c", "mean RC before", "after", "mean \\|RC\\|", "images with the feature used"],
    rectified.map(({ target, verdict, features: [feature] }) => {
      const { before, after } = feature?.splits.test ?? {};
      const figures = (of: NonNullable<typeof before> | null | undefined): string =>
        of ? withInterval({ ...of.all, count: of.all.used }) : "–";
      return [
        `\`${target}\``,
        `\`${feature?.against}\``,
        verdict,
        number(feature?.coefficient),
        figures(before),
        figures(after),
        `${number(before?.all.meanAbsolute)} → ${number(after?.all.meanAbsolute)}`,
        feature?.coverage ? `${feature.coverage.test.before} → ${feature.coverage.test.after}` : "–",
      ];
    }),
  );
}

function ledger(rectified: readonly RectifiedTarget[]): string {
  return markdownTable(
    ["target", "own concept", "moved", "largest", "accuracy", "AUROC", "worst group"],
    rectified.map(({ target, cells, performance: [labels] }) => {
      const own = cells.find(({ role }) => role === "own");
      const moved = cells
        .filter(({ role, moved }) => role === "other" && moved)
        .sort((a, b) => Math.abs(b.change?.value ?? 0) - Math.abs(a.change?.value ?? 0));
      const arrow = (before: number | null | undefined, after: number | null | undefined): string =>
        `${number(before)} → ${number(after)}`;
      return [
        `\`${target}\``,
        arrow(own?.before.all.mean, own?.after.all.mean),
        String(moved.length),
        moved
          .slice(0, 3)
          .map(({ downstream, before, after }) => `\`${downstream}\` ${arrow(before.all.mean, after.all.mean)}`)
          .join(", ") || "–",
        arrow(labels?.before.accuracy, labels?.after.accuracy),
        arrow(labels?.before.auroc, labels?.after.auroc),
        arrow(labels?.before.worstGroup, labels?.after.worstGroup),
      ];
    }),
  );
}

function decompositionTable({ alignments: { decomposition } }: Measured): string {
  return markdownTable(
    ["classifier", "images", "explained", "largest shares"],
    decomposition.map(({ base, count, explained, shares }) => [
      `\`${base}\``,
      String(count),
      number(explained),
      shares
        .map(({ concept, share, ci, state }) => {
          const interval = ci === null ? "" : ` (${number(ci[0])} to ${number(ci[1])})`;
          return `\`${concept}\` ${number(share)}${interval}${state === null ? "" : ` ${state}`}`;
        })
        .join(", "),
    ]),
  );
}

function familyText({ family, models, cells, scores }: NonNullable<Measured["benchmark"]>["families"][number]): string {
  const title = family === "trained" ? "Trained models, decoys and controls" : "Composed models (Eq. 4)";
  const counts = `${models} models; ${cells.positive} cells with a true effect of at least 0.1, ${cells.negative} of at most 0.03.`;
  const ranged = ({ value, ci }: PlantedScore["auroc"]): string =>
    ci === null ? number(value, 3) : `${number(value, 3)} (${number(ci[0], 3)} to ${number(ci[1], 3)})`;
  const rows = scores.map(({ name, role, auroc, pooledAuroc, auprc, tprAt5, pearson, falseAlarms, behind }) => [
    role === "oracle" ? `${name} (oracle)` : name,
    ranged(auroc),
    number(pooledAuroc, 3),
    number(auprc, 3),
    number(tprAt5, 2),
    ranged(pearson),
    falseAlarms === null ? "–" : `${number(100 * falseAlarms, 1)} %`,
    behind.value === null ? "–" : ranged(behind),
  ]);
  const header = [
    "",
    "AUROC (95 %)",
    "pooled",
    "AUPRC",
    "TPR at 5 % FPR",
    "r with the true effect",
    "false alarms",
    "behind the first",
  ];
  return `**${title}.** ${counts}\n\n${markdownTable(header, rows)}`;
}
