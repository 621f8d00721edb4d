import { expect, test } from "vitest";
import { effectOf } from "../../../src/audit/effects/effect.ts";
import { type MovedFeatures, movedFeatures } from "../../../src/audit/effects/movements.ts";
import type { CellEffect } from "../../../src/audit/schema.ts";
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
