import type { Finding, Summary } from "../index.ts";
import { groupNames } from "../words/finding.ts";
import { viewsText } from "./findings-text.ts";
import { escaped } from "./markdown-text.ts";

/** Findings that are listed before the others fold away. */
const shown = 10;

/** What a summary says beside the findings. */
interface About {
  /** Name of the run. */
  readonly title: string;
  /** Names and hashes of what the figures come from. */
  readonly provenance: string;
}

/** The findings of a run in its own sentences, for a pull request or a notebook. */
export function findingsMarkdown(findings: readonly Finding[], summary: Summary, about: About): string {
  const { headline, method, states, unnamed, order, groups, expectations } = summary;
  const numbered = findings.map((finding, index) => ({ finding, number: index + 1 }));
  const [first, rest] = [numbered.slice(0, shown), numbered.slice(shown)];
  const sections = (some: typeof numbered): string[] =>
    [...new Set(some.map(({ finding }) => finding.group))].flatMap((group) => [
      `**${groupNames[group](groups[group])}**`,
      some
        .filter(({ finding }) => finding.group === group)
        .map(itemOf)
        .join("\n"),
    ]);
  return `${[
    `### ${escaped(about.title)}: ${escaped(headline)}`,
    escaped(method),
    ...(findings.length > 1 ? [`Order: ${order}.`] : []),
    ...sections(first),
    ...(rest.length === 0 ? [] : [`<details><summary>${rest.length} more</summary>`, ...sections(rest), "</details>"]),
    ...(expectations.length === 0 ? [] : [expectations.map(({ sentence }) => `- ${escaped(sentence)}`).join("\n")]),
    escaped(states),
    ...(unnamed.length === 0 ? [] : [unnamed.map(({ sentence }) => `- ${escaped(sentence)}`).join("\n")]),
    `<sub>${escaped(about.provenance)}</sub>`,
  ].join("\n\n")}\n`;
}

function itemOf({ finding, number }: { readonly finding: Finding; readonly number: number }): string {
  const about = [...finding.qualifiers, ...viewsText(finding)].map((line) => `   - ${escaped(line)}`);
  return [`${number}. ${escaped(finding.sentence)}`, ...about].join("\n");
}
