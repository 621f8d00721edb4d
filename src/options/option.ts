import { CfalignError } from "../base/errors.ts";

/** What says `null` on the command line. */
type NullWord = "all" | "auto";

/** Which values an option takes. Ends of a range belong to it, but for `above` and `below`. */
export type Kind =
  | {
      readonly type: "number";
      readonly above?: number;
      readonly least?: number;
      readonly below?: number;
      readonly most?: number;
      readonly finite?: boolean;
    }
  /** orNull: what null stands for: "all" there are, or "auto" for what suits; this word on the command line. */
  | { readonly type: "whole"; readonly least: number; readonly most?: number; readonly orNull?: NullWord }
  | { readonly type: "choice"; readonly of: readonly string[] }
  | { readonly type: "switch" };

/**
 * What a run with another value of the option is. "quantity": relative changes of another kind, which cannot be compared; "content": other
 * images, or something else measured besides; "extent": the same run, further on: it may grow; "effort": the same values, made otherwise.
 */
export type Changes = "quantity" | "content" | "extent" | "effort";

/** An option on the command line; its name is the option's word. */
export interface Flag {
  /** What stands for its value, such as "<number>"; a switch has none. */
  readonly argument?: string;
  /** The help text. Condition, unit and default are added to it. */
  readonly text: string;
  /** Where the verbs that share the flag have other defaults. */
  readonly hideDefault?: boolean;
}

/** Everything that is known of an option but its values. */
interface About<T, D = T> {
  /** undefined where it must be given. */
  readonly default: D;
  readonly unit?: string;
  /** What a user calls it; its name in kebab-case when absent. */
  readonly word?: string;
  /** Without one it is an option of the library alone. */
  readonly flag?: Flag;
  /** It counts only where another option has one of these values. */
  readonly when?: { readonly option: string; readonly is: readonly string[] };
  /** "quantity" when absent. */
  readonly changes?: Changes;
  /** What the report calls it, or false where it is of no interest there; its name when absent. */
  readonly report?: string | false;
  /** What a run means that was made before there was the option; such a run cannot be read when absent. */
  readonly before?: T;
}

/** What an option can be. */
export type Value = string | number | boolean | null;

/** An option: one entry of a table, from which its check, its flag, its place in a run's identity and in the report follow. */
export interface Option<T extends Value = Value, D extends T | undefined = T | undefined> extends About<T, D> {
  readonly kind: Kind;
  /** Of the type alone. */
  readonly values?: T;
}

/** The options of a group. */
type Members = Readonly<Record<string, Option>>;

/** Options of something that is done only when it is asked for. */
export interface Group<M extends Members = Members> {
  readonly members: M;
  /** The switch that asks for it; a group without one is asked for by its members. */
  readonly flag?: Flag;
  readonly changes?: Changes;
  /** What was asked for, in a few words. */
  phrase(values: OptionValues<M>): string;
}

/** Options and groups by name, in the order in which they are written, told and shown. */
export type OptionTable = Readonly<Record<string, Option | Group>>;

/** The values of an option. */
type ValueOf<O> = O extends { readonly values?: infer T } ? T : never;
/** The options of a group by name. */
type MembersOf<G> = G extends Group<infer M> ? M : never;

/** All options of a table with their values; a group that was not asked for is absent. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T as T[K] extends Group ? never : K]: ValueOf<T[K]>;
} & {
  readonly [K in keyof T as T[K] extends Group ? K : never]?: OptionValues<MembersOf<T[K]>> | undefined;
};

/** Options as they may be given: only what has no default is needed. */
export type GivenOptions<T extends OptionTable> = {
  readonly [K in keyof T as T[K] extends { readonly default: undefined } ? K : never]: ValueOf<T[K]>;
} & {
  readonly [K in keyof T as T[K] extends { readonly default: undefined } ? never : K]?: T[K] extends Group
    ? GivenOptions<MembersOf<T[K]>>
    : ValueOf<T[K]>;
};

type NumberKind = Extract<Kind, { readonly type: "number" }>;
type WholeKind = Extract<Kind, { readonly type: "whole" }>;
export type NumericKind = NumberKind | WholeKind;

/** An option that is a number. */
export function number(range: Omit<NumberKind, "type">, about: About<number>): Option<number, number> {
  return { ...about, kind: { type: "number", ...range } };
}

/** An option that is a whole number. */
export function whole(range: Omit<WholeKind, "type" | "orNull">, about: About<number>): Option<number, number> {
  return { ...about, kind: { type: "whole", ...range } };
}

/** An option that is a whole number, or null for all. */
export function wholeOrAll(
  range: Omit<WholeKind, "type" | "orNull">,
  about: About<number | null>,
): Option<number | null, number | null> {
  return { ...about, kind: { type: "whole", ...range, orNull: "all" } };
}

