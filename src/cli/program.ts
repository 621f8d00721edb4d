import { Command, type Option } from "commander";
import { CfalignError } from "../errors.ts";
import { alignCommand } from "./commands/align.ts";
import { benchCommand } from "./commands/bench.ts";
import { checkCommand } from "./commands/check.ts";
import { decomposeCommand } from "./commands/decompose.ts";
import { demoCommand } from "./commands/demo.ts";
import { diffCommand } from "./commands/diff.ts";
import { differentiateCommand } from "./commands/differentiate.ts";
import { drawCommand } from "./commands/draw.ts";
import { explainCommand } from "./commands/explain.ts";
import { findCommand } from "./commands/find.ts";
import { importCommand } from "./commands/import.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { matrixCommand } from "./commands/matrix.ts";
import { mergeCommand } from "./commands/merge.ts";
import { rectifyCommand } from "./commands/rectify.ts";
import { reportCommand } from "./commands/report.ts";
import { saliencyCommand } from "./commands/saliency.ts";
import type { Context } from "./context.ts";
import { repeated } from "./options.ts";
import type { TextStream } from "./output.ts";
import { version } from "./version.ts";

/** Every verb, in the order of `--help`. */
const commands: readonly ((context: Context) => Command)[] = [
  demoCommand,
  drawCommand,
  inspectCommand,
  importCommand,
  differentiateCommand,
  explainCommand,
  saliencyCommand,
  alignCommand,
  decomposeCommand,
  matrixCommand,
  findCommand,
  reportCommand,
  diffCommand,
  checkCommand,
  mergeCommand,
  rectifyCommand,
  benchCommand,
];

/** The whole command line. Errors are thrown, not printed; help goes to stdout. */
export function createProgram(
  context: Context,
  streams: { readonly stdout: TextStream; readonly stderr: TextStream },
): Command {
  const program = new Command("cfalign")
    .description("Which features does an image classifier really use? Counterfactual alignment for exported models.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .addHelpText("after", "\nStart with `cfalign demo`. Every verb has examples: `cfalign align --help`.");
  for (const create of commands) program.addCommand(create(context).option("--json", "print JSON on stdout"));
  for (const command of [program, ...program.commands]) {
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => streams.stdout.write(text),
        // The message is printed once, by the caller.
        writeErr: () => {},
      })
      .allowExcessArguments(false)
      .showSuggestionAfterError(true);
    for (const option of command.options) {
      if (option.required && option.parseArg !== repeated) expectOnce(command, option);
    }
  }
  return program;
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
