import { describe, expect, test } from "vitest";
import type { PredictionRow } from "../../../src/alignment/rows.ts";
import { effectOf } from "../../../src/audit/effects/effect.ts";
import { type MovedFeatures, movedFeatures } from "../../../src/audit/effects/movements.ts";
import { uneditedEffects } from "../../../src/audit/effects/unedited.ts";
import type { CellEffect } from "../../../src/results/matrix-schema.ts";
import { type MovedOptions, movedRun } from "./moved-run.ts";

type Predict = MovedOptions["predictions"][string];

const judges: Readonly<Record<string, Predict>> = {
  "judge/smiling": ({ smiling = 0 }) => smiling,
  "judge/glasses": ({ glasses = 0 }) => glasses,
  "judge/hat": ({ hat = 0 }) => hat,
};
const witnesses = { smiling: "judge/smiling", glasses: "judge/glasses", hat: "judge/hat" };

function effectsOn(base: Predict, options: Partial<MovedOptions> = {}, softmaxGroups: Record<string, string> = {}) {
  const { predictions = judges, ...rest } = options;
  const run = movedRun({ witnesses, ...rest, predictions: { ...predictions, base } }, { bases: ["base"] });
  const moved = movedFeatures({ ...run, concepts: { base: "smiling" }, softmaxGroups });
  if (moved === undefined) throw new Error("nothing moved");
  return (feature: string): CellEffect | undefined =>
    effectOf(
      moved,
      { classifier: "base", feature, concept: "smiling" },
      { allowed: [-0.1, 0.1], confidence: 0.95, maxRareUse: 0.1 },
    );
}

const clean: Predict = ({ smiling = 0 }) => 0.1 + 0.8 * smiling;

test("a clean classifier is not charged with what the witness of its own feature uses", () => {
  const witness: Predict = ({ smiling = 0, glasses = 0 }) => 0.4 * smiling + 0.6 * glasses;
  const effect = effectsOn(clean, { predictions: { ...judges, "judge/smiling": witness } })("glasses");
  expect(effect?.value).toBeLessThan(-0.5);
  expect(effect?.total).toBeCloseTo(0);
  expect(effect).toMatchObject({ state: "unresolved", reason: "moves-others" });
});

test("an effect that its companion hides in part is found all the same", () => {
  // Glasses go, and a third of the smile comes.
  const effect = effectsOn(({ smiling = 0, glasses = 0 }) => 0.4 + 0.4 * smiling + 0.3 * glasses, {
    alongside: (feature, levels) =>
      feature === "glasses" ? { ...levels, smiling: (levels.smiling ?? 0) - 0.4 * (levels.glasses ?? 0) } : levels,
  })("glasses");
  expect(effect?.value).toBeCloseTo(0.3, 1);
  expect(effect?.total).toBeLessThan(0.25);
  expect(effect).toMatchObject({ state: "found" });
});

test("features that always move together are neither found nor clear, whichever is used", () => {
  const together: Partial<MovedOptions> = {
    alongside: (feature, levels) =>
      feature === "glasses"
        ? { ...levels, hat: levels.glasses ?? 0 }
        : feature === "hat"
          ? { ...levels, glasses: levels.hat ?? 0 }
          : levels,
    predictions: { ...judges, "judge/hat": ({ glasses = 0 }) => 0.02 + 0.95 * glasses },
  };
  const used = effectsOn(({ smiling = 0, glasses = 0 }) => 0.5 * smiling + 0.5 * glasses, together);
  expect(used("glasses")).toMatchObject({ state: "unresolved", reason: "moves-others" });
  expect(used("hat")).toMatchObject({ state: "unresolved", reason: "moves-others" });
  expect(effectsOn(clean, together)("hat")).toMatchObject({ state: "unresolved", reason: "moves-others" });
});

