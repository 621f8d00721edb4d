import { Argument, Command } from "commander";
import { platform } from "#platform";
import { CfalignError } from "../../base/errors.ts";
import { type Context, required } from "../context.ts";
import { wholeNumber } from "../numbers.ts";
import { repeated } from "../options.ts";
import type { submitOutput } from "../schemas.ts";
import { shardsFolder, slurmScript } from "../slurm-script.ts";

interface Flags {
  readonly shards?: number;
  readonly out?: string;
  readonly sbatch?: readonly string[];
  readonly missing?: true;
  readonly submit?: true;
}

/** What the jobs say themselves, and what a shard cannot do. */
const refused: Readonly<Record<string, string>> = {
  "--shard": "every task has its own",
  "--out": "give it before --, for the merged run",
  "--listing": "the jobs share one",
  "--listing-only": "the jobs share one",
  "--until-resolved": "a shard cannot look at the others' images",
};

/** `cfalign submit`: a run in shards as jobs of a scheduler. */
export function submitCommand(context: Context): Command {
  return new Command("submit")
    .description("print or submit the jobs that make a run in shards, merge it and write its report")
    .addArgument(new Argument("<scheduler>", "whose jobs").choices(["slurm"]))
    .argument("<align...>", "after --: what align is called with, but for --shard and --out")
    .option("--shards <count>", "tasks of the array", wholeNumber(1))
    .option("--out <folder>", "folder of the merged run; the shards lie in <folder>.shards")
    .option("--sbatch <option>", "for every sbatch, such as --sbatch=--partition=long; may be repeated", repeated)
    .option("--missing", "only the shards that are not finished")
    .option("--submit", "submit the jobs, instead of printing the script that does")
    .addHelpText(
      "after",
      `
Example:
  cfalign submit slurm --shards 8 --out runs/all --submit -- faces --base all --limit 400
  cfalign merge --status runs/all.shards/*
  cfalign submit slurm --shards 8 --out runs/all --missing --submit -- faces --base all --limit 400`,
    )
    .action(async (_: string, align: string[], flags: Flags) => {
      const shards = required(flags.shards, "--shards", "how many parts the run has");
      const out = required(flags.out, "--out", "a folder for the merged run").replace(/(?<=.)\/+$/, "");
      for (const word of align) {
        const [name = ""] = word.split("=");
        if (refused[name] === undefined) continue;
        throw new CfalignError("usage", `${name}: expected none after --: ${refused[name]}`, { where: name });
      }
      const all = Array.from({ length: shards }, (_, place) => place + 1);
      const tasks = flags.missing ? await unfinished(context, out, all) : all;
      const script = slurmScript({
        program: [process.execPath, ...process.execArgv, process.argv[1] as string],
        ...{ align, out, shards, tasks, sbatch: flags.sbatch ?? [] },
      });
      const jobs = flags.submit ? await platform.runShell(script) : null;
      context.output.text(jobs ?? script.trimEnd());
      context.output.json<typeof submitOutput>({ tasks, script, jobs });
    });
}

/** Shards that are not finished. Errors: CfalignError("usage") where the run is there already. */
async function unfinished(context: Context, out: string, all: readonly number[]): Promise<readonly number[]> {
  const { shardStates } = await context.library();
  const [merged] = await shardStates([out]);
  if (merged?.state === "finished") {
    throw new CfalignError("usage", `"${out}" is there: nothing is missing`, { where: "--missing" });
  }
  const states = await shardStates(all.map((index) => `${shardsFolder(out)}/${index}`));
  return all.filter((_, place) => states[place]?.state !== "finished");
}
