import { expect, test } from "vitest";
import { isRejected } from "../../../src/audit/cells/rejected.ts";
import { findings } from "../../../src/audit/findings/findings.ts";
import type { Cell, Matrix } from "../../../src/results/matrix-schema.ts";

const empty = { mean: null, ci: null, count: 0, baseChange: null, change: null, rareUse: null };

function cell(changes: Partial<Omit<Cell, "deciding" | "rejected">>): Cell {
  const whole = {
    base: "smiling-eyeglasses-95",
    downstream: "eyeglasses",
    mean: 0.4,
    median: 0.4,
    standardError: 0.03,
    ci: [0.3, 0.5],
    count: 100,
    ratioOfMeans: { value: 0.4, ci: [0.3, 0.5], count: 100 },
    present: { mean: 0.68, ci: [0.61, 0.75], count: 57, baseChange: 0.601, change: -0.409, rareUse: null },
    absent: { mean: 0.01, ci: [-0.02, 0.04], count: 43, baseChange: 0.6, change: -0.006, rareUse: null },
    pValue: 0.001,
    qValue: 0.002,
    clearQValue: null,
    state: "found",
    reason: null,
    stratum: "present",
    moreImages: null,
    sameConcept: false,
    judge: { name: "attributes-b/eyeglasses", mean: 0.66, ci: [0.6, 0.7], count: 57 },
    effect: null,
    alignment: { state: "found", reason: null },
    ...changes,
  } satisfies Omit<Cell, "deciding" | "rejected">;
  const { mean, ci, count } = whole.stratum === null ? whole : whole[whole.stratum];
  const quoted = { ...whole, deciding: { stratum: whole.stratum, mean, median: mean, ci, count } };
  return { ...quoted, rejected: quoted.state === "found" && isRejected(quoted) };
}

function matrix(cells: Cell[], changes: Partial<Matrix> = {}): Matrix {
  const bases = [...new Set(cells.map(({ base }) => base))];
  return {
    bases,
    downstream: [...new Set(cells.map(({ downstream }) => downstream))],
    minBaseChange: 0.3,
    minEffect: 0.1,
    maxRareUse: 0.1,
    confidence: 0.95,
    resamples: 2000,
    seed: 1,
    cells,
    rows: bases.map((base) => ({
      base,
      selected: 100,
      eligible: 100,
      reached: 100,
      used: 100,
      dropped: {},
      stopReasons: {},
      shifts: [],
      survival: {},
    })),
    audit: [],
    probes: [],
    clampedShare: 0,
    predictionCorrelation: [],
    labelCorrelation: [],
    decomposition: null,
    partial: null,
    effectGroups: null,
    accountedFor: null,
    saliencySimilarity: null,
    ...changes,
  };
}

const sentences = (cells: Cell[]): string[] => findings(matrix(cells)).map(({ sentence }) => sentence);

test("a finding is one plain sentence with its interval, count and judge", () => {
  expect(findings(matrix([cell({})]))).toEqual([
    {
      kind: "relies-on",
      // Its judge only says that the image changed.
      group: "open",
      base: "smiling-eyeglasses-95",
      downstream: "eyeglasses",
      sentence:
        "Lowering smiling-eyeglasses-95 by 0.60 lowers eyeglasses by 0.41 on average over the images that have them: relative change 0.68 (95 % interval 0.61–0.75, 57 images; the judge says 0.66).",
      unconfirmed: false,
      qualifiers: [],
      effect: null,
      relativeChange: 0.68,
      ci: [0.61, 0.75],
      count: 57,
      stratum: "present",
      views: [{ view: "judge", value: 0.66, confirms: true }],
    },
  ]);
});

test("a feature that is added where it was absent is said to be raised on the images that lack it", () => {
  const added = cell({
    base: "male",
    downstream: "lipstick",
    absent: { mean: -0.5, ci: [-0.62, -0.38], count: 40, baseChange: 0.6, change: 0.3, rareUse: null },
    stratum: "absent",
    judge: null,
  });
  expect(sentences([added])).toEqual([
    "Lowering male by 0.60 raises lipstick by 0.30 on average over the images that lack it: relative change −0.50 (95 % interval −0.62 to −0.38, 40 images).",
  ]);
});

