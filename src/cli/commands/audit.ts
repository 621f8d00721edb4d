import { Command } from "commander";
import { CfalignError } from "../../base/errors.ts";
import type { AuditOptions } from "../../index.ts";
import { type AskedDevice, deviceOptionTable } from "../../options/device.ts";
import { computeOptionTable } from "../../options/run.ts";
import { askingImport } from "../asking-import.ts";
import { checkLine, outcomeText, verdictsText } from "../audit-text.ts";
import { type Context, required } from "../context.ts";
import { addFlags, givenOptions, type ParsedFlags } from "../flags.ts";
import { sizeOf, wholeNumber } from "../numbers.ts";
import { defined, repeated } from "../options.ts";
import type { auditOutput } from "../schemas.ts";

interface Flags extends ParsedFlags {
  readonly classifier?: readonly string[];
  readonly images?: string;
  readonly labels?: string;
  readonly text?: string;
  readonly clip?: string;
  readonly autoencoder?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly out?: string;
  readonly interventions?: number;
  readonly limit?: number;
  readonly decompose?: boolean;
  readonly train: boolean;
  readonly device?: AskedDevice;
}

/** What an audit is doing, for people. */
const stageWords = {
  models: "describing models",
  basis: "a basis of the pictures",
  preflight: "trying everything",
  probes: "probes of the labels",
  witnesses: "training witnesses",
  interventions: "moving features",
  counterfactuals: "lowering classifiers",
  report: "the report",
} as const;

/** `cfalign audit`: from a classifier, pictures and labels to verdicts and a report. */
export function auditCommand(context: Context): Command {
  const command = new Command("audit")
    .description("one command from a classifier, pictures and labels, or words, to a verdict a feature and a report")
    .option("--classifier <folders...>", "folders or ONNX files of classifiers", repeated)
    .option("--images <folder>", "the pictures")
    .option("--labels <table>", "metadata.csv or metadata.jsonl in the folder of the pictures (found there)")
    .option("--text <file>", "words in place of labels, as in cfalign concepts: nothing that they name is called clear")
    .option("--clip <folder>", "with --text: a CLIP or SigLIP as transformers.js and Optimum lay it out")
    .option("--autoencoder <folder>", "with an encoder and a decoder (a basis of the pictures themselves)")
    .option(
      "--size <size>",
      "side of the pictures that are looked at (told by pictures and classifiers)",
      sizeOf("--size"),
    )
    .option("--out <folder>", "where everything goes (cfalign-audit)")
    .option("--interventions <count>", "pictures a feature and side that are edited (24)", wholeNumber(0))
    .option("--limit <count>", "counterfactuals a classifier (24)", wholeNumber(1))
    .option("--decompose", "also ask which features make up each classifier's own direction")
    .option("--no-train", "let probes tell what edits did, and train no witness: quicker, and no effect is then clear");
  return addFlags(addFlags(command, computeOptionTable), deviceOptionTable)
    .addHelpText(
      "after",
      `
Does what init, preflight, flatten, concepts, train, align and report do, one after the other, and prints what effects say before the rest is done.
Everything is kept below --out: the same command goes on where it was, and another classifier of the same pictures finds basis and probes there.
Nothing is written into folders of models. Exit code 2 where an audit could only end in nothing: too few pictures, no column with both kinds, a
classifier that says the same of all pictures.

Examples:
  cfalign audit --classifier my-model --images photos --labels photos/metadata.csv
  cfalign audit --classifier my-model --images photos --interventions 60 --out audits/my-model
  cfalign audit --classifier my-model --images photos --text words.txt --clip clip-vit-base-patch32`,
    )
    .action(async (flags: Flags) => {
      const { auditClassifiers, trainWitnessApart } = await context.library();
      const { output } = context;
      using display = context.progress("auditing");
      using interrupt = context.interrupt();
      const { size, out, labels, autoencoder, interventions, limit, decompose, train, device } = flags;
      const outcome = await auditClassifiers({
        classifiers: required(flags.classifier, "--classifier", "a folder that an exporter wrote"),
        images: required(flags.images, "--images", "a folder of pictures"),
        importing: await askingImport(context, false),
        ...defined({ size, out, labels, autoencoder, interventions, limit, decompose, device }),
        ...wordsOf(flags),
        ...givenOptions(computeOptionTable, flags),
        ...(train ? { train: trainWitnessApart } : {}),
        onFallback: output.say,
        signal: interrupt.signal,
        now: context.now,
        progress: ({ stage, done, total, share }) => display.update({ done, total, share, words: stageWords[stage] }),
        say(note) {
          display.stop();
          output.say(`note: ${note}`);
        },
        first(verdicts) {
          display.stop();
          output.text(
            `${output.bold("by effects alone, before the classifiers are lowered")}\n${verdictsText(verdicts, output)}\n`,
          );
        },
      });
      display.stop();
      output.text(
        `${output.bold("verdicts")}\n${verdictsText(outcome.verdicts, output)}\n\n${outcomeText(outcome, output)}`,
      );
      const check = outcome.bounds.length === 0 ? null : checkLine(outcome.run, outcome.bounds);
      output.json<typeof auditOutput>({ ...outcome, check });
    });
}

/** Words in place of labels, where they are asked for. Errors: CfalignError("usage") for one without the other, and beside a table. */
function wordsOf({ text, clip, labels }: Flags): Pick<AuditOptions, "words"> {
  if (text === undefined && clip === undefined) return {};
  if (labels !== undefined) {
    throw new CfalignError("usage", `--labels: expected nothing beside --text, got "${labels}"`, { where: "--labels" });
  }
  const words = required(text, "--text", "a file with a feature a line");
  return { words: { text: words, clip: required(clip, "--clip", "the folder of a CLIP or SigLIP") } };
}
