import { expect, test } from "vitest";
import { effectGroups } from "../../../src/audit/effects/effect-groups.ts";
import { movedFeatures } from "../../../src/audit/effects/movements.ts";
import { findings } from "../../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { createRandom } from "../../../src/base/random.ts";
import type { InterventionRow } from "../../../src/interventions/rows.ts";
import type { RunData } from "../../../src/results/run-data.ts";
import { type MovedOptions, movedRun } from "./moved-run.ts";

type Predict = MovedOptions["predictions"][string];

const witnesses = {
  smiling: "judge/smiling",
  glasses: "judge/glasses",
  hat: "judge/hat",
  beard: "judge/beard",
};

/** Interventions on glasses and a hat that always come together, on a smile, and on a beard: alone, or one that goes when glasses come. */
function run(base: Predict, { against = false } = {}, downstream = ["base"]): RunData {
  const random = createRandom("together");
  const coin = (): number => (random.uniform() < 0.5 ? 1 : 0);
  const told = (smiling: number, glasses: number, beard: number): Record<string, number> => ({
    "judge/smiling": smiling,
    "judge/glasses": glasses,
    "judge/hat": 0.05 + 0.9 * glasses,
    "judge/beard": beard,
    base: base({ smiling, glasses }, 0),
    glasses,
    hat: glasses,
  });
  const interventions = Object.entries(witnesses).flatMap(([feature, witness]) =>
    (["remove", "add"] as const).flatMap((side) =>
      Array.from({ length: 24 }, (_, i): InterventionRow => {
        const [from, to] = side === "remove" ? [1, 0] : [0, 1];
        const [smiling, glasses, beard] = [coin(), coin(), coin()];
        const levels = (own: number): [number, number, number] => {
          if (feature === "smiling") return [own, glasses, against ? 1 - glasses : beard];
          if (feature !== "beard") return [smiling, own, against ? 1 - own : beard];
          return [smiling, against ? 1 - own : glasses, own];
        };
        return {
          ...{ image: `${feature} ${side} ${i}`, feature, side, editor: "pattern", editedBy: null, length: 1 },
          ...{ distance: 0.1, witness, before: told(...levels(from)), after: told(...levels(to)) },
        };
      }),
    ),
  );
  const names = ["base", ...downstream, ...Object.values(witnesses)];
  const concepts = Object.fromEntries(
    names.map((name) => [name, name === "base" ? "smiling" : name.replace("judge/", "")]),
  );
  return {
    ...movedRun({ witnesses, predictions: { base } }, { bases: ["base"], downstream, concepts }),
    interventions,
  };
}

function groupsOf(data: RunData, concept = "smiling") {
  const concepts = { base: concept };
  const moved = movedFeatures({ ...data, concepts });
  if (moved === undefined) throw new Error("nothing moved");
  return effectGroups(moved, concepts, { allowed: [-0.1, 0.1], confidence: 0.95, maxRareUse: 0.1 });
}

const uses = ({ smiling = 0, glasses = 0 }: Readonly<Record<string, number>>) => 0.1 + 0.5 * smiling + 0.4 * glasses;

test("features that always move together are found as one, by what they do together", () => {
  const [group, ...others] = groupsOf(run(uses));
  expect(others).toEqual([]);
  expect(group).toMatchObject({ base: "base", features: ["glasses", "hat"], effect: { feature: "glasses or hat" } });
  expect(group?.effect).toMatchObject({ state: "found", witness: "judge/glasses" });
  expect(group?.effect.value).toBeGreaterThan(0.3);
});

test("a group that is not used is clear", () => {
  const [group] = groupsOf(run(({ smiling = 0 }) => 0.1 + 0.8 * smiling));
  expect(group?.effect).toMatchObject({ state: "clear" });
  expect(Math.abs(group?.effect.value as number)).toBeLessThan(0.03);
});

test("what a group does is a finding of its own, which leaves open whose it is", () => {
  const whole = run(uses, {}, ["base", "glasses", "hat"]);
  const matrix = alignmentMatrix(whole, { resamples: 200 });
  expect(matrix.cells.filter(({ effect }) => effect !== null).map(({ reason }) => reason)).toEqual([
    "moves-others",
    "moves-others",
  ]);
  const found = findings(matrix);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ group: "open", base: "base", downstream: "glasses", views: [] });
  expect(found[0]?.sentence).toMatch(
    /^Without "glasses or hat", which come together, base falls from 0\.\d\d to 0\.\d\d on average, while judge\/smiling goes from .*: effect 0\.\d\d/,
  );
  expect(found[0]?.qualifiers).toContain("no edit moves one without the other: which of them it is cannot be told");
  expect(findings(alignmentMatrix(run(({ smiling = 0 }) => 0.1 + 0.8 * smiling, {}, ["base", "glasses"])))).toEqual([]);
});

test("a group with a name that nobody has checked is clear of nobody, and what it is found to do says so", () => {
  const named = (base: Predict, unchecked: readonly string[]) => ({
    ...run(base, {}, ["base", "glasses", "hat"]),
    unchecked,
  });
  for (const name of ["hat", "judge/glasses"]) {
    const [group] = alignmentMatrix(named(({ smiling = 0 }) => 0.1 + 0.8 * smiling, [name])).effectGroups ?? [];
    expect(group?.effect).toMatchObject({ state: "unresolved", reason: "unchecked" });
  }
  const [found] = findings(alignmentMatrix(named(uses, ["hat"])));
  expect(found).toMatchObject({ base: "base", downstream: "glasses" });
  expect(found?.qualifiers).toContain("hat is named by CLIP, not checked");
});

test("a feature that comes when the others go is turned around", () => {
  const [group] = groupsOf(run(uses, { against: true }));
  expect(group).toMatchObject({
    features: ["glasses", "hat", "beard"],
    effect: { feature: "glasses, hat or no beard" },
  });
  expect(group?.effect).toMatchObject({ state: "found" });
  expect(group?.effect.removed?.count).toBe(group?.effect.added?.count);
});

test("nobody's own feature is in a group of what it is asked about, and features that move alone make none", () => {
  expect(groupsOf(run(uses), "hat")).toEqual([]);
  const alone = movedRun({
    witnesses,
    predictions: Object.fromEntries([
      ...Object.entries(witnesses).map(([name, judge]) => [
        judge,
        (levels: Record<string, number>) => levels[name] ?? 0,
      ]),
      ["base", uses],
    ]),
  });
  expect(groupsOf(alone)).toEqual([]);
});
