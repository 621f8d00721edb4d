import { platform } from "#platform";
import type { ListingRow } from "./schema.ts";

/** SHA-256 over paths, file hashes and labels in their order: what tells one list of images from another. */
export function listingHash(rows: readonly ListingRow[]): Promise<string> {
  const text = JSON.stringify(rows.map(({ image, sha256, labels }) => [image, sha256, labels]));
  return platform.sha256(new TextEncoder().encode(text));
}
