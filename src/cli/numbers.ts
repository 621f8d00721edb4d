import { InvalidArgumentError } from "commander";
import { type NumericKind, rangeOf, takes } from "../options/option.ts";
import { type Library, optionError } from "./context.ts";
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

/** A parser for an option of a table that takes a number, in the words of the command line. */
export function numberOption(kind: NumericKind): (text: string) => number | string {
  const isWhole = kind.type === "whole";
  return (text) => {
    if (isWhole && text === kind.orNull) return text;
    const value = text.trim() === "" || (isWhole && !/^\d+$/.test(text.trim())) ? Number.NaN : Number(text);
    if (!Number.isFinite(value) || !takes(kind, value)) throw new InvalidArgumentError(`expected ${expected(kind)}`);
    return value;
  };
}

function expected(kind: NumericKind): string {
  if (kind.type === "whole") {
    const range = kind.most === undefined ? `at least ${kind.least}` : `${kind.least} to ${kind.most}`;
    return `a whole number, ${range}${kind.orNull === undefined ? "" : `, or ${kind.orNull}`}`;
  }
  const open = kind.above === undefined && kind.below === undefined && kind.most === undefined;
  return open ? `a number, at least ${kind.least}` : `a number ${rangeOf(kind)}`;
}

/** A parser for "224" or "320x240". */
export function sizeOf(option: string): (text: string) => { readonly width: number; readonly height: number } {
  return (text) => {
    const match = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(text);
    const [width, height] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? match?.[1] ?? 0)];
    if (width < 1 || height < 1)
      throw optionError(option, "a number of pixels, or width x height such as 320x240", text);
    return { width, height };
  };
}

/** Names after commas: those in single quotes may hold some, and a lone - is an output that means nothing. */
export function targetsOf(text: string, { splitList }: Pick<Library, "splitList">): readonly (string | null)[] {
  return splitList(text).map((name) => {
    if (name === "-") return null;
    return /^'.*'$/.test(name) ? name.slice(1, -1).replaceAll("''", "'") : name;
  });
}

/** A parser for numbers after commas. */
export function numbersOf(option: string): (text: string) => readonly number[] {
  return (text) => {
    const numbers = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (!numbers.every(Number.isFinite)) throw optionError(option, "numbers after commas, such as 0.5,0.5,0.5", text);
    return numbers;
  };
}

/** A parser for two different numbers. */
export function pairOf(option: string): (text: string) => readonly [number, number] {
  return (text) => {
    const [low, high, ...more] = numbersOf(option)(text);
    if (low === undefined || high === undefined || more.length > 0 || low === high) {
      throw optionError(option, "two different numbers, such as -1,1", text);
    }
    return [low, high];
  };
}
