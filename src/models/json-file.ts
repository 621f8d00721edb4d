import type { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";

/** Reads and checks a JSON file. Errors: CfalignError("input") that names file, field, expected and got. */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  const text = new TextDecoder().decode(await readInput(path));
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    // JSON.parse quotes what it cannot read, which from a model or an image is of no use.
    const got = /^\s*[[{]/.test(text) ? (cause as Error).message : "another kind of file";
    throw new CfalignError("input", `${path}: expected JSON, got ${got}`, { where: path, cause });
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  throw new CfalignError("input", `${path}: ${describe(issue, json)}`, { where: path, cause: result.error });
}

/** Reads a file that the user named. Errors: CfalignError("input") when it is not there. */
export async function readInput(path: string): Promise<Uint8Array> {
  if (!(await platform.files.exists(path))) {
    throw new CfalignError("input", `${path}: expected a file, got nothing there`, { where: path });
  }
  return platform.files.read(path);
}

function printed(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Nested deeper than the stack.
    return Array.isArray(value) ? "[[…]]" : "{…}";
  }
}

function describe(issue: z.core.$ZodIssue, json: unknown): string {
  const field = issue.path.map(String).join(".");
  const place = field === "" ? "" : `${field}: `;
  const got = issue.path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    json,
  );
  const shown = got === undefined ? "nothing" : printed(got);
  const short = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown;
  switch (issue.code) {
    case "invalid_type":
      return `${place}expected ${issue.expected}, got ${short}`;
    case "invalid_value":
      return `${place}expected ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}, got ${short}`;
    case "unrecognized_keys":
      return `${place}expected no field "${issue.keys.join('", "')}", got one`;
    case "too_small":
      return `${place}expected ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}${issue.origin === "array" ? ` item${issue.minimum === 1 ? "" : "s"}` : ""}, got ${short}`;
    default:
      return `${place}${issue.message}, got ${short}`;
  }
}