/** An option that is a whole number, or null for what suits. */
export function wholeOrAuto(
  range: Omit<WholeKind, "type" | "orNull">,
  about: About<number | null>,
): Option<number | null, number | null> {
  return { ...about, kind: { type: "whole", ...range, orNull: "auto" } };
}

/** An option that is one of a few names. */
export function choice<const C extends string, D extends NoInfer<C> | undefined>(
  of: readonly C[],
  about: About<C, D>,
): Option<C, D> {
  return { ...about, kind: { type: "choice", of } };
}

/** An option that is on or off; off by default. */
export function onOff(
  about: Omit<About<boolean>, "default"> & { readonly default?: boolean },
): Option<boolean, boolean> {
  return { default: false, ...about, kind: { type: "switch" } };
}

/** Options that belong to something that is done only when it is asked for. */
export function group<M extends Members>(
  members: M,
  about: Pick<Group, "flag" | "changes"> & { phrase(values: OptionValues<M>): string },
): Group<M> {
  return { ...about, members };
}

export function isGroup(entry: Option | Group): entry is Group {
  return "members" in entry;
}

/** "maxShift" → "max-shift", "decompose.images" → "decompose-images". */
export function kebab(name: string): string {
  return name.replace(/\./g, "-").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What a user calls an option of this name, "group.member" for a member of a group. */
export function wordOf(name: string, entry: Option | Group): string {
  return (isGroup(entry) ? undefined : entry.word) ?? kebab(name);
}

/** Whether an option counts beside the others. */
export function applies({ when }: Option, values: Readonly<Record<string, unknown>>): boolean {
  return when === undefined || when.is.includes(String(values[when.option]));
}

/** The options that are given with the defaults of a table, checked. Errors: CfalignError("usage") that names the option. */
export function checkedOptions<T extends OptionTable>(table: T, given: GivenOptions<T>): OptionValues<T> {
  return checked(table, given, "") as OptionValues<T>;
}

function checked(table: OptionTable, given: Readonly<Record<string, unknown>>, path: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(table)) {
    const [name, value] = [`${path}${key}`, given[key]];
    if (!isGroup(entry)) {
      values[key] = value === undefined ? entry.default : value;
      assertValue(name, entry.kind, values[key]);
    } else if (typeof value === "object" && value !== null) {
      values[key] = checked(entry.members, value as Readonly<Record<string, unknown>>, `${name}.`);
    } else if (value !== undefined) {
      throw refused(name, `an object with ${Object.keys(entry.members).join(", ")}`, value);
    }
  }
  return values;
}

/** Refuses a value that an option does not take. Errors: CfalignError("usage") that names the option. */
export function assertValue(name: string, kind: Kind, value: unknown): void {
  if (!takes(kind, value)) throw refused(name, expectedOf(kind), value);
}

function refused(name: string, expected: string, got: unknown): CfalignError {
  const shown = typeof got === "string" ? `"${got}"` : got === undefined ? "none" : String(got);
  return new CfalignError("usage", (named) => `${named(name)}: expected ${expected}, got ${shown}`, { option: name });
}

/** Whether an option may have a value. */
export function takes(kind: Kind, value: unknown): boolean {
  switch (kind.type) {
    case "switch":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && kind.of.includes(value);
    case "whole":
      return value === null
        ? kind.orNull !== undefined
        : Number.isSafeInteger(value) && isWithin(kind, value as number);
    case "number":
      return typeof value === "number" && (!kind.finite || Number.isFinite(value)) && isWithin(kind, value);
  }
}

/** Not-a-number is within nothing. */
function isWithin(range: Omit<NumberKind, "type">, value: number): boolean {
  const { above = -Infinity, least = -Infinity, below = Infinity, most = Infinity } = range;
  return (
    value >= least &&
    value <= most &&
    (value > above || range.above === undefined) &&
    (value < below || range.below === undefined)
  );
}

/** What an option takes, in words. */
function expectedOf(kind: Kind): string {
  switch (kind.type) {
    case "switch":
      return "true or false";
    case "choice":
      return kind.of
        .map((name) => `"${name}"`)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1");
    case "whole":
      return `a whole number, ${kind.most === undefined ? `${kind.least} or more` : `${kind.least} to ${kind.most}`}`;
    case "number":
      return `a number ${rangeOf(kind)}`;
  }
}

/** "above 0", "from 0 to below 1", "of at least 0" */
export function rangeOf({ above, least, below, most }: Omit<NumberKind, "type">): string {
  const end = below === undefined ? most : `below ${below}`;
  if (above !== undefined) return end === undefined ? `above ${above}` : `above ${above}, at most ${end}`;
  return end === undefined ? `of at least ${least}` : `from ${least} to ${end}`;
}
