import type { Finding, Summary } from "../index.ts";
import { groupNames, viewNames } from "../words/finding.ts";
import type { Output } from "./output.ts";
import { figure } from "./table.ts";

/** Findings shown before "and N more". */
const shown = 10;

/** Which views confirm a finding, in at most one line. */
export function viewsText({ views }: Finding): string[] {
  const named = (confirms: boolean | null): string =>
    views
      .filter((view) => view.confirms === confirms)
      .map(({ view, value }) => `${viewNames[view]} ${figure(value)}`)
      .join(", ");
  const parts = [
    ["confirmed by", named(true)],
    ["not confirmed by", named(false)],
    ["undecided by", named(null)],
  ].filter(([, text]) => text !== "");
  return parts.length === 0 ? [] : [parts.map((part) => part.join(" ")).join("; ")];
}

/** The answer: the headline, the findings group by group, and what is clear or cannot be told. */
export function findingsText(
  findings: readonly Finding[],
  { headline, order, states, unnamed, groups, expectations }: Summary,
  style: Pick<Output, "bold" | "dim">,
): string {
  const lines = findings.slice(0, shown).flatMap((finding, index) => {
    const number = `${index + 1}.`.padStart(3);
    const qualifiers = finding.qualifiers.map((qualifier) => style.dim(`    (${qualifier})`));
    const opens = finding.group !== findings[index - 1]?.group;
    return [
      ...(opens ? [style.bold(groupNames[finding.group](groups[finding.group]))] : []),
      `${number} ${finding.sentence}`,
      ...qualifiers,
      ...viewsText(finding).map((line) => style.dim(`    (${line})`)),
    ];
  });
  const more = findings.length > shown ? [`    … and ${findings.length - shown} more in the report`] : [];
  const sorted = findings.length > 1 ? [style.dim(`(${order})`)] : [];
  const expected = expectations.map(({ sentence }) => sentence);
  return [
    style.bold(headline),
    ...sorted,
    ...lines,
    ...more,
    ...expected,
    states,
    ...unnamed.map(({ sentence }) => sentence),
  ].join("\n");
}
