import { z } from "zod";
import { isGroup, type Kind, type Option, type OptionTable, type OptionValues } from "../options/option.ts";

/** How the options of a table stand in a file. */
export function optionsSchema<T extends OptionTable>(table: T): z.ZodType<OptionValues<T>> {
  return objectOf(table) as z.ZodType<unknown> as z.ZodType<OptionValues<T>>;
}

function objectOf(table: OptionTable): z.ZodObject {
  return z.object(
    Object.fromEntries(
      Object.entries(table).map(([name, entry]) => [
        name,
        isGroup(entry) ? objectOf(entry.members).optional() : fieldOf(entry),
      ]),
    ),
  );
}

function fieldOf({ kind, before }: Option): z.ZodType {
  return before === undefined ? schemaOf(kind) : schemaOf(kind).default(before);
}

/** Ranges are checked where options are given: a file says what was, under the ranges of its time. */
function schemaOf(kind: Kind): z.ZodType {
  switch (kind.type) {
    case "number":
      return z.number();
    case "whole":
      return kind.orNull ? z.number().int().nullable() : z.number().int();
    case "choice":
      return z.enum([...kind.of]);
    case "switch":
      return z.boolean();
  }
}
