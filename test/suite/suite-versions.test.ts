import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { figureFile } from "../../src/pictures/figures/write-figure.ts";
import { versionsFigure } from "../../src/pictures/versions-figure.ts";
import type { Answers } from "../../src/suite/answers.ts";
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import { auditSuite } from "../../src/suite/audit-suite.ts";
import { picturesOf } from "../../src/suite/open-suite.ts";
import { outcomeOf, suiteVersions, type VersionPoint, type VersionSeries } from "../../src/suite/suite-versions.ts";
import { readTable } from "../../src/suite/table-answers.ts";
import { smallSuite } from "./small-suite.ts";

/** Predictions in the middle of those of the suite's judge of smiling and of the biased classifier. */
async function between(share: number): Promise<Answers> {
  const path = join(small.folder, `at-${share}.csv`);
  const rows = picturesOf(suite).map(({ file, sha256, predictions }) => {
    const [clean, own] = [predictions["judge/smiling"] as number, biased.predictions.get(sha256)?.[0] as number];
    return `${file},${(1 - share) * clean + share * own}`;
  });
  await writeFile(path, `file,smiling\n${rows.join("\n")}\n`);
  return readTable(suite, path);
}

const small = await smallSuite();
const { suite } = small;
const biased = await askClassifier(suite, join(dirname(small.workspace.path), "biased.json"));
/** On the way from the judge of smiling, which uses nothing else, to the biased classifier. */
const versions = await Promise.all(
  [0.06, 0.5, 1].map(async (share) => ({ name: `v${share}`, answers: await between(share) })),
);
afterAll(() => small.workspace.dispose());

const of = (series: readonly VersionSeries[], name: string): VersionSeries => {
  const found = series.find(({ feature }) => feature === name);
  if (found === undefined) throw new Error(`no series of ${name}`);
  return found;
};

test("an effect over versions is that of each one's audit, and its difference is that of the effects, by pairs", () => {
  const { series } = suiteVersions(suite, versions, { features: ["glasses"] });
  expect(series).toHaveLength(1);
  const { points, outcome, sentence } = of(series, "glasses");
  for (const [place, { value, ci, state, since }] of points.entries()) {
    const audit = auditSuite(suite, (versions[place] as (typeof versions)[number]).answers);
    const cell = audit.cells.find(({ feature }) => feature === "glasses");
    expect({ value, ci, state }).toEqual({ value: cell?.effect?.value, ci: cell?.effect?.ci, state: cell?.state });
    if (place > 0) expect(since?.value).toBeCloseTo((value as number) - (points[0]?.value as number), 9);
  }
  expect(points[0]?.since).toBeNull();
  // What is common to both versions falls out.
  const [now, change] = [points[2]?.ci, points[2]?.since?.ci] as [number, number][];
  expect((change?.[1] as number) - (change?.[0] as number)).toBeLessThan(
    1.05 * ((now?.[1] as number) - (now?.[0] as number)),
  );
  expect(outcome).toBe("introduced");
  expect(sentence).toMatch(
    /^reliance of smiling on glasses since v0.06: introduced, from 0\.\d\d to 0\.\d\d, by 0\.\d\d \(0\.\d\d–0\.\d\d\) on 60 pairs$/,
  );
});

test("backwards it is removed, between two alike unchanged, and of no two versions nothing", () => {
  const outcomes = (order: readonly number[]) =>
    suiteVersions(
      suite,
      order.map((place) => versions[place] as (typeof versions)[number]),
      { features: ["glasses"] },
    ).series[0]?.outcome;
  expect(outcomes([2, 0])).toBe("removed");
  expect(outcomes([2, 2])).toBe("unchanged");
  expect(outcomes([2, 1])).toBe("weaker");
  expect(outcomes([1, 2])).toBe("stronger");
  expect(() => suiteVersions(suite, versions.slice(0, 1))).toThrow("versions: expected two at least, got 1");
  expect(() => suiteVersions(suite, versions, { features: ["hats"] })).toThrow(
    /^features: expected features of the suite \(smiling, glasses, .*\), got "hats"$/,
  );
});

test("of edits that neither version is known to have seen nothing is unchanged", () => {
  const point = (reason: VersionPoint["reason"]): VersionPoint => ({
    ...{ version: "v", state: reason === null ? "clear" : "unresolved", reason, value: 0.01, ci: [-0.02, 0.04] },
    since: { value: 0, ci: [-0.02, 0.02], count: 40 },
  });
  const outcome = (...reasons: VersionPoint["reason"][]) => outcomeOf(reasons.map(point), 0.1);
  expect(outcome(null, null)).toBe("unchanged");
  expect(outcome("rare-use", "straddles")).toBe("unchanged");
  for (const reason of ["not-moved", "told-by-editor", "unchecked"] as const)
    expect(outcome(reason, reason)).toBe("unresolved");
});

test("of a version that tells nothing there is no outcome, and no point in the figure", async () => {
  const [first, second] = versions as [(typeof versions)[number], (typeof versions)[number]];
  const silent = { ...second.answers, predictions: new Map() };
  const { series } = suiteVersions(suite, [first, { name: "silent", answers: silent }]);
  expect(of(series, "glasses")).toMatchObject({
    outcome: null,
    points: [{}, { value: null, state: null, since: null }],
  });
  expect(of(series, "glasses").sentence).toBe("reliance of smiling on glasses: not told in silent");
  const figure = versionsFigure(series, { title: "t", versions: ["a", "b"], width: 500, minEffect: 0.1 });
  expect(figure.content.match(/NaN|null|undefined/)).toBeNull();
});

test("a figure has a panel a feature, with a mark a version", async () => {
  const { series, versions: names, minEffect } = suiteVersions(suite, versions);
  const lines = series.filter(({ outcome }) => outcome !== null);
  const figure = versionsFigure(lines, { title: "Reliance", versions: names, width: 500, minEffect });
  // Three in the legend.
  expect(figure.content.match(/<circle/g)).toHaveLength(3 + 3 * lines.length);
  const svg = new TextDecoder().decode(await figureFile(figure, "svg", { dpi: 300 }));
  for (const { feature } of lines) expect(svg).toContain(`>smiling: ${feature}</text>`);
});
