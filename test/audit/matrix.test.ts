import { expect, test } from "vitest";
import { alignmentMatrix, matrixWork } from "../../src/audit/matrix.ts";
import { createRandom } from "../../src/base/random.ts";
import { type Matrix, matrixSchema } from "../../src/results/matrix-schema.ts";
import { exampleRun } from "./example-run.ts";

const cellOf = (matrix: Matrix, base: string, downstream: string) => {
  const cell = matrix.cells.find((candidate) => candidate.base === base && candidate.downstream === downstream);
  if (cell === undefined) throw new Error(`no cell ${base} → ${downstream}`);
  return cell;
};

/** smiling-95 looks at eyeglasses where they are; lipstick never moves by more than noise. */
function planted() {
  const random = createRandom("planted");
  return exampleRun({
    bases: ["smiling-95"],
    downstream: ["smiling", "eyeglasses", "lipstick"],
    judges: ["b/eyeglasses", "b/lipstick"],
    concepts: {
      "smiling-95": "smiling",
      smiling: "smiling",
      eyeglasses: "eyeglasses",
      lipstick: "lipstick",
      "b/eyeglasses": "eyeglasses",
      "b/lipstick": "lipstick",
    },
    relativeChange: (_, downstream, __, present) =>
      (downstream.endsWith("eyeglasses") && present ? 0.5 : downstream === "smiling" ? 0.7 : 0) + 0.1 * random.normal(),
  });
}

test("the matrix of a run is what its schema says", () => {
  const matrix = alignmentMatrix(planted());
  expect(matrixSchema.parse(JSON.parse(JSON.stringify(matrix)))).toEqual(matrix);
  expect(matrix).toMatchObject({ minBaseChange: 0.3, minEffect: 0.1, confidence: 0.95, resamples: 2000, seed: 1 });
  expect(matrix.cells).toHaveLength(3);
});

test("the same run gives the same matrix, also when its rows come in another order", () => {
  const run = planted();
  const shuffled = {
    ...run,
    predictions: [...run.predictions].reverse(),
    counterfactuals: [...run.counterfactuals].reverse(),
    changes: [...run.changes].reverse(),
  };
  const { audit, predictionCorrelation, ...matrix } = alignmentMatrix(run);
  const again = alignmentMatrix(shuffled);
  expect({ cells: again.cells, rows: again.rows }).toEqual({ cells: matrix.cells, rows: matrix.rows });
});

test("a planted feature is found on the images that have it, with the judge's figure, and an unused one is clear", () => {
  const matrix = alignmentMatrix(planted());
  const found = cellOf(matrix, "smiling-95", "eyeglasses");
  expect(found).toMatchObject({ state: "found", stratum: "present", reason: null, sameConcept: false, count: 100 });
  expect(found.present.count).toBe(50);
  expect(found.present.mean).toBeGreaterThan(0.45);
  expect(found.present.mean).toBeLessThan(0.55);
  expect(found.present.baseChange).toBeCloseTo(0.6, 12);
  // Every image fell by 0.6, so the change is the relative change of that.
  expect(found.present.change).toBeCloseTo(-0.6 * (found.present.mean ?? 0), 12);
  expect(found.mean).toBeCloseTo(((found.present.mean ?? 0) + (found.absent.mean ?? 0)) / 2, 12);
  expect(found.ratioOfMeans.value).toBeCloseTo(found.mean ?? 0, 12);
  expect(found.judge).toMatchObject({ name: "b/eyeglasses", count: 50 });
  expect(found.judge?.mean).toBeGreaterThan(0.45);
  expect(cellOf(matrix, "smiling-95", "lipstick")).toMatchObject({ state: "clear", reason: null });
});

test("targets of one name are one concept: the cell has figures and no state, p or q", () => {
  const cell = cellOf(alignmentMatrix(planted()), "smiling-95", "smiling");
  expect(cell).toMatchObject({
    sameConcept: true,
    state: null,
    reason: null,
    stratum: null,
    pValue: null,
    qValue: null,
  });
  expect(cell.mean).toBeGreaterThan(0.6);
});

test("a composed classifier has the concept of its first term, as base and as downstream, whatever says that an image is positive", () => {
  const base = "smiling + 0.3*arched_eyebrows";
  const matrix = alignmentMatrix(
    exampleRun({
      bases: [base],
      downstream: ["smiling", "arched_eyebrows", "smiling - 0.5*hat"],
      concepts: {
        [base]: "smiling",
        smiling: "smiling",
        arched_eyebrows: "arched_eyebrows",
        "smiling - 0.5*hat": "smiling",
      },
      positives: { [base]: "arched_eyebrows" },
      ranges: { [base]: [0, 1.3] },
    }),
  );
  expect(cellOf(matrix, base, "smiling").sameConcept).toBe(true);
  expect(cellOf(matrix, base, "arched_eyebrows").sameConcept).toBe(false);
  expect(cellOf(matrix, base, "smiling - 0.5*hat").sameConcept).toBe(true);
  // 0.9 − 0.05·1.3 ≥ 0.6: eligible with the floor of its own range.
  expect(matrix.rows[0]).toMatchObject({ selected: 100, eligible: 100 });
});

