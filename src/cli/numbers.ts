import { InvalidArgumentError } from "commander";
import { shardFromEnvironment } from "./shard-environment.ts";

/** A parser for a number option within bounds; commander puts the option's name in front of the message. */
export function numberBetween(low: number, high: number, expected: string): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isNaN(value) || value < low || value > high) {
      throw new InvalidArgumentError(`expected ${expected}`);
    }
    return value;
  };
}

/** A parser for a whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text.trim()) || value < least || !Number.isSafeInteger(value)) {
      throw new InvalidArgumentError(`expected a whole number, at least ${least}`);
    }
    return value;
  };
}

/** A parser for "1/4", or "auto" for what a scheduler's environment says. */
export function shardOf(text: string): { readonly index: number; readonly count: number } {
  if (text.trim() === "auto") return shardFromEnvironment(process.env);
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index === undefined || shard.index < 1 || shard.index > shard.count) {
    throw new InvalidArgumentError("expected i/n with i from 1 to n, such as 1/4, or auto");
  }
  return shard;
}

/** A parser for a count, or "all". */
export function limitOf(text: string): number | "all" {
  if (text === "all") return text;
  try {
    return wholeNumber(1)(text);
  } catch {
    throw new InvalidArgumentError("expected a whole number, at least 1, or all");
  }
}
