import { Command } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import type { ChangedPair, Check } from "../../index.ts";
import { checkHtml } from "../check-html.ts";
import { checkJunit } from "../check-junit.ts";
import { checkMarkdown, checkText, notesOf, outcomeOf } from "../check-text.ts";
import { type Context, optionError, required } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { expectationsOf } from "../expectations.ts";
import { flagOf } from "../flags.ts";
import { addStatisticsOptions, defined, repeated, type StatisticsFlags, statisticsFlags } from "../options.ts";
import type { JsonOf } from "../output.ts";
import { addRespondentOptions, answersFrom, answersOf, type RespondentFlags } from "../respondent-flags.ts";
import type { checkOutput } from "../schemas.ts";
import { noteUnfinished } from "../unfinished.ts";

interface Flags extends StatisticsFlags, RespondentFlags {
  readonly suite?: string;
  readonly max?: readonly string[];
  readonly baseline?: string;
  readonly expect?: string;
  readonly map?: readonly string[];
  readonly format: "text" | "json" | "junit" | "markdown";
  readonly allowUnresolved?: boolean;
  readonly ignoreMarks?: boolean;
  readonly json?: boolean;
  readonly html?: string;
}

/** `cfalign check`: a build fails when a bias is there, or comes back. */
export function checkCommand(context: Context): Command {
  const command = new Command("check")
    .description(
      "hold cells of a run, or a classifier on a suite, against bounds; exit 1 when one is beyond its bound, or unresolved",
    )
    .argument("[run]", "run folder; none with --suite")
    .option(
      "--max <bound>",
      '"base->downstream=0.2" for the size of the effect, or of the relative change where there is none; "…=-0.2..0.4" for a range; "base->downstream.rc=0.2" for the relative change, ".share" for the share of the direction; may be repeated',
      repeated,
    )
    .option(
      "--baseline <run>",
      "older run, with --suite older classifier or predictions.csv: fail also where a cell is worse than there, paired by image",
    )
    .option(
      "--expect <file>",
      'expected relations, one a line: a bound with * leaves their cells out; "smiling -> mouth_open = 0.2..0.6" is also a bound',
    )
    .option("--map <old=new>", "a classifier's name in the baseline and its name now; may be repeated", repeated);
  command.addOption(
    command.createOption("--format <format>", "how").choices(["text", "json", "junit", "markdown"]).default("text"),
  );
  command
    .option("--allow-unresolved", "let unresolved checks pass, with a note")
    .option("--ignore-marks", "also fail on what an auditor dismissed in the run's marks.json")
    .option("--html <file>", "with --suite: also a page of the verdicts, with the pictures that changed most")
    .option("--suite <folder>", "instead of a run: pairs of pictures (cfalign suite write) that --classifier is shown");
  return addStatisticsOptions(addRespondentOptions(command))
    .addHelpText(
      "after",
      `
A check holds the effect of the downstream feature on the base (docs/effects.md) where the run has one, else the
relative change on images that have the feature and on those that lack it. It passes when the intervals lie within the
bound, and fails when one lies beyond. It is unresolved, and fails too, where there are not enough images to tell, or
where the feature could not be moved. A name that the run does not have is an error (exit 2). A * stands for every name. The intervals are corrected for the number of cells. A bound on
NAME.share is about the decomposition: it needs a run of align --decompose or decompose. A cell that an auditor
dismissed in the report (marks.json in the run's folder) fails no build as long as it is no more than it was then.

Examples:
  cfalign check runs/new --max "smiling->eyeglasses=0.2" --max "smiling->lipstick=-0.1..0.3"
  cfalign check runs/new --max "smiling->*=0.2"
  cfalign check runs/new --max "*->*=0.2" --expect expected.txt
  cfalign check runs/new --max "smiling->eyeglasses=0.2" --max "smiling->eyeglasses.share=0.3"
  cfalign check runs/new --max "smiling->eyeglasses=0.2" --baseline runs/released
  cfalign check runs/new --max "smiling->eyeglasses=0.2" --format junit > check.xml
  cfalign check --suite suite --classifier new/model.onnx --max "*->eyeglasses=0.1" --baseline old/model.onnx`,
    )
    .action((path: string | undefined, flags: Flags) => hold(context, path, flags));
}

