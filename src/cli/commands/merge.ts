import { Command } from "commander";
import { type Context, required } from "../context.ts";
import type { mergeOutput } from "../schemas.ts";

/** `cfalign merge`: shards of one run become the run. */
export function mergeCommand(context: Context): Command {
  return new Command("merge")
    .description("merge the shards of a run; the result equals the run made in one piece")
    .argument("<runs...>", "run folders of all shards")
    .option("--out <folder>", "run folder to write")
    .addHelpText(
      "after",
      `
Example:
  cfalign align faces --base all --shard 1/2 --out runs/1
  cfalign align faces --base all --shard 2/2 --out runs/2
  cfalign merge runs/1 runs/2 --out runs/all`,
    )
    .action(async (runs: string[], flags: { readonly out?: string }) => {
      const out = required(flags.out, "--out", "a run folder to write");
      const { mergeRuns } = await context.library();
      await mergeRuns(runs, { out });
      context.output.text(`${runs.length} ${runs.length === 1 ? "run" : "runs"} merged into ${out}`);
      context.output.json<typeof mergeOutput>({ runs, out });
    });
}
