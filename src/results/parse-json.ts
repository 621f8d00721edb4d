import type { z } from "zod";
import { CfalignError } from "../errors.ts";

/** Parses a JSON file of a run by its schema. Errors: CfalignError("input") that names file, field, expected and found. */
export function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array, path: string): T {
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CfalignError("input", `${path}: expected JSON: ${(error as Error).message}`, {
      where: path,
      cause: error,
    });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new CfalignError("input", `${path}: ${field === "" ? "" : `${field}: `}${lowerFirst(issue?.message ?? "")}`, {
    where: path,
    cause: parsed.error,
  });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