test("classes of one softmax are not judged", () => {
  const matrix = alignmentMatrix(
    exampleRun({
      bases: ["cat"],
      downstream: ["cat", "dog", "hat"],
      softmaxGroups: { cat: "animals", dog: "animals" },
      relativeChange: (_, downstream) => (downstream === "dog" ? -1 : 0.01),
    }),
  );
  expect(cellOf(matrix, "cat", "dog")).toMatchObject({ state: null, qValue: null, sameConcept: false });
  expect(cellOf(matrix, "cat", "hat").state).not.toBeNull();
});

test("a softmax's class is present where it is the largest of the classes in the run", () => {
  const run = exampleRun({
    bases: ["smiling"],
    downstream: ["cat", "dog"],
    softmaxGroups: { cat: "animals", dog: "animals" },
  });
  // cat 0.4 against dog 0.35: present although below 0.5; 0.25 for other classes cannot be larger.
  const predictions = run.predictions.map((row) =>
    row.classifier === "cat"
      ? { ...row, reconstruction: 0.4 }
      : row.classifier === "dog"
        ? { ...row, reconstruction: 0.35 }
        : row,
  );
  const matrix = alignmentMatrix({ ...run, predictions });
  expect(cellOf(matrix, "smiling", "cat").present.count).toBe(100);
  expect(cellOf(matrix, "smiling", "dog").absent.count).toBe(100);
  // Alone in the run with 0.4, another class could be larger: neither present nor absent.
  const alone = alignmentMatrix({
    ...run,
    downstream: ["cat"],
    predictions: predictions.filter((row) => row.classifier !== "dog"),
  });
  expect(cellOf(alone, "smiling", "cat")).toMatchObject({ present: { count: 0 }, absent: { count: 0 }, count: 100 });
});

test("means are over images on which the base moved, the ratio of means over all counterfactuals", () => {
  const matrix = alignmentMatrix(
    exampleRun({
      fall: (_, image) => (image < 60 ? 0.6 : 0.1),
      relativeChange: (_, __, image) => (image < 60 ? 0.2 : 0.8),
    }),
  );
  const cell = cellOf(matrix, "smiling", "eyeglasses");
  expect(cell).toMatchObject({ count: 60, median: 0.2 });
  expect(cell.mean).toBeCloseTo(0.2, 12);
  expect(cell.ratioOfMeans.count).toBe(100);
  expect(cell.ratioOfMeans.value).toBeCloseTo((60 * 0.6 * 0.2 + 40 * 0.1 * 0.8) / (60 * 0.6 + 40 * 0.1), 12);
});

test("an image whose base did not move has no relative change and enters no mean", () => {
  const matrix = alignmentMatrix(exampleRun({ fall: () => 0 }), { minBaseChange: 0 });
  expect(cellOf(matrix, "smiling", "eyeglasses")).toMatchObject({
    count: 0,
    mean: null,
    median: null,
    standardError: null,
    ci: null,
    ratioOfMeans: { value: null, ci: null, count: 100 },
    present: { mean: null, ci: null, count: 0, baseChange: null, change: null },
    pValue: null,
    qValue: null,
    state: "unresolved",
    reason: "base-unreachable",
  });
});

test("q-values count the cells that could be tested, and only those", () => {
  const random = createRandom("q");
  const one = exampleRun({ downstream: ["smiling", "eyeglasses"], relativeChange: () => 0.15 + 0.1 * random.normal() });
  const cell = cellOf(alignmentMatrix(one), "smiling", "eyeglasses");
  expect(cell.qValue).toBe(cell.pValue);
});

test("the stratum that is quoted is the one whose own q passes, not a larger one of ten images", () => {
  const random = createRandom("strata");
  const far = [-0.3, -0.1, 0.1, 0.3, 0.5, 0.6, 0.9, 1.1, 1.3, 1.7];
  const run = exampleRun({
    count: 410,
    downstream: ["eyeglasses", "hat", "beard"],
    present: (_, image) => image < 400,
    relativeChange: (_, downstream, image) =>
      downstream !== "eyeglasses"
        ? 0.02 * random.normal()
        : image < 400
          ? 0.16 + 0.1 * random.normal()
          : (far[image - 400] as number),
  });
  const cell = cellOf(alignmentMatrix(run), "smiling", "eyeglasses");
  // Both lie beyond by their own intervals.
  for (const { ci } of [cell.present, cell.absent]) expect(ci?.[0]).toBeGreaterThan(0.1);
  expect(cell.absent).toMatchObject({ count: 10, mean: expect.closeTo(0.61, 9) });
  expect(cell).toMatchObject({ state: "found", stratum: "present", deciding: { stratum: "present", count: 400 } });
});

