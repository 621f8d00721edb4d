import { Command } from "commander";
import type { plantedSchema } from "../../bench/schema.ts";
import { type WorldName, worldNames } from "../../bench/worlds/worlds.ts";
import { CfalignError } from "../../src/base/errors.ts";
import type { Context } from "../../src/cli/context.ts";
import { wholeNumber } from "../../src/cli/numbers.ts";
import { defined } from "../../src/cli/options.ts";
import type { ProgressDisplay } from "../../src/cli/progress.ts";
import { plantedText } from "./planted-text.ts";

interface Flags {
  readonly world: WorldName;
  readonly quick?: boolean;
  readonly split: "development" | "test";
  readonly images?: number;
  readonly seed?: number;
  readonly models?: string;
  readonly out: string;
}

const benchmarks = ["planted"];

/** `cfalign bench`, in a clone of the repository: does detection work? */
export function benchCommand(context: Context): Command {
  const command = new Command("bench")
    .description("measure whether detection works, on models whose biases are known")
    .argument("<benchmark>", "planted")
    .option("--quick", "a fixed third of the models");
  command.addOption(
    command.createOption("--world <world>", "which pictures and models").choices(worldNames).default("cartoon-faces"),
  );
  command.addOption(
    command
      .createOption("--split <split>", "which pairs: defaults were chosen on development")
      .choices(["development", "test"])
      .default("test"),
  );
  return command
    .option("--images <count>", "pictures per model (20)", wholeNumber(2))
    .option("--seed <number>", "of the audit's pictures (1)", wholeNumber(0))
    .option("--models <folder>", "the benchmark's models; those of the repository when absent")
    .option("--out <folder>", "pictures and runs; an interrupted benchmark goes on there", "runs/bench")
    .addHelpText(
      "after",
      `
Every model has a bias that was planted in its training, or a decoy, or none. The truth is what a feature does to the
model when it alone is drawn anew; docs/benchmark.md has the whole story. The benchmark and its models come
with the repository, not with the package.

Examples:
  npm run --silent cfalign -- bench planted --quick
  npm run --silent cfalign -- bench planted --world cartoon-faces-plain
  npm run --silent cfalign -- bench planted --json > planted.json`,
    )
    .action(async (name: string, { world, quick, split, images, seed, models, out }: Flags) => {
      if (!benchmarks.includes(name)) {
        throw new CfalignError("usage", `unknown benchmark "${name}": expected ${benchmarks.join(", ")}`, {
          where: "benchmark",
        });
      }
      const { plantedBenchmark } = await import("../../bench/planted.ts");
      using interrupt = context.interrupt();
      let shown: { readonly stage: string; readonly display: ProgressDisplay } | undefined;
      try {
        const result = await plantedBenchmark({
          world,
          split,
          out,
          ...defined({ quick, images, seed, models }),
          signal: interrupt.signal,
          now: context.now,
          progress(stage, done, total) {
            if (shown?.stage !== stage) {
              shown?.display.stop();
              shown = { stage, display: context.progress(stage) };
            }
            shown.display.update({ done, total });
          },
        });
        shown?.display.stop();
        context.output.text(plantedText(result, context.output));
        context.output.json<typeof plantedSchema>(result);
      } finally {
        shown?.display.stop();
      }
    });
}
