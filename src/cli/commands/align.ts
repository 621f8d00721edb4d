import { Command } from "commander";
import { CfalignError } from "../../errors.ts";
import type { AlignFolderOptions, SaliencyMethod } from "../../index.ts";
import { type Context, required } from "../context.ts";
import { sayDecompositionCost } from "../decomposition-cost.ts";
import { findingsText } from "../findings-text.ts";
import { limitOf, numberBetween, shardOf, wholeNumber } from "../numbers.ts";
import { addSearchOptions, addWorkspaceOption, defined, type SearchFlags, searchFlags } from "../options.ts";
import { resolutionText } from "../resolution-text.ts";
import { runWithProgress } from "../run-progress.ts";
import { saliencyMethods } from "../saliency-methods.ts";
import { imagesOf, workspaceOf } from "../workspace.ts";

interface Flags extends SearchFlags {
  readonly workspace?: string;
  readonly base?: string;
  readonly downstream?: string;
  readonly limit?: number | "all";
  readonly shard?: { readonly index: number; readonly count: number };
  readonly keepImages?: number;
  readonly select?: "positive" | "all";
  readonly positive?: string;
  readonly minPrediction?: number;
  readonly seed?: number;
  readonly nullDraws?: number;
  readonly robustness?: boolean;
  readonly untilResolved?: boolean;
  readonly decompose?: boolean;
  readonly decomposeImages?: number;
  readonly concepts?: string;
  readonly saliency?: SaliencyMethod;
  readonly saliencyImages?: number;
  readonly out?: string;
}

/** `cfalign align`: counterfactuals of a folder of images, shown to every downstream classifier. */
export function alignCommand(context: Context): Command {
  const command = new Command("align")
    .description("make counterfactuals of a folder of images and show them to every downstream classifier")
    .argument("[folder]", "images (the workspace's own when absent)")
    .option("--base <list>", "classifiers to lower: names or expressions after commas, or all")
    .option("--downstream <list>", "classifiers to watch (all)")
    .option("--limit <count>", "positive images per base, or all (400)", limitOf)
    .option("--shard <i/n>", "only the i-th of n parts; see merge", shardOf)
    .option("--keep-images <count>", "counterfactuals kept for the report, per base (12)", wholeNumber(0));
  command.addOption(
    command
      .createOption("--select <which>", "images a base is run on: those it calls positive, or all (positive)")
      .choices(["positive", "all"]),
  );
  command
    .option(
      "--min-prediction <number>",
      "from which an image is positive (0.5)",
      numberBetween(0, 1, "a number from 0 to 1"),
    )
    .option("--positive <expr>", "classifier that decides which images are positive (a sum's first term)")
    .option("--seed <number>", "of the order of images (1)", wholeNumber(0))
    .option(
      "--null-draws <count>",
      "moves of the same length towards other images: the noise floor (1)",
      wholeNumber(0),
    )
    .option("--robustness", "show counterfactuals again re-encoded, as JPEG, blurred and shifted")
    .option(
      "--until-resolved",
      "stop every base at the look (25, 50, 100, 200, 400 images) at which its cells are resolved",
    )
    .option("--decompose", "also say which features make up the direction of each base")
    .option("--decompose-images <count>", "positive images per base that are decomposed (20)", wholeNumber(1))
    .option("--concepts <list>", "classifiers to decompose into (the downstream ones)")
    .addOption(
      command
        .createOption("--saliency <method>", "also compare the saliency maps of all classifiers")
        .choices([...saliencyMethods]),
    )
    .option("--saliency-images <count>", "images of the order whose maps are compared (64)", wholeNumber(1))
    .option("--out <folder>", "run folder; an unfinished run there is resumed");
  return addSearchOptions(addWorkspaceOption(command))
    .addHelpText(
      "after",
      `
Examples:
  cfalign align faces --base smiling --out runs/smiling
  cfalign align --workspace cartoon-faces faces --base all --limit 60 --out runs/all
  cfalign align faces --base all --until-resolved --out runs/resolved
  cfalign align faces --base "smiling + 0.3*arched_eyebrows" --downstream all --out runs/induced`,
    )
    .action(async (folder: string | undefined, flags: Flags) => {
      const base = required(flags.base, "--base", 'classifiers to lower ("smiling", more after commas, or all)');
      const out = required(flags.out, "--out", "a run folder");
      const workspace = await workspaceOf(context, flags.workspace);
      try {
        const images = imagesOf(workspace, folder);
        const limit = flags.limit === "all" ? null : flags.limit;
        const { seed, shard, keepImages, select, minPrediction, positive } = flags;
        const { nullDraws, robustness, untilResolved } = flags;
        const decompose = decomposeFlags(flags);
        const options = {
          workspace,
          bases: workspace.classifiers(base),
          downstream: workspace.classifiers(flags.downstream),
          out,
          ...defined({ limit, seed, shard, keepImages, select, minPrediction, nullDraws, robustness, untilResolved }),
          ...(positive === undefined ? {} : { positive: workspace.classifier(positive) }),
          ...(flags.concepts === undefined ? {} : { concepts: workspace.classifiers(flags.concepts) }),
          ...decompose,
          ...saliencyFlags(flags),
          ...searchFlags(flags),
        };
        if (decompose !== undefined) await sayDecompositionCost(context, images, options);
        const summary = await runWithProgress(context, images, options);
        context.output.text(`${summary.counterfactuals} counterfactuals of ${summary.images} images in ${out}`);
        const dropped = Object.entries(summary.dropped).map(([reason, count]) => `${count} ${reason}`);
        if (dropped.length > 0) context.output.text(`files that could not be used: ${dropped.join(", ")}`);
        if (summary.rows.length > 0) context.output.text(resolutionText(summary.rows));
        const { alignmentMatrix, findings, openRun, summarize } = await context.library();
        const run = await openRun(out);
        const matrix = alignmentMatrix(run);
        const found = findings(matrix);
        const said = summarize(run, matrix, found);
        context.output.text(`\n${findingsText(found, said, context.output)}\n\nnext: ${nextCommand(out, shard)}`);
        context.output.json({ ...summary, findings: found, summary: said });
      } finally {
        await workspace.dispose();
      }
    });
}

/** What to do with the run: a shard is put together with the others first. */
function nextCommand(out: string, shard: Flags["shard"]): string {
  return shard === undefined || shard.count === 1
    ? `cfalign report ${quotedPath(out)}`
    : `cfalign merge ${quotedPath(out)} and the other ${shard.count - 1} of ${shard.count} shards --out RUN; these findings are of this shard alone`;
}

function quotedPath(path: string): string {
  return /^[\w./:@%+-]+$/.test(path) ? path : JSON.stringify(path);
}

/** What `--decompose` asks for; its own options mean it too. */
function decomposeFlags({
  decompose,
  decomposeImages,
  concepts,
}: Flags): Pick<AlignFolderOptions, "decompose"> | undefined {
  if (!decompose && decomposeImages === undefined && concepts === undefined) return undefined;
  return { decompose: decomposeImages === undefined ? {} : { images: decomposeImages } };
}

function saliencyFlags({ saliency, saliencyImages }: Flags): Pick<AlignFolderOptions, "saliency"> {
  if (saliency !== undefined) return { saliency: { method: saliency, ...defined({ images: saliencyImages }) } };
  if (saliencyImages === undefined) return {};
  throw new CfalignError("usage", "--saliency-images: expected --saliency with a method, got none", {
    where: "--saliency-images",
  });
}
