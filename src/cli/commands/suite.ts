import { Command } from "commander";
import { platform } from "#platform";
import type { SuiteFile, WriteSuiteOptions } from "../../index.ts";
import { type Context, type Library, optionError, required } from "../context.ts";
import { addDescriptionOptions } from "../description-flags.ts";
import { exitCodes } from "../exit-code.ts";
import { numberBetween, wholeNumber } from "../numbers.ts";
import { addWorkspaceOption, defined, type StatisticsFlags, type WorkspaceFlags } from "../options.ts";
import type { JsonOf } from "../output.ts";
import { addRespondentOptions, answersOf, type RespondentFlags } from "../respondent-flags.ts";
import type { suiteAuditOutput, suiteCheckOutput, suiteListOutput, suiteOutput } from "../schemas.ts";
import { suiteAuditText, suiteText } from "../suite-text.ts";
import { workspaceOf } from "../workspace.ts";

/** `cfalign suite`: pictures one feature apart as a test for any classifier. */
export function suiteCommand(context: Context): Command {
  const command = new Command("suite")
    .description("pairs of pictures one feature apart: a test suite for any classifier")
    .addHelpText(
      "after",
      `
A suite is a folder of pictures that any program reads. It is written once, from a run with interventions
(docs/effects.md), and tells of any classifier of the same task what it uses, by forward passes alone (docs/suite.md).

Examples:
  cfalign suite write runs/1 --out suite
  cfalign suite audit suite --classifier model.onnx
  cfalign suite check suite`,
    );
  for (const verb of [writeCommand, auditCommand, listCommand, checkCommand, mergeCommand, completeCommand]) {
    command.addCommand(verb(context).option("--json", "print JSON on stdout"));
  }
  return command;
}

interface WriteFlags extends WorkspaceFlags, Omit<WriteSuiteOptions, "workspace" | "out" | "signal" | "progress"> {
  readonly out?: string;
}

/** `cfalign suite write` */
function writeCommand(context: Context): Command {
  const command = new Command("write")
    .description("write a run's interventions as a suite")
    .argument("<run>", "run folder, made with interventions")
    .option("--out <folder>", "the suite")
    .option("--images <folder>", "the run's images, where they are elsewhere now")
    .option("--limit <count>", "pairs at most (400, or as many as it takes to clear every feature)", wholeNumber(1))
    .option("--pictures <count>", "edits a feature and side to choose from (as many as the run made)", wholeNumber(1))
    .option("--size <pixels>", "longest side of the pictures (the autoencoder's)", wholeNumber(8))
    .option("--only-edits", "hold differences to the images, which stay where they are");
  return addWorkspaceOption(command)
    .addHelpText(
      "after",
      `
Only edits that a witness confirms are in it; features of which it confirms less than half are left out and named.

Examples:
  cfalign suite write runs/1 --out suite
  cfalign suite write runs/faces -w models/cfalign.json --limit 600 --size 128 --out suite`,
    )
    .action(async (path: string, flags: WriteFlags) => {
      const out = required(flags.out, "--out", "a folder for the suite");
      const { openRun, writeSuite } = await context.library();
      const run = await openRun(path);
      await using workspace = await workspaceOf(context, flags);
      using display = context.progress("edits");
      using interrupt = context.interrupt();
      const { images, limit, pictures, size, onlyEdits } = flags;
      const { file, notes, bytes } = await writeSuite(run, {
        ...{ workspace, out, signal: interrupt.signal },
        ...defined({ images, limit, pictures, size, onlyEdits }),
        progress: (done, total) => display.update({ done, total }),
      });
      display.stop();
      for (const note of notes) context.output.say(`note: ${note}`);
      context.output.text(`${suiteText(file)}\n${(bytes / 1e6).toFixed(1)} MB of pictures in ${out}`);
      context.output.json<typeof suiteOutput>(suiteJson(out, file, notes));
    });
}

function suiteJson(suite: string, file: SuiteFile, notes: readonly string[]): JsonOf<typeof suiteOutput> {
  return {
    ...{ suite, pairs: file.pairs, notes },
    features: file.features.map(({ name, witness, removed, added }) => ({
      ...{ name, witness: witness.name, removed: removed.pairs, added: added.pairs },
    })),
  };
}

interface AuditFlags extends RespondentFlags, Pick<StatisticsFlags, "minEffect" | "maxRareUse" | "confidence"> {
  readonly save?: string;
}

