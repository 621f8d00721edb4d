import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { csv } from "../../src/cli/table.ts";
import { operators } from "../../src/vjp/operators.ts";
import { derivatives, disjoint, families } from "../../src/vjp/table.ts";
import { markedText } from "../house/marked.ts";
import { operatorRows, operatorsText, refusedRows } from "./operators-text.ts";

const docs = new URL("../../docs/", import.meta.url);

test("docs/operators.md is what the rule table says", () => {
  const document = readFileSync(new URL("operators.md", docs), "utf8");
  expect(markedText(document, "operators", "docs/operators.md")).toBe(operatorsText());
  for (const [name, rows] of [
    ["operators", operatorRows()],
    ["operators-refused", refusedRows()],
  ] as const)
    expect(readFileSync(new URL(`data/${name}.csv`, docs), "utf8")).toBe(csv(rows).replaceAll("\r\n", "\n"));
});

test("the table answers for every standard operator and no other", () => {
  expect(Object.keys(derivatives).sort()).toEqual(Object.keys(operators).sort());
});

test("no operator is in two families", () => {
  const ops = families.flatMap((family) => Object.keys(family));
  expect(ops.filter((op, index) => ops.indexOf(op) !== index)).toEqual([]);
  expect(ops.sort()).toEqual(Object.keys(derivatives).sort());
});

test("two families with an operator in common make no table", () => {
  expect(() => disjoint([{ Neg: [null], Abs: [null] }, { Abs: [] }])).toThrow(
    'operator "Abs" is in two families of gradient rules',
  );
});

test("no operator has more entries than inputs", () => {
  for (const [op, inputs] of Object.entries(operators)) {
    const rules = derivatives[op as keyof typeof operators];
    if (!("each" in rules)) expect(rules.length, op).toBeLessThanOrEqual(inputs.length);
  }
});
