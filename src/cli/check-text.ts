import type { Check, CheckItem } from "../index.ts";
import type { Output } from "./output.ts";
import { figure } from "./table.ts";

/** Outcome of all checks together. */
export interface Outcome {
  readonly passed: boolean;
  readonly failed: number;
  readonly unresolved: number;
  /** Failed, but dismissed by an auditor: they fail no build. */
  readonly dismissed: number;
  readonly allowUnresolved: boolean;
}

/** Whether a check lets a build pass: nothing failed, and nothing is unresolved unless that is allowed, where a check had at least one image. */
export function outcomeOf({ checks }: Check, allow: boolean): Outcome {
  const allowUnresolved = allow && checks.some(hasImages);
  const count = (verdict: CheckItem["verdict"]) => checks.filter((item) => item.verdict === verdict).length;
  const dismissed = checks.filter((item) => item.dismissed).length;
  const [failed, unresolved] = [count("failed") - dismissed, count("unresolved")];
  const passed = failed === 0 && (unresolved === 0 || allowUnresolved);
  return { passed, failed, unresolved, dismissed, allowUnresolved };
}

function hasImages({ present, absent, share, effect }: CheckItem): boolean {
  return present.count + absent.count + (share?.count ?? 0) + (effect?.count ?? 0) > 0;
}

/** The verdict of one check as it is printed. */
function verdictOf({ verdict, dismissed }: CheckItem): string {
  return dismissed ? "dismissed" : verdict;
}

/** One check by name. */
export function titleOf({ kind, bound }: CheckItem): string {
  return kind === "bound" ? bound : `${bound} against the baseline`;
}

/** Two lines per check, and what it comes to. */
export function checkText(check: Check, outcome: Outcome, style: Pick<Output, "bold" | "dim">): string {
  const width = "unresolved".length + 2;
  const lines = check.checks.flatMap((item) => {
    const verdict = verdictOf(item).padEnd(width);
    return [
      `${item.verdict === "passed" ? verdict : style.bold(verdict)}${titleOf(item)}`,
      `${" ".repeat(width)}${item.sentence}`,
    ];
  });
  return [...lines, "", summary(check, outcome)].join("\n");
}

/** A table for a pull request or a job summary. */
export function checkMarkdown(check: Check, outcome: Outcome): string {
  const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
  const rows = check.checks.map((item) => {
    const figures = item.effect ?? item.share ?? (item.stratum === null ? undefined : item[item.stratum]);
    const interval = figures?.ci == null ? "—" : `${figure(figures.ci[0])} to ${figure(figures.ci[1])}`;
    const verdict = item.verdict === "passed" ? item.verdict : `**${verdictOf(item)}**`;
    return `| \`${cell(titleOf(item))}\` | ${verdict} | ${figure(figures?.mean)} | ${interval} | ${figures?.count ?? "—"} | ${cell(item.sentence)} |`;
  });
  return [
    `### cfalign check: ${outcome.passed ? "passed" : "failed"}`,
    "",
    "| check | verdict | figure | interval | images | |",
    "|---|---|---:|---|---:|---|",
    ...rows,
    "",
    summary(check, outcome),
    ...notesOf(check).flatMap((note) => ["", `> ${note}`]),
  ].join("\n");
}

/** What is told beside the verdicts: where nobody reads the terminal, a file has to say it. */
export function notesOf({ notes, expectations }: Check): readonly string[] {
  return [...notes, ...expectations.map(({ sentence }) => sentence)];
}

function summary({ checks, confidence, intervalConfidence }: Check, outcome: Outcome): string {
  const percent = (share: number): string => `${Number((share * 100).toFixed(3))} %`;
  const { failed, unresolved, dismissed } = outcome;
  const passed = checks.length - failed - unresolved - dismissed;
  const said = dismissed === 0 ? "" : `${dismissed} dismissed, `;
  const counts = `${failed} failed, ${unresolved} unresolved, ${said}${passed} passed`;
  const allowed = outcome.unresolved > 0 && outcome.allowUnresolved ? "; unresolved checks are allowed to pass" : "";
  const nothing = checks.some(hasImages) ? "" : "; no check had an image, and a check of nothing does not pass";
  return `${counts}${allowed}${nothing} (intervals at ${percent(intervalConfidence)} each, ${percent(confidence)} together)`;
}
