import { platform } from "#platform";

/** Identity of a model: SHA-256 over its manifest and the hashes of its files. */
export function modelHash(manifest: object, fileHashes: readonly string[]): Promise<string> {
  return platform.sha256(new TextEncoder().encode(JSON.stringify([sorted(manifest), fileHashes])));
}

/** The same value with keys in alphabetical order, so that the order in a file does not count. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
