import type { Command } from "commander";
import type { MatrixOptions } from "../index.ts";
import { type AskedDevice, deviceOptionTable } from "../options/device.ts";
import { addFlags } from "./flags.ts";
import { numberBetween, wholeNumber } from "./numbers.ts";

/** What says which models a verb runs, and on what. */
export interface WorkspaceFlags {
  readonly workspace?: string;
  readonly device?: AskedDevice;
}

/** Adds `--workspace` and `--device`, which every verb that runs models takes. */
export function addWorkspaceOption(command: Command): Command {
  command.option(
    "-w, --workspace <path>",
    "workspace file, its folder, or a built-in one (cartoon-faces); ./cfalign.json when absent",
  );
  return addFlags(command, deviceOptionTable);
}

/** What the statistics options parse to. */
export type StatisticsFlags = MatrixOptions;

/** Adds the options of the statistics of a cell. */
export function addStatisticsOptions(command: Command): Command {
  return command
    .option(
      "--min-base-change <number>",
      "images count when the base fell by more than this (0.3)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option(
      "--min-effect <number>",
      "smallest relative change that matters (0.1)",
      numberBetween(0, Number.MAX_VALUE, "a number, at least 0"),
    )
    .option(
      "--max-rare-use <share>",
      "a cell is clear only if a use on so many of the images is excluded, with the feature and without it (0.1)",
      numberBetween(0.001, 1, "a number from 0.001 to 1"),
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
  const { minBaseChange, minEffect, maxRareUse, confidence, resamples, seed } = flags;
  return defined({ minBaseChange, minEffect, maxRareUse, confidence, resamples, seed });
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
