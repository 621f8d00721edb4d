import type { SuiteFile } from "../index.ts";
import { textTable } from "./table.ts";

/** What is in a suite, feature by feature. */
export function suiteText({ features, pairs }: SuiteFile): string {
  const rows = features.map(({ name, witness, removed, added }) => [
    ...[name, String(removed.pairs), String(added.pairs), witness.name],
  ]);
  return `${pairs} pairs\n${textTable([["feature", "taken out", "put in", "witness"], ...rows], new Set([0, 3]))}`;
}
