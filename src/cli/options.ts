import type { Command } from "commander";
import { optionError } from "./context.ts";
import { numberBetween, wholeNumber } from "./numbers.ts";

/** Adds `--workspace`, which every verb that runs models takes. */
export function addWorkspaceOption(command: Command): Command {
  return command.option(
    "-w, --workspace <path>",
    "workspace file, its folder, or a built-in one (cartoon-faces); ./cfalign.json when absent",
  );
}

/** What the search options parse to: only what was given, so that defaults live in the library. */
export interface SearchFlags {
  readonly search?: "fast" | "reference";
  readonly direction?: "gradient" | "smoothed" | "path";
  readonly steps?: number;
  readonly draws?: number;
  readonly noise?: number;
  readonly drop?: number;
  readonly floor?: number;
  readonly maxShift?: number;
  readonly step?: number;
  readonly maxLambda?: number;
  readonly maxPixelChange?: number;
}

/** Adds the options of the search for λ. */
export function addSearchOptions(command: Command): Command {
  const positive = (expected: string) => numberBetween(Number.MIN_VALUE, Number.MAX_VALUE, expected);
  return command
    .addOption(command.createOption("--search <kind>", "how λ is searched (fast)").choices(["fast", "reference"]))
    .addOption(
      command
        .createOption(
          "--direction <kind>",
          "where a counterfactual goes: along the gradient, its mean over noise, or that mean taken anew at every step (gradient)",
        )
        .choices(["gradient", "smoothed", "path"]),
    )
    .option("--steps <count>", "path only: parts of the drop (2)", wholeNumber(1))
    .option("--draws <count>", "smoothed and path: gradients that a direction is the mean of (4)", wholeNumber(1))
    .option(
      "--noise <number>",
      "smoothed and path: distance of these gradients, in units of the latents' spread (0.5)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option("--drop <number>", "fall of the prediction that is asked for (0.6)", positive("a number above 0"))
    .option("--floor <number>", "prediction at which to stop (0.05)", numberBetween(0, 1, "a number from 0 to 1"))
    .option(
      "--max-shift <number>",
      "latent distance allowed, in median distances between images (0.4)",
      positive("a number above 0"),
    )
    .option("--step <number>", "reference only: step of λ (10)", positive("a number above 0"))
    .option("--max-lambda <number>", "reference only: largest |λ|", positive("a number above 0"))
    .option(
      "--max-pixel-change <share>",
      "reference only: largest change of the image (0.05)",
      positive("a number above 0"),
    );
}

/** Picks the search options out of a verb's parsed options. Errors: CfalignError("usage") for one that the search would ignore. */
export function searchFlags(flags: SearchFlags): SearchFlags {
  const { search, direction, steps, draws, noise, drop, floor, maxShift, step, maxLambda, maxPixelChange } = flags;
  const reference = { "--step": step, "--max-lambda": maxLambda, "--max-pixel-change": maxPixelChange };
  const [needless] = Object.entries(reference).find(([, value]) => value !== undefined) ?? [];
  if (search !== "reference" && needless !== undefined)
    throw optionError(needless, "--search reference with it", search ?? "fast");
  const smoothing = Object.entries({ "--draws": draws, "--noise": noise }).find(([, value]) => value !== undefined);
  if (steps !== undefined && direction !== "path") {
    throw optionError("--steps", "--direction path with it", direction ?? "none");
  }
  if (smoothing !== undefined && direction !== "smoothed" && direction !== "path") {
    throw optionError(smoothing[0], "--direction smoothed or path with it", direction ?? "none");
  }
  if (search === "reference" && direction !== undefined && direction !== "gradient") {
    throw optionError("--direction", "gradient with --search reference, which is the published search", direction);
  }
  return defined({ search, direction, steps, draws, noise, drop, floor, maxShift, step, maxLambda, maxPixelChange });
}

/** What the statistics options parse to. */
export interface StatisticsFlags {
  readonly minBaseChange?: number;
  readonly minEffect?: number;
  readonly confidence?: number;
  readonly resamples?: number;
  readonly seed?: number;
}

/** Adds the options of the statistics of a cell. */
export function addStatisticsOptions(command: Command): Command {
  return command
    .option(
      "--min-base-change <number>",
      "images count when the base fell by more (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option(
      "--min-effect <number>",
      "smallest relative change that matters (0.1)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option(
      "--confidence <share>",
      "of the intervals (0.95)",
      numberBetween(0.5, 0.9999, "a number from 0.5 to 0.9999"),
    )
    .option("--resamples <count>", "of the bootstrap (2000)", wholeNumber(100))
    .option("--seed <number>", "of the bootstrap (1)", wholeNumber(0));
}

/** Picks the statistics options out of a verb's parsed options. */
export function statisticsFlags(flags: StatisticsFlags): StatisticsFlags {
  const { minBaseChange, minEffect, confidence, resamples, seed } = flags;
  return defined({ minBaseChange, minEffect, confidence, resamples, seed });
}

/** A parser for an option that may be given several times. */
export function repeated(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

/** Without the keys whose value is undefined (exactOptionalPropertyTypes). */
export function defined<T extends object>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