test("only found cells are said; a composed name is quoted", () => {
  const composed = cell({ base: "smiling + 0.3*arched_eyebrows", downstream: "arched_eyebrows", judge: null });
  const said = sentences([
    composed,
    cell({ state: "clear" }),
    cell({ state: "unresolved", reason: "straddles" }),
    cell({ state: null }),
  ]);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/^Lowering "smiling \+ 0\.3\*arched_eyebrows" by 0\.60 lowers arched_eyebrows by/);
});

test("findings are in the order that is stated: by the near end of the interval, what the judge rejects last", () => {
  const strata = (mean: number, low: number, high: number) => ({
    mean,
    ci: [low, high] as [number, number],
    count: 50,
    baseChange: 0.6,
    change: -0.6 * mean,
    rareUse: null,
  });
  const order = findings(
    matrix([
      cell({ downstream: "wide", present: strata(0.9, 0.15, 1.6), judge: null }),
      cell({ downstream: "firm", present: strata(0.6, 0.5, 0.7), judge: null }),
      cell({ downstream: "raised", present: strata(-0.7, -0.8, -0.6), judge: null }),
      cell({
        downstream: "doubted",
        present: strata(0.95, 0.9, 1),
        judge: { name: "b/doubted", mean: 0.02, ci: null, count: 50 },
      }),
    ]),
  ).map(({ downstream }) => downstream);
  expect(order).toEqual(["raised", "firm", "wide", "doubted"]);
});

test("a finding that no other view confirms comes after those that one does, also where these rarely reached the drop", () => {
  const cells = [cell({ base: "alone", judge: null }), cell({ base: "far", judge: null })];
  const rows = matrix(cells).rows.map((row) => ({ ...row, reached: row.base === "far" ? 49 : 100 }));
  const partial = cells.map(({ base }) => ({
    base,
    count: 100,
    explained: 0.9,
    alpha: 0.01,
    coefficients: [
      {
        concept: "eyeglasses",
        classifier: "b/eyeglasses",
        downstream: ["eyeglasses"],
        coefficient: base === "far" ? 0.5 : 0,
      },
    ],
  }));
  expect(findings(matrix(cells, { rows, partial })).map(({ base, group }) => [base, group])).toEqual([
    ["far", "confirmed"],
    ["alone", "open"],
  ]);
});

test("a judge sees the picture change: where direction and predictions deny that the classifier looks there, it stays open", () => {
  const partial = (coefficient: number): Matrix["partial"] => [
    {
      ...{ base: cell({}).base, count: 100, explained: 0.9, alpha: 0.01 },
      coefficients: [{ concept: "eyeglasses", classifier: "eyeglasses", downstream: ["eyeglasses"], coefficient }],
    },
  ];
  const groupOf = (coefficient: number) => findings(matrix([cell({})], { partial: partial(coefficient) }))[0]?.group;
  expect([groupOf(0.3), groupOf(0.02)]).toEqual(["confirmed", "open"]);
  // A judge alone confirms nothing.
  expect(findings(matrix([cell({})]))[0]?.group).toBe("open");
});

test("a finding of a base that rarely reached the drop comes after firmer ones", () => {
  const cells = [cell({ base: "far" }), cell({ base: "near", present: { ...cell({}).present, ci: [0.2, 0.9] } })];
  const rows = matrix(cells).rows.map((row) => ({ ...row, reached: row.base === "far" ? 49 : 50 }));
  const found = findings(matrix(cells, { rows }));
  expect(found.map(({ base }) => base)).toEqual(["near", "far"]);
  expect(found[1]?.qualifiers).toEqual([
    "far reached the drop on 49 of the 100 images that could: a path (option direction: path) reaches further, and its figures may differ",
  ]);
  expect(found[0]?.qualifiers).toEqual([]);
});