async function hold(context: Context, path: string | undefined, flags: Flags): Promise<void> {
  const max =
    flags.expect === undefined
      ? required(flags.max, "--max", 'a bound, such as "smiling->eyeglasses=0.2"')
      : (flags.max ?? []);
  if (flags.json && flags.format !== "text" && flags.format !== "json") {
    throw new CfalignError("usage", `--format ${flags.format} and --json exclude each other`, {
      where: "--format",
    });
  }
  if (flags.map !== undefined && flags.baseline === undefined) {
    throw new CfalignError("usage", "--map is about a --baseline, and there is none", { where: "--map" });
  }
  if (flags.suite !== undefined && path !== undefined) throw optionError("--suite", "no run beside it", path);
  if (flags.suite === undefined && flags.html !== undefined) throw optionError("--html", "--suite with it", "a run");
  const { check, pairs } = await (flags.suite === undefined
    ? checkOfRun(context, required(path, "<run>", "a run folder, or --suite with --classifier"), max, flags)
    : checkOfSuite(context, flags.suite, max, flags));
  const outcome = outcomeOf(check, flags.allowUnresolved ?? false);
  if (flags.html !== undefined) await platform.files.write(flags.html, checkHtml(check, outcome, await pairs()));
  for (const note of notesOf(check)) context.output.say(`note: ${note}`);
  const formats = {
    text: () => checkText(check, outcome, context.output),
    json: () => JSON.stringify({ ...outcome, ...check } satisfies JsonOf<typeof checkOutput>, null, 2),
    junit: () => checkJunit(check, outcome),
    markdown: () => checkMarkdown(check, outcome),
  };
  const format = flags.json ? "json" : flags.format;
  if (format === "text") context.output.text(formats.text());
  else context.output.raw(formats[format]());
  if (!outcome.passed) context.exitWith(exitCodes.no);
}

/** A check, and the pictures that a page of it shows. */
interface Checked {
  readonly check: Check;
  pairs(): Promise<readonly ChangedPair[]>;
}

/** Cells of a run against bounds. */
async function checkOfRun(context: Context, path: string, max: readonly string[], flags: Flags): Promise<Checked> {
  const asked = (["classifier", "predictions"] as const).find((option) => flags[option] !== undefined);
  if (asked !== undefined) throw optionError(`--${asked}`, "--suite with it", "a run");
  const { checkRun, openRun, readMarks } = await context.library();
  const run = await openRun(path);
  const baseline = flags.baseline === undefined ? undefined : await openRun(flags.baseline);
  using display = context.progress("checking");
  const options = {
    ...statisticsFlags(flags),
    named: flagOf,
    progress: (done: number, total: number) => display.update({ done, total, words: `${done} of ${total} bounds` }),
    marks: flags.ignoreMarks ? [] : await readMarks(path),
    expected: await expectationsOf(context, run, flags.expect),
    ...(baseline === undefined ? {} : { baseline, map: flags.map ?? [] }),
  };
  const check = checkRun(run, max, options);
  display.stop();
  noteUnfinished(context.output, [run, baseline]);
  return { check, pairs: async () => [] };
}

/** A classifier on a suite against bounds. */
async function checkOfSuite(context: Context, path: string, max: readonly string[], flags: Flags): Promise<Checked> {
  const { changedPairs, checkSuite, openSuite, suiteRun } = await context.library();
  const suite = await openSuite(path);
  const answers = await answersOf(context, suite, flags);
  const baseline =
    flags.baseline === undefined
      ? undefined
      : await answersFrom(context, suite, flags.baseline, defined({ about: flags.about }));
  const against = baseline === undefined ? {} : { baseline, map: flags.map ?? [] };
  const check = checkSuite(suite, answers, max, {
    ...statisticsFlags(flags),
    expected: await expectationsOf(context, suiteRun(suite, answers), flags.expect),
    ...against,
  });
  return { check, pairs: () => changedPairs(suite, answers, check, against) };
}
