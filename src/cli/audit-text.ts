import type { AuditOutcome, AuditVerdict } from "../index.ts";
import type { Output } from "./output.ts";
import { shellQuoted } from "./shell-quoted.ts";
import { wrapped } from "./wrapped.ts";

type Style = Pick<Output, "bold" | "dim" | "width">;

/** Names of states, as wide as the widest. */
const width = "unresolved".length;

/** Verdicts, one a feature and classifier, with what would tell those that are open. */
export function verdictsText(
  verdicts: readonly AuditVerdict[],
  { bold, dim, width: room = Number.POSITIVE_INFINITY }: Style,
): string {
  if (verdicts.length === 0)
    return "none: the table has no column of 0 and 1 but those of the classifiers' own targets";
  return verdicts
    .flatMap(({ state, sentence, remedy }) => {
      const indent = " ".repeat(width + 2);
      const [first = "", ...rest] = wrapped(sentence, room - width - 2);
      const mark = state.padEnd(width);
      const advice = remedy === null ? [] : wrapped(`what would tell: ${remedy}`, room - width - 2);
      return [
        `${state === "found" ? bold(mark) : mark}  ${first}`,
        ...rest.map((line) => indent + line.trimStart()),
        ...advice.map((line) => dim(indent + line.trimStart())),
      ];
    })
    .join("\n");
}

/** The end of an audit: why it was made so, where the report is, and what holds it in CI. */
export function outcomeText({ unnamed, choices, report, run, bounds }: AuditOutcome, style: Style): string {
  return [
    ...(unnamed.length === 0
      ? []
      : [...unnamed.flatMap((one) => wrapped(one, style.width ?? Number.POSITIVE_INFINITY)), ""]),
    ...choices.flatMap((choice) => wrapped(choice, style.width ?? Number.POSITIVE_INFINITY)).map(style.dim),
    "",
    `report: ${report}`,
    ...(bounds.length === 0 ? [] : [`in CI:  ${checkLine(run, bounds)}`]),
  ].join("\n");
}

/** The command that holds what was found. */
export function checkLine(run: string, bounds: readonly string[]): string {
  return `cfalign check ${shellQuoted(run)} ${bounds.map((bound) => `--max ${shellQuoted(bound)}`).join(" ")}`;
}
