import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stopReasons } from "../../src/counterfactual/types.ts";
import { finding, unresolvedReason } from "../../src/results/matrix-schema.ts";
import { effectWords, rejectedWords } from "../../src/words/cell.ts";
import { groupNames, groupTitles, viewNames } from "../../src/words/finding.ts";
import { stopWords } from "../../src/words/search.ts";

const root = join(import.meta.dirname, "../..");

/** What docs/words.md says of every word, by the word. */
const rows = readFileSync(join(root, "docs/words.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, words = "", meaning = ""] = /^- \*\*(.+?)\*\*: (.+)$/.exec(line) ?? [];
    return words === "" ? [] : words.split(",").map((word) => [word.trim(), meaning.trim()] as const);
  });
const glossary = new Map(rows);

test("every state, view and doubt that a sentence names is in the glossary", () => {
  for (const state of ["found", "clear", "unresolved"] as const) {
    expect(glossary.get(effectWords({ state, reason: null, joint: null })), state).toBeDefined();
  }
  for (const [view, name] of Object.entries(viewNames)) {
    const word = name.replace(/^the /, "");
    expect(glossary.has(word) || glossary.get("view")?.includes(word), view).toBe(true);
  }
  expect([...glossary.keys()].some((word) => rejectedWords({ rejected: true }).includes(word))).toBe(true);
});

test("every reason, end of a search and group of findings has words, for page and terminal", () => {
  const said = unresolvedReason.options.map((reason) =>
    effectWords({ state: "unresolved", reason, joint: null } as never),
  );
  expect(new Set(said).size).toBe(unresolvedReason.options.length);
  expect(said.filter((words) => words.includes("undefined"))).toEqual([]);
  expect(Object.keys(stopWords).toSorted()).toEqual(stopReasons.toSorted());
  const groups = finding.shape.group.options;
  expect(Object.keys(groupNames).toSorted()).toEqual(groups.toSorted());
  expect(groupTitles.map(({ group }) => group).toSorted()).toEqual(groups.toSorted());
});

test("a word has one meaning, and a document or a sentence that uses it", () => {
  expect(glossary.size).toBe(rows.length);
  const documents = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "words.md");
  const room = readdirSync(join(root, "src/words"));
  const text = [
    ...documents.map((name) => readFileSync(join(root, "docs", name), "utf8")),
    ...room.map((name) => readFileSync(join(root, "src/words", name), "utf8")),
  ]
    .join("\n")
    .toLowerCase();
  expect([...glossary.keys()].filter((word) => !text.includes(word.toLowerCase()))).toEqual([]);
});