test("what a network says of its own edits may be found, and is never clear by itself", () => {
  const own = { editedBy: { glasses: "judge/glasses" } };
  const used = effectsOn(({ smiling = 0, glasses = 0 }) => 0.5 * smiling + 0.4 * glasses, own);
  expect(used("glasses")).toMatchObject({ state: "found", toldByEditor: true, editors: ["counterfactual"] });
  expect(effectsOn(clean, own)("glasses")).toMatchObject({ state: "unresolved", reason: "told-by-editor" });
  const other = effectsOn(clean, { editedBy: { glasses: "glasses" } });
  expect(other("glasses")).toMatchObject({ state: "clear", toldByEditor: false, editors: ["counterfactual"] });
  expect(other("hat")).toMatchObject({ state: "clear", toldByEditor: false, editors: ["pattern"] });
});

test("a picture that two editors edited says once that it does not follow", () => {
  const predictions = { ...judges, base: clean };
  const run = movedRun({ witnesses, predictions, pictures: 14 }, { bases: ["base"] });
  const rows = run.interventions ?? [];
  const again = rows
    .filter(({ feature, side }) => feature === "glasses" && side === "remove")
    .map((row) => ({ ...row, editor: "counterfactual", editedBy: "glasses" }) as const);
  const of = (interventions: typeof rows) =>
    effectOf(
      movedFeatures({ ...run, concepts: { base: "smiling" }, interventions }) as MovedFeatures,
      { classifier: "base", feature: "glasses", concept: "smiling" },
      { allowed: [-0.1, 0.1], confidence: 0.95, maxRareUse: 0.1 },
    );
  const [once, twice] = [of(rows), of([...rows, ...again])];
  expect(again).toHaveLength(14);
  expect(once).toMatchObject({ state: "unresolved", reason: "rare-use" });
  expect(twice).toMatchObject({ state: "unresolved", reason: "rare-use", followed: once?.followed });
});

test("two classes of one softmax share an effect out between them, and both are found", () => {
  const predictions = {
    ...judges,
    "judge/hat": ({ glasses = 0 }) => 1 - glasses,
  } satisfies MovedOptions["predictions"];
  const groups = { "judge/glasses": "kinds", "judge/hat": "kinds" };
  const effect = effectsOn(({ smiling = 0, glasses = 0 }) => 0.4 * smiling + 0.6 * glasses, { predictions }, groups);
  expect(effect("glasses")?.value).toBeCloseTo(0.3, 1);
  expect(effect("glasses")).toMatchObject({ state: "found" });
});

test("nothing is clear of a classifier that no feature moves", () => {
  const still = effectsOn(() => 0.001);
  expect(still("glasses")).toMatchObject({ value: 0, state: "unresolved", reason: "base-unreachable" });
  // So small a sum is no all-clear either.
  const small = effectsOn(({ smiling = 0, glasses = 0 }) => 0.05 * smiling + 0.05 * glasses);
  expect(small("glasses")).toMatchObject({ state: "unresolved", reason: "base-unreachable" });
  expect(effectsOn(clean)("glasses")).toMatchObject({ state: "clear" });
});

test("a feature that an edit brings where it was to go did not go", () => {
  const against: Predict = ({ glasses = 0 }) => 0.9 - 0.8 * glasses;
  const effect = effectsOn(clean, { predictions: { ...judges, "judge/glasses": against } })("glasses");
  expect(effect).toMatchObject({ moved: 0, state: "unresolved", reason: "not-moved" });
});

test("what an edit does that goes one way only is not charged to its feature", () => {
  // Hats can be taken off, which blurs, and not be put on: the second half of every thousand pictures is without them.
  const oneWay: Predict = ({ hat = 0 }, image) => (image % 1000 < 500 ? hat : 0.1);
  const blurs = (feature: string, levels: Readonly<Record<string, number>>) =>
    feature === "hat" && levels.hat === 0 ? { ...levels, blur: 1 } : levels;
  const base: Predict = ({ smiling = 0, blur = 0 }) => 0.1 + 0.8 * smiling - 0.3 * blur;
  const effect = effectsOn(base, { predictions: { ...judges, "judge/hat": oneWay }, alongside: blurs })("hat");
  expect(effect?.value).toBeGreaterThan(0.2);
  expect(effect).toMatchObject({ count: 48, moved: 24, state: "unresolved", reason: "not-moved" });
});

