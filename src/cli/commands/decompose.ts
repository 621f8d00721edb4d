import { Command } from "commander";
import { platform } from "#platform";
import type { BaseDecomposition, OpenRun, Workspace } from "../../index.ts";
import { type Context, required } from "../context.ts";
import { sayDecompositionCost } from "../decomposition-cost.ts";
import { decompositionText } from "../decomposition-text.ts";
import { wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import { runWithProgress } from "../run-progress.ts";
import type { decomposeOutput } from "../schemas.ts";
import { deviceOfRun, imagesOf, workspaceOf } from "../workspace.ts";

interface Flags extends WorkspaceFlags {
  readonly base?: string;
  readonly concepts?: string;
  readonly limit: number;
  readonly seed?: number;
  readonly out?: string;
  readonly pictures?: string;
}

/** `cfalign decompose`: which features make up the direction of a classifier. */
export function decomposeCommand(context: Context): Command {
  const command = new Command("decompose")
    .description("say which features make up the direction of a classifier")
    .argument("[folder]", "images (the workspace's own when absent)")
    .option("--base <list>", "classifiers to decompose: names or expressions after commas, or all")
    .option("--concepts <list>", "classifiers to decompose them into (all)")
    .option("--limit <count>", "positive images per base", wholeNumber(1), 20)
    .option("--seed <number>", "seed of the order of images and of the noise (1)", wholeNumber(0))
    .option("--out <folder>", "run folder; an unfinished run there is resumed")
    .option("--pictures <folder>", "also draw one image of each base along every part of its direction");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
The gradient of a classifier's logit by the latent is written as a mixture of those of the concepts. A share is a
concept's weight, scaled so that the squares of all shares add up to 1. It is negative where the concept lowers the
classifier, and 0 where its gradient hardly points along. The part that is not explained may belong to features that no
concept knows. The verb leaves a run as align --decompose does, with counterfactuals of the same images: matrix, find,
check and report read it. --pictures moves one image along the direction, along single concepts' parts of it, and along
the part that none explains.

Examples:
  cfalign decompose faces -w cartoon-faces --base smiling-eyeglasses-95 --out runs/glasses
  cfalign decompose faces -w cartoon-faces --base all --limit 10 --out runs/shares
  cfalign decompose faces --base smiling --concepts eyeglasses,beard,hat --out runs/some --json`,
    )
    .action(async (folder: string | undefined, flags: Flags) => {
      const base = required(flags.base, "--base", 'classifiers to decompose ("smiling", more after commas, or all)');
      const out = required(flags.out, "--out", "a run folder");
      const { matrixOnCores, openRun } = await context.library();
      const device = await deviceOfRun(context, out, flags.device);
      await using workspace = await workspaceOf(context, { ...flags, ...defined({ device }) });
      const images = imagesOf(workspace, folder);
      const options = {
        workspace,
        bases: workspace.classifiers(base),
        concepts: workspace.classifiers(flags.concepts),
        limit: flags.limit,
        decompose: { images: flags.limit },
        out,
        ...defined({ seed: flags.seed }),
      };
      await sayDecompositionCost(context, images, options);
      await runWithProgress(context, images, options);
      const run = await openRun(out);
      const decomposition = (await matrixOnCores(run)).decomposition ?? [];
      const pictures =
        flags.pictures === undefined
          ? []
          : await drawn(context, { run, decomposition, workspace, images, folder: flags.pictures });
      context.output.text(decompositionText(decomposition, context.output));
      context.output.json<typeof decomposeOutput>({ run: out, decomposition, pictures });
    });
}

interface Drawing {
  readonly run: OpenRun;
  readonly decomposition: readonly BaseDecomposition[];
  readonly workspace: Workspace;
  /** Folder of the images, and where pictures go. */
  readonly images: string;
  readonly folder: string;
}

/** One picture a base; returns their paths. */
async function drawn(context: Context, { run, decomposition, workspace, images, folder }: Drawing): Promise<string[]> {
  const { decompositionExample, readImage, writeDirectionParts } = await context.library();
  const { seed, decompose } = run.file.options;
  const paths: string[] = [];
  for (const row of decomposition) {
    const image = decompositionExample(run, row);
    if (image === undefined) continue;
    const path = platform.files.join(folder, `${row.base.replace(/[^A-Za-z0-9_.-]+/g, "_")}.parts.png`);
    const options = {
      autoencoder: workspace.autoencoder,
      base: workspace.classifier(row.base),
      concepts: row.shares.map(({ classifier, weight }) => ({
        classifier: workspace.classifier(classifier),
        weight,
      })),
      key: run.images.find((one) => one.image === image)?.sha256 ?? image,
      seed,
      ...decompose,
      ...(run.file.latentScale === null ? {} : { latentScale: run.file.latentScale }),
    };
    await writeDirectionParts(await readImage(platform.files.join(images, image)), options, path);
    context.output.say(path);
    paths.push(path);
  }
  return paths;
}
