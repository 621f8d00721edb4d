import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { activation } from "../../src/vjp/activation.ts";
import { arithmetic } from "../../src/vjp/arithmetic.ts";
import { convolution } from "../../src/vjp/convolution.ts";
import { contraction } from "../../src/vjp/einsum.ts";
import { flat } from "../../src/vjp/flat.ts";
import { indexing } from "../../src/vjp/indexing.ts";
import { linear } from "../../src/vjp/linear.ts";
import { normalization } from "../../src/vjp/normalization.ts";
import { operators } from "../../src/vjp/operators.ts";
import { pooling } from "../../src/vjp/pooling.ts";
import { reduction } from "../../src/vjp/reduction.ts";
import { resizing } from "../../src/vjp/resize.ts";
import { shape } from "../../src/vjp/shape.ts";
import { derivatives } from "../../src/vjp/table.ts";
import { operatorsText } from "./operators-text.ts";

test("OPERATORS.md is what the rule table says", () => {
  expect(readFileSync(new URL("../../OPERATORS.md", import.meta.url), "utf8")).toBe(operatorsText());
});

test("the table answers for every standard operator and no other", () => {
  expect(Object.keys(derivatives).sort()).toEqual(Object.keys(operators).sort());
});

test("no operator is in two families", () => {
  const families = [activation, arithmetic, contraction, convolution, flat, indexing, linear, normalization, pooling];
  const ops = [...families, reduction, resizing, shape].flatMap((family) => Object.keys(family));
  expect(ops).toHaveLength(new Set(ops).size);
});

test("no operator has more entries than inputs", () => {
  for (const [op, inputs] of Object.entries(operators)) {
    const rules = derivatives[op as keyof typeof operators];
    if (!("each" in rules)) expect(rules.length, op).toBeLessThanOrEqual(inputs.length);
  }
});
