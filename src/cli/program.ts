import { createRequire } from "node:module";
import { Command, type Option } from "commander";
import { CfalignError } from "../base/errors.ts";
import { alignCommand } from "./commands/align.ts";
import { auditCommand } from "./commands/audit.ts";
import { checkCommand } from "./commands/check.ts";
import { conceptsCommand } from "./commands/concepts.ts";
import { decomposeCommand } from "./commands/decompose.ts";
import { demoCommand } from "./commands/demo.ts";
import { diffCommand } from "./commands/diff.ts";
import { differentiateCommand } from "./commands/differentiate.ts";
import { drawCommand } from "./commands/draw.ts";
import { explainCommand } from "./commands/explain.ts";
import { figureCommand } from "./commands/figure.ts";
import { findCommand } from "./commands/find.ts";
import { flattenCommand } from "./commands/flatten.ts";
import { importCommand } from "./commands/import.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { labelsCommand } from "./commands/labels.ts";
import { matrixCommand } from "./commands/matrix.ts";
import { mergeCommand } from "./commands/merge.ts";
import { modesCommand } from "./commands/modes.ts";
import { preflightCommand } from "./commands/preflight.ts";
import { rectifyCommand } from "./commands/rectify.ts";
import { reportCommand } from "./commands/report.ts";
import { saliencyCommand } from "./commands/saliency.ts";
import { serveCommand } from "./commands/serve.ts";
import { submitCommand } from "./commands/submit.ts";
import { suiteCommand } from "./commands/suite.ts";
import { trainCommand } from "./commands/train.ts";
import type { Context } from "./context.ts";
import { repeated } from "./options.ts";
import type { TextStream } from "./output.ts";

/** Makes the command of a verb. */
export type Verb = (context: Context) => Command;

/** Every verb of the package, in the order of `--help`. */
const commands: readonly Verb[] = [
  demoCommand,
  drawCommand,
  auditCommand,
  initCommand,
  preflightCommand,
  labelsCommand,
  flattenCommand,
  conceptsCommand,
  trainCommand,
  inspectCommand,
  importCommand,
  differentiateCommand,
  explainCommand,
  saliencyCommand,
  serveCommand,
  alignCommand,
  decomposeCommand,
  matrixCommand,
  findCommand,
  modesCommand,
  reportCommand,
  figureCommand,
  diffCommand,
  checkCommand,
  mergeCommand,
  submitCommand,
  suiteCommand,
  rectifyCommand,
];

/** The whole command line, with further verbs if there are any. Errors are thrown, not printed; help goes to stdout. */
export function createProgram(
  context: Context,
  streams: { readonly stdout: TextStream; readonly stderr: TextStream },
  more: readonly Verb[] = [],
): Command {
  const program = new Command("cfalign")
    .description("Which features does an image classifier really use? Counterfactual alignment for exported models.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .addHelpText(
      "after",
      "\nStart with `cfalign demo`. Every verb has examples: `cfalign align --help`.\n" +
        "Does detection work? `npm run --silent cfalign -- bench planted`, in a clone of the repository.",
    );
  for (const create of [...commands, ...more])
    program.addCommand(create(context).option("--json", "print JSON on stdout"));
  program.hook("preAction", (_, verb) => refuseMore(verb));
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => streams.stdout.write(text),
        // The message is printed once, by the caller.
        writeErr: () => {},
      })
      .allowExcessArguments(true)
      .showSuggestionAfterError(true);
    for (const option of command.options) {
      if (option.required && option.parseArg !== repeated) expectOnce(command, option);
    }
  }
  return program;
}

/** A command and all below it. */
function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** An argument too many is mostly the value of a flag that takes none, or a name with a space in it: the message shows which. */
function refuseMore(verb: Command): void {
  const { registeredArguments: known, args } = verb;
  if (args.length <= known.length || known.some(({ variadic }) => variadic)) return;
  const expected = known.length === 0 ? "no argument" : known.map((argument) => argument.name()).join(" and ");
  const got = args.map((argument) => `"${argument}"`).join(" and ");
  throw new CfalignError("usage", `${verb.name()}: expected ${expected}, got ${got}`, { where: verb.name() });
}

/** Of a value given twice the parser would keep the last, without a word. */
function expectOnce(command: Command, option: Option): void {
  let given = false;
  command.on(`option:${option.name()}`, (value: string) => {
    if (given) {
      const where = `--${option.name()}`;
      throw new CfalignError("usage", `${where}: expected once, got it again with "${value}"`, { where });
    }
    given = true;
  });
}

/** Version of the package. */
function version(): string {
  const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string };
  return version;
}
