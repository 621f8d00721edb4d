import { CommanderError } from "commander";
import { CfalignError } from "../base/errors.ts";
import { exitCodeOf, exitCodes } from "./exit-code.ts";
import { flagOf } from "./flags.ts";
import { type Interrupt, listenForInterrupt } from "./interrupt.ts";
import { createOutput, type TextStream } from "./output.ts";
import { createProgram, type Verb } from "./program.ts";
import { createProgress } from "./progress.ts";
import { questionOn } from "./question.ts";

/** Parses the arguments, runs a verb, prints what went wrong, and gives the exit code. Never throws. `more`: verbs beside the package's own. */
export async function runCli(
  argv: readonly string[],
  streams: { readonly stdout: TextStream; readonly stderr: TextStream; readonly stdin?: NodeJS.ReadStream },
  more: readonly Verb[] = [],
): Promise<number> {
  const environment = process.env;
  const json = argv.includes("--json");
  const output = createOutput({ ...streams, json, environment });
  const now = () => performance.now();
  let code: number = exitCodes.done;
  const interrupts: Interrupt[] = [];
  const program = createProgram(
    {
      output,
      library: () => import("../index.ts"),
      progress: (label) => createProgress(label, streams.stderr, now, environment),
      interrupt: (words = "stopping where the run can be resumed") => {
        const interrupt = listenForInterrupt((signal) => output.say(`${signal}: ${words}`));
        interrupts.push(interrupt);
        return interrupt;
      },
      exitWith: (value) => {
        code = value;
      },
      question: questionOn(json ? undefined : streams.stdin, streams.stderr),
      now,
    },
    streams,
    more,
  );
  try {
    if (argv.length === 0) {
      streams.stderr.write(program.helpInformation());
      return exitCodes.usage;
    }
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return exitCodes.done;
    const error = asCfalignError(thrown);
    // The library names its options; whoever reads this knows flags.
    const message = error.messageWith(flagOf);
    const where = error.option === undefined ? error.where : flagOf(error.option);
    output.say(
      json ? JSON.stringify({ error: { code: error.code, message, where: where ?? null } }) : `cfalign: ${message}`,
    );
    if (error.code === "internal" && environment.CFALIGN_DEBUG) output.say(stackOf(error));
    return exitCodeOf(error.code, interrupts.map((interrupt) => interrupt.received()).find(Boolean));
  } finally {
    for (const interrupt of interrupts) interrupt[Symbol.dispose]();
  }
}

/** commander's own complaints become usage errors in our words; anything unforeseen is an internal error. */
function asCfalignError(thrown: unknown): CfalignError {
  if (thrown instanceof CfalignError) return thrown;
  // `help` of a verb that there is not.
  if (thrown instanceof CommanderError && thrown.code === "commander.help") {
    return new CfalignError("usage", "help: expected a verb, got an unknown one: cfalign --help lists them");
  }
  if (thrown instanceof CommanderError) return usageError(thrown.message);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const system = thrown instanceof Error && "code" in thrown && "syscall" in thrown;
  return new CfalignError(system ? "runtime" : "internal", system ? message : `internal error: ${message}`, {
    cause: thrown,
  });
}

/** `error: option '--count <number>' argument 'x' is invalid. expected …` → `--count: expected …, got "x"`, and the like. */
function usageError(text: string): CfalignError {
  const message = text.replace(/^error: /, "").replace(/\.$/, "");
  const [, option, value, rest = ""] =
    /^option '(?:-\w, )?(--[\w-]+).*' argument '(.*)' is invalid\. (.*)$/s.exec(message) ?? [];
  if (option !== undefined) {
    const expected = rest.replace(
      /^Allowed choices are (.*)$/,
      (_, choices: string) => `expected ${choices.replace(/, ([^,]*)$/, " or $1")}`,
    );
    return new CfalignError("usage", `${option}: ${expected}, got "${value}"`, { where: option });
  }
  const [, unknown] = /^unknown option '(.*?)'/.exec(message) ?? [];
  return new CfalignError(
    "usage",
    message
      .replace(/\n\(Did you mean (.*)\?\)$/s, (_, names: string) => `: did you mean "${names}"?`)
      .replace(/^missing required argument '(.*)'$/, 'missing argument "$1": see --help')
      .replace(/\. Expected/, ": expected")
      .replaceAll("'", '"'),
    unknown === undefined ? {} : { where: unknown },
  );
}

function stackOf(error: CfalignError): string {
  return error.cause instanceof Error ? (error.cause.stack ?? error.cause.message) : (error.stack ?? error.message);
}
