import type { Command } from "commander";
import type { Answers, AskClassifierOptions, Suite } from "../index.ts";
import { type Context, optionError, required } from "./context.ts";
import { type DescriptionFlags, descriptionOf } from "./description-flags.ts";
import { numberBetween, wholeNumber } from "./numbers.ts";
import { defined, repeated } from "./options.ts";

/** Who is asked about a suite, and how. */
export interface RespondentFlags extends Partial<DescriptionFlags> {
  readonly classifier?: string;
  readonly predictions?: string;
  readonly about?: readonly string[];
  readonly parallel?: number;
  readonly batch?: number;
  readonly timeout?: number;
  readonly tokenHost?: string;
}

/** Environment variable with the token for servers: nowhere else may it be, as arguments are seen by everybody. */
const tokenVariable = "CFALIGN_TOKEN";

/** Adds what says who is asked about a suite. */
export function addRespondentOptions(command: Command): Command {
  return command
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
    .option("--timeout <seconds>", "for one answer of a server (60)", numberBetween(0.001, 86_400, "seconds above 0"))
    .option("--token-host <host:port>", `a manifest's server that may be sent ${tokenVariable}`);
}

/** Asks whoever the flags name. */
export async function answersOf(
  context: Context,
  suite: Suite,
  flags: RespondentFlags & Pick<AskClassifierOptions, "unedited">,
): Promise<Answers> {
  const { classifier, predictions } = flags;
  if (classifier !== undefined && predictions !== undefined) {
    throw optionError("--predictions", "no --classifier beside it", predictions);
  }
  const asked = "what is asked, or --predictions with what it said";
  return answersFrom(context, suite, predictions ?? required(classifier, "--classifier", asked), flags);
}

/** Asks a classifier, with progress, until a signal comes; or reads the table of one. */
export async function answersFrom(
  context: Context,
  suite: Suite,
  source: string,
  flags: RespondentFlags & Pick<AskClassifierOptions, "unedited">,
): Promise<Answers> {
  const library = await context.library();
  const { about, parallel, batch, timeout, tokenHost, unedited } = flags;
  if (/\.csv$/i.test(source) || source === flags.predictions) {
    return library.readTable(suite, source, defined({ about }));
  }
  using display = context.progress("pictures");
  using interrupt = context.interrupt();
  const token = process.env[tokenVariable];
  return await library.askClassifier(suite, source, {
    ...defined({ about, parallel, batch, timeout, tokenHost, unedited }),
    ...(token === undefined || token === "" ? {} : { token }),
    describe: descriptionOf({ antialias: true, ...flags }, library),
    signal: interrupt.signal,
    progress: (done, total) => display.update({ done, total }),
  });
}
