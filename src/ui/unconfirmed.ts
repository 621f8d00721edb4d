import type { Finding } from "../audit/schema.ts";

/** Whether a judge contradicts a finding: it is told, but after the others, and does not count in the headline. */
export function isUnconfirmed({ qualifiers }: Finding): boolean {
  return qualifiers.some((qualifier) => qualifier.startsWith("unconfirmed"));
}
