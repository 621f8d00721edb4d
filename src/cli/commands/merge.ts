import { Command } from "commander";
import { type Context, optionError, required } from "../context.ts";
import type { furtherOutput, mergeOutput, statusOutput } from "../schemas.ts";
import { shardsText } from "../shards-text.ts";

interface Flags {
  readonly out?: string;
  readonly status?: true;
  readonly further?: true;
}

/** `cfalign merge`: shards of one run become the run. */
export function mergeCommand(context: Context): Command {
  return new Command("merge")
    .description("merge the shards of a run; the result equals the run made in one piece")
    .argument("<runs...>", "run folders of all shards")
    .option("--out <folder>", "run folder to write")
    .option("--status", "only say how far the shards are")
    .option("--further", "only tell shards that have to look further how far: their align commands go on there")
    .addHelpText(
      "after",
      `
Example:
  cfalign align faces --base all --shard 1/2 --out runs/1
  cfalign align faces --base all --shard 2/2 --out runs/2
  cfalign merge runs/1 runs/2 --out runs/all

A shard makes its part of --limit. Where more of it is needed, merge says so; the same align command goes on.`,
    )
    .action(async (runs: string[], flags: Flags) => {
      if (flags.status && flags.further) throw optionError("--status", "it without --further", "both");
      if (flags.status) return status(context, runs);
      if (flags.further) return further(context, runs);
      const out = required(flags.out, "--out", "a run folder to write");
      const { mergeRuns } = await context.library();
      const { notes } = await mergeRuns(runs, { out });
      for (const note of notes) context.output.say(`note: ${note}`);
      context.output.text(`${runs.length} ${runs.length === 1 ? "run" : "runs"} merged into ${out}`);
      context.output.json<typeof mergeOutput>({ runs, out });
    });
}

async function status(context: Context, runs: readonly string[]): Promise<void> {
  const { shardStates } = await context.library();
  const states = await shardStates(runs);
  context.output.text(shardsText(states));
  context.output.json<typeof statusOutput>(states.map((state) => ({ ...state, shard: state.shard ?? null })));
}

async function further(context: Context, runs: readonly string[]): Promise<void> {
  const { shareOut } = await context.library();
  const asked = await shareOut(runs);
  context.output.text(
    asked.length === 0
      ? "the union is known: the shards can be merged"
      : `to look further, by their align commands as they were: ${asked.join(", ")}`,
  );
  context.output.json<typeof furtherOutput>({ runs, further: asked });
}
