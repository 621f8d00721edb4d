import { z } from "zod";
import { CfalignError } from "../../base/errors.ts";
import { type Finding, found } from "./finding.ts";

/** What labels.txt says: one name a line, in the order of the outputs. */
export function labelsTextFindings(text: string): readonly Finding[] {
  const lines = text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  if (lines.length === 0)
    throw new CfalignError("input", "labels.txt: expected a name a line, got nothing", { where: "labels.txt" });
  return [
    found(
      "targets",
      lines.map((line) => line || null),
      "labels.txt",
    ),
  ];
}

const name = z.string();
const schema = z.union([
  z.array(name).min(1),
  z.record(z.string().regex(/^\d{1,6}$/), name),
  z.record(name, z.number().int().min(0).max(1e6)),
]);

/** What labels.json says: a list, or a map from places to names or from names to places. */
export function labelsJsonFindings(json: unknown): readonly Finding[] {
  const { data } = schema.safeParse(json);
  if (data === undefined) {
    throw new CfalignError("input", "labels.json: expected a list of names, or a map between names and places", {
      where: "labels.json",
    });
  }
  const pairs = Array.isArray(data)
    ? data.map((value, place) => [place, value] as const)
    : Object.entries(data).map(([key, value]) =>
        typeof value === "number" ? ([value, key] as const) : ([Number(key), value] as const),
      );
  const places = new Map(pairs);
  const size = Math.max(...places.keys()) + 1;
  return [
    found(
      "targets",
      Array.from({ length: size }, (_, place) => places.get(place) || null),
      "labels.json",
    ),
  ];
}