test("an effect that is found alone is unresolved for its own reason among many, and its images are counted for all of them", () => {
  const shift = Array.from({ length: 20 }, (_, image) => 0.22 + 0.12 * Math.sin(1.7 * image));
  const others = Array.from({ length: 40 }, (_, index) => `other-${index}`);
  const ask = (downstream: readonly string[]) => {
    const random = createRandom("many");
    const run = exampleRun({
      count: 40,
      downstream,
      relativeChange: (_, name, image, has) =>
        name === "eyeglasses" && has ? 0.012 + 0.55 * (shift[image / 2] as number) : 0.02 * random.normal(),
    });
    return cellOf(alignmentMatrix(run), "smiling", "eyeglasses");
  };
  const alone = ask(["eyeglasses"]);
  expect(alone).toMatchObject({ state: "found", stratum: "present", moreImages: null });
  const among = ask(["eyeglasses", ...others]);
  expect(among.present).toEqual(alone.present);
  expect(among.pValue).toBe(alone.pValue);
  expect(among).toMatchObject({ state: "unresolved", reason: "multiplicity", stratum: "present" });
  // As many images as are asked for are enough: p falls to 0.05 of 41 cells.
  expect(among.moreImages).toBeGreaterThan(10);
});

test("a cell whose means are small is not clear on images that are too few to exclude rare use, and says what they leave", () => {
  const random = createRandom("rare use");
  // Used fully on every 30th image with them: on none of the first 50 images, 25 of which have them.
  const relativeChange = (_: string, __: string, image: number): number =>
    (image % 60 === 58 ? 0.8 : 0) + 0.1 * random.normal();
  const ask = (count: number, maxRareUse = 0.1) =>
    cellOf(alignmentMatrix(exampleRun({ count, relativeChange }), { maxRareUse }), "smiling", "eyeglasses");
  const few = ask(50);
  expect(few).toMatchObject({ state: "unresolved", reason: "rare-use", clearQValue: expect.closeTo(0, 3) });
  expect(few.present.rareUse).toEqual({ count: 0, atMost: expect.closeTo(1 - 0.05 ** (1 / 25), 9) });
  // 29 of either kind exclude a tenth.
  expect(few.moreImages).toBe(8);
  expect(ask(50, 0.2).state).toBe("clear");
  // One in thirty is less than a tenth: clear, and told.
  const many = ask(600);
  expect(many).toMatchObject({ state: "clear", present: { count: 300, rareUse: { count: 10 } } });
  expect(many.present.rareUse?.atMost).toBeLessThan(0.06);
});

test("a column whose predictions are at an end of their range is never clear, and is told", () => {
  const run = exampleRun({ downstream: ["eyeglasses", "hat"] });
  // What a logit of ±227 says in float32: 1, and nothing that could be told from 0.
  const ends = (value: number): number => (value > 0.5 ? 1 : 2.6e-99);
  const predictions = run.predictions.map((row) =>
    row.classifier === "eyeglasses"
      ? { ...row, input: ends(row.input), reconstruction: ends(row.reconstruction) }
      : row,
  );
  const changes = run.changes.map((row) =>
    row.downstream === "eyeglasses"
      ? { ...row, before: ends(row.before), after: ends(row.before), relativeChange: 0 }
      : row,
  );
  const matrix = alignmentMatrix({ ...run, predictions, changes });
  expect(cellOf(matrix, "smiling", "eyeglasses")).toMatchObject({
    state: "unresolved",
    reason: "saturated",
    moreImages: null,
  });
  expect(cellOf(matrix, "smiling", "hat").state).toBe("clear");
  expect(matrix.audit.map(({ classifier, saturated }) => [classifier, saturated])).toEqual([
    ["eyeglasses", true],
    ["hat", false],
    ["smiling", false],
  ]);
  // Most classes of a softmax are near 0, as they should be.
  const ofSoftmax = alignmentMatrix({ ...run, predictions, changes, softmaxGroups: { eyeglasses: "all", hat: "all" } });
  expect(ofSoftmax.audit[0]).toMatchObject({ saturated: false });
});

