import type { Finding } from "../index.ts";
import type { Output } from "./output.ts";

/** Findings shown before "and N more". */
const shown = 10;

/** The answer in plain sentences, strongest first. */
export function findingsText(findings: readonly Finding[], style: Pick<Output, "bold" | "dim">): string {
  if (findings.length === 0) return "no finding: no classifier was found to use a feature that it should not";
  const lines = findings.slice(0, shown).flatMap((finding, index) => {
    const number = `${index + 1}.`.padStart(3);
    const qualifiers = finding.qualifiers.map((qualifier) => style.dim(`    (${qualifier})`));
    return [`${number} ${finding.sentence}`, ...qualifiers];
  });
  const more = findings.length > shown ? [`    … and ${findings.length - shown} more in the report`] : [];
  return [style.bold(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}`), ...lines, ...more].join(
    "\n",
  );
}
