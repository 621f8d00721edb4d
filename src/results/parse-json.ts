import type { z } from "zod";
import { CfalignError, throwIfBug } from "../base/errors.ts";

/** Parses a JSON file of a run by its schema. remedy: what to do about a file that is none. Errors: CfalignError("input") that names file, field, expected and found. */
export function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, path: string, remedy?: string): T {
  return matching(schema, jsonOf(bytes, path, remedy), path, remedy);
}

/** What a JSON file holds. */
export function jsonOf(bytes: Uint8Array, path: string, remedy?: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throwIfBug(error);
    throw broken(path, `expected JSON: ${(error as Error).message}`, remedy, error);
  }
}

/** A value as its schema has it. */
export function matching<T>(schema: z.ZodType<T>, value: unknown, path: string, remedy?: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw broken(path, `${field === "" ? "" : `${field}: `}${lowerFirst(issue?.message ?? "")}`, remedy, parsed.error);
}

function broken(path: string, problem: string, remedy: string | undefined, cause: unknown): CfalignError {
  return new CfalignError("input", `${path}: ${problem}${remedy === undefined ? "" : `: ${remedy}`}`, {
    where: path,
    cause,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
