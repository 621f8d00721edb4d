import type { Command } from "commander";
import { CfalignError } from "../base/errors.ts";
import {
  type Flag,
  type GivenOptions,
  type Group,
  isGroup,
  kebab,
  type Option,
  type OptionTable,
  wordOf,
} from "../options/option.ts";
import { rectifyOptionTable } from "../options/rectification.ts";
import { computeOptionTable, runOptionTable } from "../options/run.ts";
import { optionError } from "./context.ts";
import { numberOption } from "./numbers.ts";

/** What a verb's flags parse to, by commander's names for them. */
export type ParsedFlags = Readonly<Record<string, unknown>>;

/** Adds the flags of a table, but for those that the command has: so that a verb can say first which stand where. */
export function addFlags(command: Command, table: OptionTable, names: readonly string[] = Object.keys(table)): Command {
  for (const [name, entry] of flagsOf(table, names)) {
    if (!command.options.some(({ long }) => long === name)) addFlag(command, { name, entry, table });
  }
  return command;
}

/** Every flag with its entry, a group before its members. */
function flagsOf(table: OptionTable, names: readonly string[]): [string, Option | Group][] {
  return names.flatMap((name) => {
    const entry = table[name] as Option | Group;
    const inside = isGroup(entry)
      ? Object.entries(entry.members).map(([member, option]): [string, Option] => [`${name}.${member}`, option])
      : [];
    return [[name, entry] as [string, Option | Group], ...inside]
      .filter(([, { flag }]) => flag !== undefined)
      .map(([path, found]): [string, Option | Group] => [`--${wordOf(path, found)}`, found]);
  });
}

interface NewFlag {
  readonly name: string;
  readonly entry: Option | Group;
  readonly table: OptionTable;
}

function addFlag(command: Command, { name, entry, table }: NewFlag): void {
  const flag = entry.flag as Flag;
  const long = flag.argument === undefined ? name : `${name} ${flag.argument}`;
  const option = command.createOption(long, isGroup(entry) ? flag.text : helpOf(entry, flag, table));
  if (!isGroup(entry)) {
    const { kind } = entry;
    if (kind.type === "choice") option.choices([...kind.of]);
    else if (kind.type !== "switch") option.argParser(numberOption(kind));
  }
  command.addOption(option);
}

/** "reference only: step of λ (10)" */
function helpOf(option: Option, { text, hideDefault = false }: Flag, table: OptionTable): string {
  const condition =
    option.when !== undefined && isSpecial(option, table) ? `${option.when.is.join(" or ")} only: ` : "";
  const unit = option.unit === undefined ? "" : `, in ${option.unit}`;
  const known = option.default !== undefined && option.kind.type !== "switch" && !hideDefault;
  return `${condition}${text}${unit}${known ? ` (${option.default})` : ""}`;
}

/** Whether an option counts only where another was changed from its default. */
function isSpecial({ when }: Option, table: OptionTable): boolean {
  const other = when && table[when.option];
  return other !== undefined && !isGroup(other) && !when?.is.includes(String(other.default));
}

/**
 * The options of a table that were given, under the library's names; defaults live there. Errors: CfalignError("usage") for an option that
 * would be ignored, and for one of a group that lacks what the group cannot do without.
 */
export function givenOptions<T extends OptionTable>(table: T, flags: ParsedFlags): GivenOptions<T> {
  const given: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries<Option | Group>(table)) {
    const value = isGroup(entry) ? givenGroup(name, entry, flags) : givenValue(name, entry, flags);
    if (value === undefined) continue;
    given[name] = value;
    if (!isGroup(entry)) assertCounts(name, entry, { table, flags });
  }
  return given as GivenOptions<T>;
}

function givenValue(path: string, option: Option, flags: ParsedFlags): unknown {
  const value = flags[attributeOf(wordOf(path, option))];
  // commander knows no null.
  return option.kind.type === "whole" && value !== undefined && value === option.kind.orNull ? null : value;
}

/** A group is asked for by its switch and by every member. */
function givenGroup(name: string, entry: Group, flags: ParsedFlags): unknown {
  const members = Object.entries(entry.members).map(([member, option]) => {
    const path = `${name}.${member}`;
    return { member, option, flag: `--${wordOf(path, option)}`, value: givenValue(path, option, flags) };
  });
  const found = members.filter(({ value }) => value !== undefined);
  if (found.length === 0 && flags[attributeOf(wordOf(name, entry))] !== true) return undefined;
  const lacking = members.find(({ option, value }) => option.default === undefined && value === undefined);
  if (lacking !== undefined) {
    const [first] = found.map(({ flag }) => flag);
    const what = lacking.option.flag?.argument?.slice(1, -1);
    throw new CfalignError("usage", `${first}: expected ${lacking.flag} with a ${what}, got none`, {
      where: first ?? name,
    });
  }
  return Object.fromEntries(found.map(({ member, value }) => [member, value]));
}

/** Refuses an option that does not count beside another one. */
function assertCounts(
  name: string,
  option: Option,
  { table, flags }: { readonly table: OptionTable; readonly flags: ParsedFlags },
): void {
  const { when } = option;
  const other = when && table[when.option];
  if (when === undefined || other === undefined || isGroup(other)) return;
  const word = wordOf(when.option, other);
  const got = String(flags[attributeOf(word)] ?? other.default);
  if (when.is.includes(got)) return;
  throw optionError(`--${wordOf(name, option)}`, `--${word} ${when.is.join(" or ")} with it`, got);
}

/** "max-shift" → "maxShift" */
function attributeOf(word: string): string {
  return word.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Options of the library whose flags have another name. */
const otherNames: Readonly<Record<string, string>> = {
  bases: "base",
  bounds: "max",
  expected: "expect",
  maxSizeMb: "max-size",
  targets: "target",
};

/** The flag of an option that the library names: "maxShift", "saliency.images". */
export function flagOf(option: string): string {
  const [name = "", member] = option.split(".");
  const entry = ({ ...rectifyOptionTable, ...runOptionTable, ...computeOptionTable } as OptionTable)[name];
  const inside = entry !== undefined && isGroup(entry) && member !== undefined ? entry.members[member] : entry;
  return `--${otherNames[option] ?? (inside === undefined ? kebab(option) : wordOf(option, inside))}`;
}