test("a class of the classifier's own softmax explains nothing of it: when one falls the other rises", () => {
  const base: Predict = ({ smiling = 0, glasses = 0 }) => 0.2 + 0.3 * smiling + 0.4 * glasses;
  const predictions = { ...judges, other: ((levels, image) => 1 - base(levels, image)) as Predict };
  const other = { witnesses: { ...witnesses, serious: "other" }, predictions };
  const effect = effectsOn(base, other, { base: "one", other: "one" });
  expect(effect("glasses")?.value).toBeCloseTo(0.4, 1);
  expect(effect("glasses")).toMatchObject({ state: "found" });
  expect(effect("serious")).toBeUndefined();
  // A network of its own that says the same is one feature of several, and has a part of the effect.
  expect(effectsOn(base, other)("glasses")?.value).toBeLessThan(0.35);
});

describe("an effect whose interval crosses an end", () => {
  /** Taking glasses out does more than putting them in; pictures as they are say something of their own. */
  const said = (edits: readonly [removed: number, added: number], unedited: number | undefined, options = {}) =>
    saidAt((image) => edits[image % 1000 < 500 ? 0 : 1] as number, unedited, { options });
  const saidAt = (
    edits: (image: number) => number,
    unedited: number | undefined,
    { options = {}, confidence = 0.95 }: { options?: Partial<MovedOptions>; confidence?: number } = {},
  ) => {
    const predictions = {
      ...judges,
      base: ({ smiling = 0, glasses = 0 }, image) => 0.1 + 0.6 * smiling + edits(image) * glasses,
    } satisfies MovedOptions["predictions"];
    const run = movedRun({ witnesses, predictions, ...options }, { bases: ["base"] });
    const rows = (run.interventions ?? []).flatMap(({ image, before }) =>
      Object.entries(before).map(([classifier, own]): PredictionRow => {
        const judged = (name: string): number => before[`judge/${name}`] as number;
        const input = classifier === "base" ? 0.1 + 0.6 * judged("smiling") + (unedited ?? 0) * judged("glasses") : own;
        return { image, classifier, input, reconstruction: input };
      }),
    );
    const moved = movedFeatures({
      ...{ ...run, concepts: { base: "smiling" } },
      predictions: unedited === undefined ? [] : rows,
    }) as MovedFeatures;
    return effectOf(
      moved,
      { classifier: "base", feature: "glasses", concept: "smiling" },
      { allowed: [-0.1, 0.1], confidence, maxRareUse: 0.1, ofShares: 0.95 },
    );
  };

  test.each([
    { name: "is found where unedited pictures lie beyond it", edits: [0.3, 0.1], unedited: 0.2, state: "found" },
    { name: "and against", edits: [-0.3, -0.1], unedited: -0.2, state: "found" },
    { name: "is clear where they lie within", edits: [0.12, 0], unedited: 0.02, state: "clear" },
    { name: "is open where they contradict", edits: [0.3, 0.1], unedited: 0.02, state: "unresolved" },
    { name: "the other way round, too", edits: [0.12, 0], unedited: 0.2, state: "unresolved" },
    { name: "is open where they cross the end themselves", edits: [0.3, 0.1], unedited: 0.1, state: "unresolved" },
    { name: "is open where nothing is known of them", edits: [0.3, 0.1], unedited: undefined, state: "unresolved" },
    { name: "is open where edits say anything at all", edits: [0.4, -0.15], unedited: 0.2, state: "unresolved" },
  ] as const)("$name", ({ edits, unedited, state }) => {
    const effect = said(edits, unedited);
    const [low = 0, high = 0] = effect?.ci ?? [];
    expect((low - 0.1) * (high - 0.1) < 0 || (low + 0.1) * (high + 0.1) < 0).toBe(true);
    expect(effect).toMatchObject({ state, joint: state === "unresolved" ? null : { value: expect.any(Number) } });
    expect(effect?.reason).toBe(state === "unresolved" ? "straddles" : null);
  });

  test("is not settled by asking more, as a check of many bounds does, where they contradict", () => {
    const edits = (image: number): number => (image % 2 === 0 ? 0.123 : 0.047);
    for (const confidence of [0.95, 0.9999]) {
      const effect = saidAt(edits, 0.04, { confidence });
      expect(effect).toMatchObject({ state: "unresolved", reason: "straddles", joint: null });
    }
  });

  test("is never clear by unedited pictures where the editor tells its own edits", () => {
    const own = said([0.12, 0], 0.02, { editedBy: { glasses: "judge/glasses" } });
    expect(own).toMatchObject({ state: "unresolved", toldByEditor: true });
  });
});

