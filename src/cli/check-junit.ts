import type { Check, CheckItem } from "../index.ts";
import { notesOf, type Outcome, titleOf } from "./check-text.ts";

/** JUnit XML, one test case per check: what failed or is unresolved is a failure, what is unresolved and allowed, or dismissed by an auditor, is skipped. */
export function checkJunit(check: Check, outcome: Outcome): string {
  const allowed = outcome.allowUnresolved ? outcome.unresolved : 0;
  const counts = attributes({
    tests: check.checks.length,
    failures: outcome.failed + outcome.unresolved - allowed,
    errors: 0,
    skipped: allowed + outcome.dismissed,
  });
  const notes = notesOf(check).map(escaped).join("\n");
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${counts}>`,
    `  <testsuite${attributes({ name: "cfalign check" })}${counts}>`,
    ...check.checks.map((item) => testCase(item, outcome.allowUnresolved)),
    ...(notes === "" ? [] : [`    <system-out>${notes}</system-out>`]),
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

function testCase(item: CheckItem, allowUnresolved: boolean): string {
  const head = `    <testcase${attributes({ classname: item.base, name: titleOf(item) })}`;
  if (item.verdict === "passed") return `${head}/>`;
  const message = attributes({ message: item.sentence });
  const skipped = item.dismissed || (item.verdict === "unresolved" && allowUnresolved);
  const type = attributes({ type: item.reason ?? "beyond" });
  return `${head}>${skipped ? `<skipped${message}/>` : `<failure${message}${type}/>`}</testcase>`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(String(value))}"`)
    .join("");
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for an attribute, on one line; characters that XML 1.0 cannot hold become "?". */
function escaped(text: string): string {
  return text
    .replace(/\s/g, " ")
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "?")
    .replace(/[&<>"]/g, (character) => entities[character] as string);
}