/** `cfalign suite audit` */
function auditCommand(context: Context): Command {
  const command = new Command("audit")
    .description("what a classifier uses: the effect of every feature of a suite on it")
    .argument("<suite>", "suite folder");
  return addDescriptionOptions(addRespondentOptions(command))
    .option("--save <file>", "also write its predictions as a table for --predictions")
    .option("--min-effect <number>", "smallest effect that matters (0.1)", numberBetween(0, 1, "a number from 0 to 1"))
    .option(
      "--max-rare-use <share>",
      "a feature is clear only if a use on so many of the pictures is excluded (0.1)",
      numberBetween(0.001, 1, "a number from 0.001 to 1"),
    )
    .option(
      "--confidence <share>",
      "of the intervals (0.95)",
      numberBetween(0.5, 0.9999, "a number from 0.5 to 0.9999"),
    )
    .addHelpText(
      "after",
      `
Forward passes alone: quantized files, operators without a gradient rule, servers, and other languages will do. A server
speaks the Open Inference Protocol (KServe, Triton, MLServer, OpenVINO); its token is taken from CFALIGN_TOKEN. What was
answered before an attempt broke off is not asked for again. Without a manifest, options say what import would ask.

Examples:
  cfalign suite audit suite --classifier models/smiling/model.onnx
  cfalign suite audit suite --classifier model_int8.onnx --size 224 --targets smile --about smile=smiling
  cfalign suite audit suite --classifier http://localhost:8000/v2/models/smiling --targets smiling
  cfalign suite audit suite --predictions predictions.csv --json`,
    )
    .action(async (path: string, flags: AuditFlags) => {
      const { auditSuite, openSuite, tableOf } = await context.library();
      const suite = await openSuite(path);
      const answers = await answersOf(context, suite, flags);
      if (flags.save !== undefined) await platform.files.write(flags.save, tableOf(suite, answers));
      const { minEffect, maxRareUse, confidence } = flags;
      const audit = auditSuite(suite, answers, defined({ minEffect, maxRareUse, confidence }));
      for (const note of audit.notes) context.output.say(`note: ${note}`);
      context.output.text(suiteAuditText(audit, context.output));
      context.output.json<typeof suiteAuditOutput>(audit);
    });
}

/** `cfalign suite check` */
function checkCommand(context: Context): Command {
  const command = new Command("check")
    .description("is every file of a suite there and whole, and is it still one for a classifier? exit 1 where not")
    .argument("<suite>", "suite folder");
  return addDescriptionOptions(addRespondentOptions(command))
    .addHelpText(
      "after",
      `
With a classifier: a suite is stale where predictions on its unedited pictures differ by more than 0.2 on average from those of
the nearest classifier of the same question that it was made with; without one nothing can be told, and the exit code is 1.

Examples:
  cfalign suite check suite
  cfalign suite check suite --classifier new/model.onnx`,
    )
    .action(async (path: string, flags: RespondentFlags) => {
      const { openSuite, stalenessText, suiteProblems, suiteStaleness } = await context.library();
      const suite = await openSuite(path);
      const problems = await suiteProblems(suite);
      const whole = problems.length === 0;
      for (const { problem } of problems) context.output.text(problem);
      context.output.text(
        whole ? `${suite.pairs.length} pairs, whole` : `${problems.length} files are not as they were`,
      );
      const isAsked = flags.classifier !== undefined || flags.predictions !== undefined;
      // Who is shown pictures that are not what they were says nothing of the suite.
      const classifiers =
        isAsked && whole ? suiteStaleness(suite, await answersOf(context, suite, { ...flags, unedited: true })) : null;
      for (const { classifier, staleness } of classifiers ?? [])
        context.output.text(stalenessText(classifier, staleness));
      context.output.json<typeof suiteCheckOutput>({
        suite: path,
        pairs: suite.pairs.length,
        whole,
        problems,
        classifiers: classifiers === null ? null : [...classifiers],
      });
      // What could not be held against anything is no yes.
      if (!whole || classifiers?.some(({ staleness }) => staleness === null || staleness.stale))
        context.exitWith(exitCodes.no);
    });
}

/** `cfalign suite list` */
function listCommand(context: Context): Command {
  return new Command("list")
    .description("the pictures of a suite, one a line, for a program that predicts")
    .argument("<suite>", "suite folder")
    .addHelpText("after", "\nExample:\n  cfalign suite list suite > files.txt")
    .action(async (path: string) => {
      const { openSuite, picturesOf } = await context.library();
      const suite = await openSuite(path);
      if (suite.file.originals !== undefined) {
        throw optionError("<suite>", "one with its pictures (cfalign suite complete)", path);
      }
      const files = picturesOf(suite).map(({ file }) => file);
      context.output.text(files.join("\n"));
      context.output.json<typeof suiteListOutput>(files);
    });
}

/** What a verb does that makes a suite of other suites. */
function written<Given>(
  context: Context,
  make: (library: Library, given: Given, out: string) => Promise<SuiteFile>,
): (given: Given, flags: { readonly out?: string }) => Promise<void> {
  return async (given, flags) => {
    const out = required(flags.out, "--out", "a folder for the suite");
    const file = await make(await context.library(), given, out);
    context.output.text(suiteText(file));
    context.output.json<typeof suiteOutput>(suiteJson(out, file, []));
  };
}

/** `cfalign suite merge` */
function mergeCommand(context: Context): Command {
  return new Command("merge")
    .description("put suites of the same witnesses into one")
    .argument("<suites...>", "suite folders")
    .option("--out <folder>", "the suite to write")
    .addHelpText("after", "\nExample:\n  cfalign suite merge suites/a suites/b --out suite")
    .action(written(context, ({ mergeSuites }, paths: string[], out) => mergeSuites(paths, { out })));
}

/** `cfalign suite complete` */
function completeCommand(context: Context): Command {
  return new Command("complete")
    .description("write a suite of --only-edits with all its pictures")
    .argument("<suite>", "suite folder; its images have to be where they were")
    .option("--out <folder>", "the suite to write")
    .addHelpText("after", "\nExample:\n  cfalign suite complete edits --out suite")
    .action(written(context, ({ completeSuite }, path: string, out) => completeSuite(path, { out })));
}
