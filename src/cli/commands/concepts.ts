import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { ConceptsOptions } from "../../index.ts";
import { type Context, required } from "../context.ts";
import { namesText } from "../names-text.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, defined, type WorkspaceFlags } from "../options.ts";
import { readingsText } from "../readings-text.ts";
import { runOnPictures } from "../run-on-pictures.ts";
import { runTraining } from "../run-training.ts";
import type { conceptsOutput, namedConceptsOutput } from "../schemas.ts";
import { witnessText } from "../witness-text.ts";

type Given = Omit<ConceptsOptions, "workspace" | "columns" | "signal" | "progress">;
interface Flags extends WorkspaceFlags, Given {
  readonly columns?: string;
  readonly train?: boolean;
  readonly text?: string;
  readonly clip?: string;
}

/** `cfalign concepts`: classifiers from a table of labels. */
export function conceptsCommand(context: Context): Command {
  const command = new Command("concepts")
    .description("make classifiers from a table of labels: what can be read from the workspace's latent")
    .argument("<table>", "metadata.csv or metadata.jsonl beside its pictures; with --text their folder")
    .option("--columns <list>", "labels to read (all that are 0 and 1)")
    .option("--train", "also train a witness of the same labels, as cfalign train does")
    .option("--features <model:value>", "an inner value of a model to read (the workspace's latent)")
    .option("--text <file>", "words in place of labels: a feature a line, `name: what says it / what is there instead`")
    .option("--clip <folder>", "with --text: a CLIP or SigLIP as transformers.js and Optimum lay it out")
    .option(
      "--min-auroc <number>",
      "AUROC on held-out pictures that the whole interval must lie above (0.75)",
      numberBetween(0.5, 1, "a number from 0.5 to 1"),
    )
    .option("--images <count>", "pictures that are used at most (3000)", wholeNumber(50))
    .option("--seed <number>", "seed of the order of the pictures (1)", wholeNumber(0))
    .option("--name <name>", "name of the new model (concepts; with --text named)")
    .option("--out <folder>", "where it goes (models/<name> beside the workspace file)")
    .option("--no-enter", "leave the workspace file as it is");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
The classifiers read the latent that counterfactuals move in, or with --features an inner value of another model: they can be
downstream classifiers and concepts, but never a judge. A map of more than 1024 numbers is averaged over its places.

What --text names is not checked: an audit says so, and calls nothing clear of it, until forty pictures of it are judged by hand
(cfalign serve --label) and this command has run again.

Examples:
  cfalign concepts photos/metadata.csv --train
  cfalign concepts photos/metadata.csv --columns smiling,eyeglasses --min-auroc 0.8
  cfalign concepts photos/metadata.csv --features my-model:/backbone/pool/Flatten_output_0
  cfalign concepts photos --text words.txt --clip clip-vit-base-patch32`,
    )
    .action(async (table: string, flags: Flags) => {
      const { workspace: _, device: __, columns: list, train, text, clip, ...options } = flags;
      if (text !== undefined || clip !== undefined) return nameConcepts(context, table, flags);
      const { concepts } = await context.library();
      const columns = list === undefined ? {} : { columns: list.split(",").map((column) => column.trim()) };
      const made = await runOnPictures(context, flags, (workspace, running) =>
        concepts(table, { workspace, ...options, ...columns, ...running }),
      );
      context.output.text(readingsText(made));
      const { images, seed, minAuroc, enter } = options;
      const asked = {
        workspace: flags.workspace ?? "cfalign.json",
        ...columns,
        ...defined({ images, seed, minAuroc, enter }),
      };
      const witness = train ? await runTraining(context, table, asked) : null;
      if (witness !== null) context.output.text(`\nwitness\n${witnessText(witness)}`);
      context.output.json<typeof conceptsOutput>({ ...made, witness });
    });
}

/** Words in place of labels. */
async function nameConcepts(context: Context, folder: string, flags: Flags): Promise<void> {
  const { namedConcepts } = await context.library();
  const { workspace: _, device: __, columns, train, features, text, clip, ...options } = flags;
  for (const [option, value] of [
    ["--columns", columns],
    ["--train", train],
    ["--features", features],
  ] as const) {
    if (value === undefined) continue;
    throw new CfalignError("usage", `${option}: expected nothing beside --text, got "${value}"`, { where: option });
  }
  const words = required(text, "--text", "a file with a feature a line");
  const model = required(clip, "--clip", "the folder of a CLIP or SigLIP");
  const made = await runOnPictures(context, flags, (workspace, running) =>
    namedConcepts(folder, { ...options, ...running, workspace, text: words, clip: model }),
  );
  context.output.text(namesText(made));
  context.output.json<typeof namedConceptsOutput>(made);
}
