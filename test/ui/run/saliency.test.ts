import { createElement } from "react";
import { describe, expect, test } from "vitest";
import type { ReportData, ReportPicture } from "../../../src/report/data.ts";
import type { Cell } from "../../../src/results/matrix-schema.ts";
import { Saliency } from "../../../src/ui/run/saliency.tsx";
import { RunContext, type RunView } from "../../../src/ui/run/use-run.ts";
import { markup, textsOf } from "../parts/markup.ts";

const picture = { image: 0, base: "b", shares: [0, 1], width: 4, height: 4, sprite: "" } as unknown as ReportPicture;
const said = (saliency: ReportData["saliency"], omitted = 0): string | undefined => {
  const report = {
    saliency,
    omitted: { saliency: omitted },
    matrix: { saliencySimilarity: null },
  } as unknown as ReportData;
  const cell = { base: "b", downstream: "d" } as Cell;
  const shown = createElement(RunContext, { value: { report } as RunView }, createElement(Saliency, { cell, picture }));
  return textsOf(markup(shown), ".note")[0];
};

describe("the saliency of a counterfactual", () => {
  test("says how to get maps where nobody asked for them", () => {
    expect(said(null)).toBe(
      "Which pixels both depend on is not in this file: cfalign report --saliency input-gradients adds it, with the models of the run.",
    );
  });

  test("says where maps were made of other counterfactuals only, and where some did not fit", () => {
    const others = { method: "input-gradients", classifiers: ["b", "d"], maps: [] } as const;
    expect(said(others)).toMatch(
      /^This counterfactual has no saliency maps: they were made of the first of each base\./,
    );
    expect(said(others, 3)).toContain("of the first of each base, and not all of them fit into this file.");
  });
});