test("unedited pictures of which somebody says nothing are left out, and none are asked beyond a thousand", () => {
  const rows = (count: number) =>
    Array.from({ length: count }, (_, i) => [
      { image: `${i}`, classifier: "a", input: i % 7 === 0 ? Number.NaN : (i % 5) / 5, reconstruction: 0 },
      { image: `${i}`, classifier: "b", input: 0.2 + (i % 5) / 10, reconstruction: 0 },
    ]).flat();
  const of = (count: number) => uneditedEffects(rows(count), { classifiers: ["b"], witnesses: ["a"] }, () => true);
  expect(of(70)?.count).toBe(60);
  expect(of(70)?.values[0]).toBeCloseTo(0.5, 2);
  expect(of(2000)?.count).toBe(1000);
  expect(of(0)).toBeUndefined();
  expect(uneditedEffects(rows(70), { classifiers: ["c"], witnesses: ["a"] }, () => true)).toBeUndefined();
});

test("unedited pictures say nothing of features that come together", () => {
  const rows = (agreement: number) =>
    Array.from({ length: 200 }, (_, i) => {
      const glasses = i % 2;
      const smiling = i % 20 < 20 * agreement ? glasses : 1 - glasses;
      const said = { glasses, smiling, base: 0.1 + 0.8 * smiling };
      return Object.entries(said).map(([classifier, input]) => ({
        image: `${i}`,
        classifier,
        input,
        reconstruction: 0,
      }));
    }).flat();
  const of = (agreement: number) =>
    uneditedEffects(rows(agreement), { classifiers: ["base"], witnesses: ["smiling", "glasses"] }, () => true)
      ?.values[1];
  expect(of(0.5)).toBeCloseTo(0, 2);
  expect(of(0.7)).toBeCloseTo(0, 1);
  expect(of(0.95)).toBeNaN();
  expect(of(0.05)).toBeNaN();
});

test("unedited pictures say nothing of a feature that hardly varies, or that others make up", () => {
  const valuesOf = (said: (i: number) => Record<string, number>, witnesses: readonly string[]) => {
    const rows = Array.from({ length: 400 }, (_, i) =>
      Object.entries(said(i)).map(([classifier, input]) => ({
        ...{ image: `${i}`, classifier, input, reconstruction: 0 },
      })),
    ).flat();
    return [...(uneditedEffects(rows, { classifiers: ["base"], witnesses }, () => true)?.values ?? [])];
  };
  const smiling = (i: number): number => i % 2;
  // None of the pictures has a hat: a ridge says 0, surely, whatever hats do.
  const never = (i: number) => ({ smiling: smiling(i), hat: 0.01, base: 0.8 * smiling(i) });
  expect(valuesOf(never, ["smiling", "hat"])).toEqual([expect.closeTo(0.8, 1), Number.NaN]);
  const rarely = (i: number) => {
    const hat = i === 7 ? 0.9 : 0.02 * ((i >> 1) % 2);
    return { smiling: smiling(i), hat, base: 0.5 * smiling(i) + 0.3 * hat };
  };
  expect(valuesOf(rarely, ["smiling", "hat"])[1]).toBeNaN();
  // Three classes of one softmax: any two make up the third.
  const classes = (i: number) => {
    const hair = Object.fromEntries(["fair", "dark", "red"].map((name, k) => [name, (i >> 1) % 3 === k ? 0.9 : 0.05]));
    return { ...hair, smiling: smiling(i), base: 0.5 * smiling(i) + 0.2 * (hair.fair as number) };
  };
  expect(valuesOf(classes, ["smiling", "fair", "dark", "red"])).toEqual([
    ...[expect.closeTo(0.5, 1), Number.NaN, Number.NaN, Number.NaN],
  ]);
});
