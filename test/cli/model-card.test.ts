import { expect, test } from "vitest";
import { modelCard } from "../../src/cli/model-card.ts";
import type { Cell, Matrix, Summary } from "../../src/index.ts";

const cell = (base: string, downstream: string, state: Cell["state"], effect?: number): Cell =>
  ({
    ...{ base, downstream, state, sameConcept: base === downstream, rejected: false },
    deciding: { stratum: null, mean: 0.5, median: 0.5, ci: [0.4, 0.6], count: 30 },
    effect:
      effect === undefined
        ? null
        : { value: effect, ci: [effect - 0.1, effect + 0.1], answered: { count: 20 }, moved: 24 },
  }) as Cell;
const matrix = {
  bases: ["happy", "hat"],
  downstream: ["happy", "hat", 'a "tie"', "beard"],
  cells: [
    cell("happy", "happy", null),
    cell("happy", "hat", "found", 0.3),
    cell("happy", 'a "tie"', "found"),
    cell("happy", "beard", "clear", 0),
    cell("hat", "happy", "unresolved", 0.1),
  ],
} as unknown as Matrix;
const unnamed = [{ base: "happy", sentence: "Something lowers happy." }];
const summary = { headline: "One of 2", states: "States.", method: "Method.", unnamed } as unknown as Summary;
const card = modelCard(matrix, summary, { images: "faces", provenance: "cfalign 0", report: "report.html" });

test("a card begins with metadata in which every figure is a metric of its classifier", () => {
  const [, yaml = ""] = card.split("---\n");
  expect(yaml).toBe(`tags:
- image-classification
- bias
model-index:
- name: "happy"
  results:
  - task:
      type: image-classification
    dataset:
      name: "faces"
      type: "faces"
    metrics:
    - type: relative-change
      name: "relative change of a \\"tie\\""
      value: 0.500
    - type: effect
      name: "effect of hat"
      value: 0.300
`);
});

test("it says how far a feature is used and how sure that is, what is not used, and what could not be told", () => {
  expect(card).toContain(
    "| happy | [hat](report.html#base=happy&downstream=hat) | effect 0.30 (0.20 to 0.40) | 20 of 24 images answered |",
  );
  expect(card).toContain(
    '| happy | [a "tie"](report.html#base=happy&downstream=a+%22tie%22) | relative change 0.50 (0.40 to 0.60) | 30 images |',
  );
  expect(card).toContain("**happy**: Does not use: beard.\n");
  expect(card).toContain("Nothing was found of hat; that is no all-clear.");
});

test("it says what no feature names", () => {
  expect(card).toContain("\n\nSomething lowers happy.\n\n### How this was measured");
});

test("it says which names nobody has checked", () => {
  const named = { ...matrix, unchecked: ["hat"] };
  expect(modelCard(named, summary, { images: "faces", provenance: "cfalign 0", report: "report.html" })).toContain(
    "Named by CLIP, not checked: hat.\n\n### How this",
  );
  expect(card).not.toContain("CLIP");
});

test("it ends with the check that holds a later version to its figures", () => {
  expect(card).toContain(`cfalign check RUN \\\n  --max 'happy->a "tie"=0.60' \\\n  --max 'happy->hat=0.40'\n\`\`\``);
});
