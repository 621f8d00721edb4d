import type { Command } from "commander";
import type { Answers, AskClassifierOptions, Suite } from "../index.ts";
import type { Context } from "./context.ts";
import { optionError } from "./context.ts";
import { addDescriptionOptions, type DescriptionFlags, descriptionOf } from "./description-flags.ts";
import { numberBetween, wholeNumber } from "./numbers.ts";
import { defined, repeated } from "./options.ts";

/** Who is asked about a suite, and how. */
export interface RespondentFlags extends DescriptionFlags {
  readonly classifier?: string;
  readonly predictions?: string;
  readonly about?: readonly string[];
  readonly parallel?: number;
  readonly batch?: number;
  readonly timeout?: number;
}

/** Environment variable with the token for servers: nowhere else may it be, as arguments are seen by everybody. */
const tokenVariable = "CFALIGN_TOKEN";

/** Adds what says who is asked about a suite. */
export function addRespondentOptions(command: Command): Command {
  command
    .option(
      "--classifier <what>",
      "a folder, model.onnx, or model.json, also one that cannot be differentiated; or http://host:8000/v2/models/NAME",
    )
    .option(
      "--predictions <file>",
      "instead: a table file,prediction of any program, a row for every file of suite list",
    )
    .option("--about <target=feature>", "what a target is about, where it has another name; may be repeated", repeated)
    .option("--parallel <count>", "a server's requests at a time (4)", wholeNumber(1))
    .option("--batch <count>", "pictures of one request (16)", wholeNumber(1))
    .option("--timeout <seconds>", "for one answer of a server (60)", numberBetween(0.001, 86_400, "seconds above 0"));
  return addDescriptionOptions(command);
}

/** Asks whoever the flags name. */
export async function answersOf(context: Context, suite: Suite, flags: RespondentFlags): Promise<Answers> {
  const { classifier, predictions } = flags;
  if ((classifier === undefined) === (predictions === undefined)) {
    throw optionError("--classifier", "it or --predictions", classifier === undefined ? "neither" : "both");
  }
  const library = await context.library();
  if (predictions !== undefined) return library.readTable(suite, predictions, defined({ about: flags.about }));
  return askedWithProgress(context, suite, classifier as string, {
    ...defined({ about: flags.about, parallel: flags.parallel, batch: flags.batch, timeout: flags.timeout }),
    describe: descriptionOf(flags, library),
  });
}

/** Asks a classifier, with progress, until a signal comes. */
export async function askedWithProgress(
  context: Context,
  suite: Suite,
  classifier: string,
  options: AskClassifierOptions,
): Promise<Answers> {
  const { askClassifier } = await context.library();
  const display = context.progress("pictures");
  const interrupt = context.interrupt();
  const token = process.env[tokenVariable];
  try {
    return await askClassifier(suite, classifier, {
      ...options,
      ...(token === undefined || token === "" ? {} : { token }),
      signal: interrupt.signal,
      progress: (done, total) => display.update({ done, total }),
    });
  } finally {
    display.stop();
    interrupt.dispose();
  }
}
