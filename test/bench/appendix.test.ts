import { readFileSync } from "node:fs";
import { join } from "node:path";
import { csvParseRows } from "d3-dsv";
import { expect, test } from "vitest";
import {
  accountedShown,
  effectsShown,
  hostileShown,
  methodsShown,
  type Rows,
  statesShown,
  stateTable,
  worldTable,
} from "../../bench/appendix.ts";
import { leastAccountedFor } from "../../src/audit/effects/accounted-for.ts";
import { markdownTable } from "../house/markdown-table.ts";
import { markedText } from "../house/marked.ts";

const docs = join(import.meta.dirname, "../../docs");
const tableOf = (name: string): Rows => csvParseRows(readFileSync(join(docs, "benchmark", name), "utf8"));

test.each([
  ["worlds", worldTable, methodsShown],
  ["states", stateTable, statesShown],
])("the document shows of the appendix what the script would write there: %s", (name, table, shown) => {
  const rows = tableOf(`${name}.csv`);
  expect(rows[0]).toEqual(table([])[0]);
  const [header = [], ...body] = shown(rows).map((cells) => cells.map((cell) => cell ?? ""));
  const text = markedText(readFileSync(join(docs, "benchmark.md"), "utf8"), name, "docs/benchmark.md");
  expect(text).toBe(markdownTable(header, body, { numbers: true }));
});

test.each([
  ["states", "effects-states.csv", effectsShown],
  ["hostile", "effects-hostile.csv", hostileShown],
  ["accounted", "effects-accounted.csv", (rows: Rows) => accountedShown(rows, leastAccountedFor)],
])("docs/effects.md shows of its appendix what the script would write there: %s", (name, file, shown) => {
  const rows: Rows = csvParseRows(readFileSync(join(docs, "data", file), "utf8"));
  const [header = [], ...body] = shown(rows);
  const text = markedText(readFileSync(join(docs, "effects.md"), "utf8"), name, "docs/effects.md");
  expect(text.split("\n\n")[0]).toBe(markdownTable(header, body, { numbers: true }));
});

test("no interval of the appendix excludes its figure", () => {
  for (const name of [
    "worlds",
    ...["", "-plain"].map((world) => `test-cartoon-faces${world}/scores`),
    "test-garments/scores",
  ]) {
    const [header = [], ...rows] = tableOf(`${name}.csv`);
    const figures = header.flatMap((column, place) => (header[place + 1] === `${column}: low` ? [place] : []));
    expect(figures.length).toBeGreaterThan(1);
    for (const row of rows) {
      for (const place of figures) {
        const [value, low, high] = row.slice(place, place + 3);
        if (!low || !high) continue;
        expect(Number(low)).toBeLessThanOrEqual(Number(value));
        expect(Number(high)).toBeGreaterThanOrEqual(Number(value));
      }
    }
  }
});