test("a judge of another sign or below half rejects a finding", () => {
  const judged = (mean: number) =>
    findings(matrix([cell({ judge: { name: "b/eyeglasses", mean, ci: null, count: 57 } })]))[0];
  expect(judged(0.35)).toMatchObject({ group: "open", unconfirmed: false, qualifiers: [] });
  expect(judged(0.33)).toMatchObject({
    group: "rejected",
    unconfirmed: true,
    qualifiers: ["the judge b/eyeglasses rejects it: 0.33"],
  });
  expect(judged(-0.6)).toMatchObject({
    unconfirmed: true,
    qualifiers: ["the judge b/eyeglasses rejects it: −0.60"],
  });
});

test("what the selection and the autoencoder say against a finding is said with it", () => {
  const base = "smiling-eyeglasses-95";
  const [finding] = findings(
    matrix([cell({})], {
      rows: [
        {
          base,
          selected: 100,
          eligible: 90,
          reached: 40,
          used: 45,
          dropped: { "small-change": 55 },
          stopReasons: {},
          shifts: [
            { feature: "hat", used: 0.1, dropped: 0.9 },
            { feature: "eyeglasses", used: 0.31, dropped: 0.62 },
          ],
          survival: {},
        },
      ],
      audit: [
        { classifier: "eyeglasses", agreement: 0.6, meanChange: -0.2, count: 100, blind: true, saturated: false },
      ],
    }),
  );
  expect(finding?.qualifiers).toEqual([
    "the autoencoder loses eyeglasses",
    "smiling-eyeglasses-95 moved on only 45 of 100 selected images",
    "smiling-eyeglasses-95 reached the drop on 40 of the 90 images that could: a path (option direction: path) reaches further, and its figures may differ",
    "31 % of the used images have eyeglasses, and 62 % of the dropped ones",
    "10 % of the used images have hat, and 90 % of the dropped ones",
  ]);
});

const own = (changes: Parameters<typeof cell>[0]): Cell =>
  cell({
    downstream: "smiling",
    sameConcept: true,
    state: null,
    stratum: null,
    present: { mean: 0.12, ci: [0.05, 0.2], count: 50, baseChange: 0.6, change: -0.07, rareUse: null },
    judge: { name: "b/smiling", mean: 0.1, ci: [0, 0.2], count: 50 },
    ...changes,
  });

test("a classifier that leaves its own concept where it is does not rely on it", () => {
  const [finding] = findings(matrix([own({})]));
  expect(finding).toMatchObject({
    kind: "ignores-own-concept",
    downstream: "smiling",
    relativeChange: 0.12,
    stratum: "present",
  });
  expect(finding?.sentence).toBe(
    "smiling-eyeglasses-95 does not rely on its own concept: lowering smiling-eyeglasses-95 by 0.60 lowers smiling by 0.07 on average over the images that have it: relative change 0.12 (95 % interval 0.05–0.20, 50 images; the judge says 0.10).",
  );
});

test("a judge that moves with the base clears it, and so does doubt", () => {
  expect(findings(matrix([own({ judge: { name: "b/smiling", mean: 0.7, ci: null, count: 50 } })]))).toEqual([]);
  const wide = {
    mean: 0.4,
    ci: [0.2, 0.6] as [number, number],
    count: 50,
    baseChange: 0.6,
    change: -0.24,
    rareUse: null,
  };
  expect(findings(matrix([own({ present: wide })]))).toEqual([]);
});

test("without a judge the first classifier of a name is the reference for its concept", () => {
  const clean = "smiling";
  const cells = [
    own({ base: clean, downstream: clean, present: { ...own({}).present, mean: 1, ci: [1, 1] }, judge: null }),
    own({ base: clean, downstream: "smiling-eyeglasses-100", judge: null }),
    own({ base: "smiling-eyeglasses-100", downstream: clean, judge: null }),
    own({ base: "smiling-eyeglasses-100", downstream: "smiling-eyeglasses-100", judge: null, present: { ...empty } }),
  ];
  expect(findings(matrix(cells)).map(({ base }) => base)).toEqual(["smiling-eyeglasses-100"]);
});
