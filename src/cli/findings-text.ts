import type { Finding } from "../index.ts";
import type { Output } from "./output.ts";
import { figure } from "./table.ts";

/** Findings shown before "and N more". */
const shown = 10;

const viewNames = {
  "relative-change": "relative change",
  decomposition: "decomposition",
  partial: "partial regression",
};

/** Which views confirm a finding, where a run has more than one. */
function viewsText({ views }: Finding): string[] {
  if (views.length < 2) return [];
  const named = (confirms: boolean | null): string =>
    views
      .filter((view) => view.confirms === confirms)
      .map(({ view, value }) => `${viewNames[view]} ${figure(value)}`)
      .join(", ");
  const parts = [
    ["confirmed by", named(true)],
    ["not by", named(false)],
    ["left open by", named(null)],
  ].filter(([, text]) => text !== "");
  return [`    (${parts.map((part) => part.join(" ")).join("; ")})`];
}

/** The answer in plain sentences, strongest first. */
export function findingsText(findings: readonly Finding[], style: Pick<Output, "bold" | "dim">): string {
  if (findings.length === 0) return "no finding: no classifier was found to use a feature that it should not";
  const lines = findings.slice(0, shown).flatMap((finding, index) => {
    const number = `${index + 1}.`.padStart(3);
    const qualifiers = finding.qualifiers.map((qualifier) => style.dim(`    (${qualifier})`));
    return [`${number} ${finding.sentence}`, ...qualifiers, ...viewsText(finding).map((line) => style.dim(line))];
  });
  const more = findings.length > shown ? [`    … and ${findings.length - shown} more in the report`] : [];
  return [style.bold(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}`), ...lines, ...more].join(
    "\n",
  );
}