test("correlations stand in the order of bases and downstream, and are null without variation", () => {
  const matrix = alignmentMatrix(
    exampleRun({
      bases: ["smiling", "eyeglasses"],
      downstream: ["eyeglasses", "lipstick", "hat"],
      before: (base, image) => (base === "smiling" ? (image % 4 < 2 ? 0.9 : 0.6) : image % 2 === 0 ? 0.9 : 0.6),
      present: (downstream, image) => (downstream === "hat" ? true : image % 4 < 2),
      labels: (image) => ({ smiling: image % 2, lipstick: 1 - (image % 2) }),
    }),
  );
  const rounded = matrix.predictionCorrelation.map((row) =>
    row.map((value) => (value === null ? null : Number(value.toFixed(9)) + 0)),
  );
  expect(rounded).toEqual([
    [0, 1, null],
    [1, 0, null],
  ]);
  expect(matrix.labelCorrelation).toEqual([
    [null, -1, null],
    [null, null, null],
  ]);
});

test("options that make no sense are refused by name", () => {
  expect(() => alignmentMatrix(exampleRun(), { confidence: 95 })).toThrow(
    'confidence: expected a share between 0 and 1, got "95"',
  );
  expect(() => alignmentMatrix(exampleRun(), { resamples: 10 })).toThrow(
    'resamples: expected a whole number of at least 40, got "10"',
  );
});

/** Of 100 images some are stopped by the limit after a fall of 0.4: on those the downstream classifier moves as far as the base. */
const stopped = (isStopped: (image: number) => boolean) =>
  exampleRun({
    fall: (_, image) => (isStopped(image) ? 0.4 : 0.6),
    relativeChange: (_, __, image) => (isStopped(image) ? 1 : 0) + 0.01 * (image % 3),
  });

test("images that the limit stopped before the drop are counted apart: in no mean, but no cell is clear against them", () => {
  const matrix = alignmentMatrix(stopped((image) => image % 10 < 3));
  const cell = cellOf(matrix, "smiling", "eyeglasses");
  expect(cell).toMatchObject({ count: 70, state: "unresolved", reason: "cut-short", moreImages: null });
  expect(cell.mean).toBeLessThan(0.02);
  expect(matrix.rows[0]).toMatchObject({ selected: 100, used: 70, dropped: { "at-limit": 30 } });
  // The ratio of means is over all images with a counterfactual, as ever.
  expect(cell.ratioOfMeans.count).toBe(100);
});

test("where most images were stopped by the limit, they are what the row is about", () => {
  const matrix = alignmentMatrix(stopped((image) => image % 10 < 5));
  expect(cellOf(matrix, "smiling", "eyeglasses")).toMatchObject({ count: 100, state: "found" });
  expect(matrix.rows[0]?.dropped).toEqual({});
});

test("a cell has one figure: that of the stratum that decided, else of present images, else of all used ones", () => {
  const figures = (present: (image: number) => boolean, state: "judged" | "not") => {
    const run = exampleRun({
      bases: ["smiling-95"],
      downstream: ["other"],
      concepts: { "smiling-95": "smiling", other: state === "judged" ? "hat" : "smiling" },
      present: (_, image) => present(image),
      relativeChange: (_, __, image, has) => (has ? 0.2 : -0.8) + 0.001 * (image % 5),
    });
    return cellOf(alignmentMatrix(run), "smiling-95", "other");
  };
  const half = figures((image) => image % 2 === 0, "judged");
  expect(half.deciding).toEqual({
    stratum: "absent",
    mean: half.absent.mean,
    median: expect.closeTo(-0.798, 9),
    ci: half.absent.ci,
    count: 50,
  });
  const own = figures((image) => image % 2 === 0, "not");
  expect(own.deciding).toMatchObject({ stratum: "present", mean: own.present.mean, count: 50 });
  const few = figures((image) => image < 9, "not");
  expect(few.deciding).toMatchObject({ stratum: null, mean: few.mean, median: few.median, count: 100 });
});

test("a cell that is found is marked where the judge rejects it", () => {
  const judged = (judge: number) =>
    cellOf(
      alignmentMatrix(
        exampleRun({
          judges: ["b/eyeglasses"],
          concepts: { smiling: "smiling", eyeglasses: "eyeglasses", "b/eyeglasses": "eyeglasses" },
          relativeChange: (_, downstream, image) => (downstream === "eyeglasses" ? 0.5 : judge) + 0.01 * (image % 3),
        }),
      ),
      "smiling",
      "eyeglasses",
    );
  expect(judged(0.4)).toMatchObject({ state: "found", rejected: false });
  expect(judged(0.1)).toMatchObject({ state: "found", rejected: true });
  expect(judged(-0.5)).toMatchObject({ state: "found", rejected: true });
});

test("the numbers that a matrix draws are few where its samples are large", () => {
  const drawsOf = (count: number): number => {
    const run = exampleRun({ count, relativeChange: (_base, _downstream, image) => 0.1 * Math.sin(image) });
    return matrixWork(run, { resamples: 100 }).draws;
  };
  // The base's own cell does not vary; the other draws for all of its images, for both strata together, and for the ratio.
  expect(drawsOf(40)).toBe(100 * 3 * 40);
  expect(drawsOf(4000)).toBe(0);
});
