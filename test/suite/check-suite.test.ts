import { cp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { platform } from "#platform";
import { readExpectations } from "../../src/audit/expectations/read-expectations.ts";
import type { Answers } from "../../src/suite/answers.ts";
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import { auditSuite } from "../../src/suite/audit-suite.ts";
import { changedPairs } from "../../src/suite/changed-pairs.ts";
import { checkSuite } from "../../src/suite/check-suite.ts";
import { mergeSuites } from "../../src/suite/merge-suites.ts";
import type { Suite } from "../../src/suite/open-suite.ts";
import type { SuitePicture } from "../../src/suite/pairs.ts";
import { writeSuiteFile } from "../../src/suite/suite-file.ts";
import { suiteRun } from "../../src/suite/suite-run.ts";
import { readTable } from "../../src/suite/table-answers.ts";
import { smallSuite } from "./small-suite.ts";

const small = await smallSuite();
const { suite } = small;
const models = dirname(small.workspace.path);
const biased = await askClassifier(suite, join(models, "biased.json"));
const clean = await askClassifier(suite, join(models, "attributes.json"));
afterAll(() => small.workspace.dispose());

const verdicts = (answers: Answers, bounds: readonly string[], baseline?: Answers) =>
  checkSuite(suite, answers, bounds, baseline === undefined ? {} : { baseline }).checks.map(({ kind, verdict }) => [
    kind,
    verdict,
  ]);

test("an effect beyond its bound fails, and one within it passes", () => {
  const [item] = checkSuite(suite, biased, ["smiling->glasses=0.2"]).checks;
  expect(item).toMatchObject({ measure: "effect", verdict: "failed", base: "smiling", downstream: "glasses" });
  expect(item?.sentence).toMatch(/^effect of glasses 0\.\d\d \(.*\) on \d+ edited images: beyond ±0\.2$/);
  expect(verdicts(clean, ["smiling->glasses=0.2"])).toEqual([["bound", "passed"]]);
  expect(verdicts(biased, ["smiling->glasses=-0.1..1.3"])).toEqual([["bound", "passed"]]);
});

test("a classifier that gives no number on the pictures that would tell is not clear of them", () => {
  const of = suite.pairs.filter(({ feature }) => feature === "glasses");
  const silent = new Set(of.slice(0, Math.floor(of.length / 3)).map(({ after }) => after.sha256));
  const predictions = new Map([...clean.predictions].filter(([sha256]) => !silent.has(sha256)));
  const some: Answers = { ...clean, predictions };
  const [name] = clean.classifiers.flatMap(({ name, about }) => (about === "smiling" ? [name] : []));
  const cellIn = (answers: Answers) =>
    auditSuite(suite, answers).cells.find((cell) => cell.classifier === name && cell.feature === "glasses");
  expect(cellIn(clean)).toMatchObject({ state: "clear" });
  expect(cellIn(some)).toMatchObject({ state: "unresolved", reason: "rare-use" });
  expect(verdicts(clean, [`${name}->glasses=0.2`])).toEqual([["bound", "passed"]]);
  expect(verdicts(some, [`${name}->glasses=0.2`])).toEqual([["bound", "unresolved"]]);
});

test("a copy of the witness that answers nearly as it does is clear of nothing", () => {
  const near = suite.pairs.flatMap(({ before, after }) => [before, after]);
  const predictions = new Map(
    near.map(({ sha256, predictions }) => [sha256, [Number((predictions["judge/smiling"] as number).toFixed(2))]]),
  );
  const copy: Answers = {
    ...{ from: "copy", predictions, notes: [] },
    classifiers: [{ name: "smiling", softmax: null, about: "smiling" }],
  };
  const { cells, notes } = auditSuite(suite, copy);
  expect(cells.filter(({ state }) => state === "clear")).toEqual([]);
  expect(cells.find(({ feature }) => feature === "glasses")).toMatchObject({ state: null, none: "own-witness" });
  expect(notes[0]).toMatch(/^smiling answers as the witness of its own feature does/);
  expect(verdicts(copy, ["smiling->glasses=0.2"], biased)).toEqual([
    ["bound", "unresolved"],
    ["regression", "unresolved"],
  ]);
});

test("a feature that was left out of the suite is said so, and a star over it is no pass", () => {
  const isLeft = ({ feature }: { readonly feature: string }) => feature === "glasses";
  const without: Suite = {
    ...suite,
    pairs: suite.pairs.filter((pair) => !isLeft(pair)),
    file: {
      ...suite.file,
      features: suite.file.features.filter(({ name }) => name !== "glasses"),
      left: [{ feature: "glasses", why: "its witness saw it go on 2 of 30 pictures only" }],
    },
  };
  const { checks, notes } = checkSuite(without, biased, ["smiling->*=0.2"]);
  expect(checks.find(({ downstream }) => downstream === "glasses")?.verdict).toBe("unresolved");
  const said = '"glasses" is not in it: its witness saw it go on 2 of 30 pictures only';
  expect(notes).toContain(said);
  expect(auditSuite(without, biased).notes).toContain(said);
});

test("a classifier that gave no number at all is said to have given none", () => {
  const silent: Answers = { ...biased, predictions: new Map() };
  const { cells } = auditSuite(suite, silent);
  expect(cells.find(({ feature }) => feature === "glasses")).toMatchObject({ state: null, none: "no-number" });
});

test("a feature that a CLIP named and nobody has checked is clear of nobody, within no bound, and said to be so", () => {
  const features = suite.file.features.map((feature) =>
    feature.name === "glasses" ? { ...feature, unchecked: true as const } : feature,
  );
  const named: Suite = { ...suite, file: { ...suite.file, features } };
  const [name = ""] = clean.classifiers.flatMap(({ name, about }) => (about === "smiling" ? [name] : []));
  const { cells, notes } = auditSuite(named, clean);
  expect(cells.find((cell) => cell.classifier === name && cell.feature === "glasses")).toMatchObject({
    ...{ state: "unresolved", reason: "unchecked" },
  });
  expect(notes).toContain("glasses is named by CLIP, not checked");
  for (const [answers, bound] of [
    [clean, `${name}->glasses=0.2`],
    [biased, "smiling->glasses=-0.1..1.3"],
  ] as const) {
    expect(checkSuite(named, answers, [bound]).checks[0]).toMatchObject({ verdict: "unresolved", reason: "unchecked" });
  }
  expect(checkSuite(named, biased, ["smiling->glasses=0.2"]).checks[0]?.verdict).toBe("failed");
});

test("suites are not merged where one lacks what a witness of the other says", async () => {
  const other = join(small.folder, "other");
  await cp(suite.path, other, { recursive: true });
  const { name } = suite.file.features.find((feature) => feature.name === "glasses")?.witness ?? { name: "" };
  const features = suite.file.features.filter((feature) => feature.witness.name !== name);
  const classifiers = suite.file.classifiers.filter((one) => one.name !== name);
  await writeSuiteFile(other, { ...suite.file, features, classifiers });
  await expect(mergeSuites([suite.path, other], { out: join(small.folder, "merged") })).rejects.toThrow(
    `expected suites that all have predictions of ${name}, the witness of "glasses", got one without`,
  );
});

test("a star stands for every classifier and every feature but its own", () => {
  const { checks, notes } = checkSuite(suite, clean, ["*->glasses=0.2"]);
  expect(checks.map(({ base }) => base)).toEqual(["smiling", "rare"]);
  expect(notes).toContain('"*->glasses=0.2" covers 2 cells');
  // A witness of its own feature, and names that are not there, are no pass.
  expect(() => checkSuite(suite, clean, ["smile->glasses=0.2"])).toThrow(
    'bounds "smile->glasses=0.2": the suite with this classifier has no base "smile": known are "smiling", "glasses", "rare"',
  );
  expect(() => checkSuite(suite, clean, ["smiling->glasses.rc=0.2"])).toThrow(
    'bounds "smiling->glasses.rc=0.2": expected a bound on an effect, which is all that a suite tells, got one on rc',
  );
});

test("against a baseline the difference is that of the two effects, and its interval is of the pairs", () => {
  const { checks } = checkSuite(suite, biased, ["smiling->glasses=1.5"], { baseline: clean });
  const [bound, regression] = checks;
  expect(bound?.kind).toBe("bound");
  expect(regression).toMatchObject({ kind: "regression", verdict: "failed" });
  const effectOf = (answers: Answers): number =>
    auditSuite(suite, answers).cells.find(
      ({ classifier, feature }) => classifier === "smiling" && feature === "glasses",
    )?.effect?.value as number;
  expect(regression?.effect?.mean).toBeCloseTo(effectOf(biased) - Math.abs(effectOf(clean)), 9);
  expect(regression?.sentence).toMatch(
    /^size of the effect of glasses, minus the baseline's: 0\.\d\d \(.*\) on \d+ edited images: worse than the baseline by more than 0\.1$/,
  );
  expect(verdicts(clean, ["smiling->glasses=1.5"], biased)).toEqual([
    ["bound", "passed"],
    ["regression", "passed"],
  ]);
  expect(verdicts(biased, ["smiling->glasses=1.5"], biased)[1]).toEqual(["regression", "passed"]);
  // Measured from the middle of the bound, the biased one is nearer.
  expect(verdicts(biased, ["smiling->glasses=0.2..1.8"], clean)[1]).toEqual(["regression", "passed"]);
});

test("a baseline of another name is told how to be mapped", () => {
  const renamed: Answers = {
    ...clean,
    classifiers: clean.classifiers.map((one) => ({ ...one, name: `old ${one.name}` })),
  };
  expect(() => checkSuite(suite, biased, ["smiling->glasses=1.5"], { baseline: renamed })).toThrow(
    'baseline: expected a target "smiling", got old smiling, old glasses, old rare: say with map old=new what it was called',
  );
  const mapped = checkSuite(suite, biased, ["smiling->glasses=1.5"], {
    baseline: renamed,
    map: ["old smiling=smiling"],
  });
  expect(mapped.checks[1]?.verdict).toBe("failed");
});

test("what is expected is left out of a star, and told", () => {
  const expected = readExpectations(suiteRun(suite, biased), "smiling -> glasses\n");
  const { checks, expectations } = checkSuite(suite, biased, ["smiling->*=0.2"], { expected });
  expect(checks.map(({ downstream }) => downstream)).not.toContain("glasses");
  expect(expectations[0]?.sentence).toMatch(/^smiling → glasses is expected, and is found: effect 0\.\d\d/);
});

test("intervals widen with what is asked together", () => {
  const [one] = checkSuite(suite, biased, ["smiling->glasses=1.5"]).checks;
  const [two] = checkSuite(suite, biased, ["smiling->glasses=1.5", "smiling->rare=0.2"]).checks;
  const width = (item: typeof one): number => (item?.effect?.ci?.[1] as number) - (item?.effect?.ci?.[0] as number);
  expect(width(two)).toBeGreaterThanOrEqual(width(one));
});

test("a classifier that answers quite otherwise on the unedited pictures is told that the suite is stale", async () => {
  expect(checkSuite(suite, biased, ["smiling->glasses=1.5"]).notes).toEqual([]);
  const path = join(small.folder, "turned.csv");
  const lines = [
    ...new Map(suite.pairs.flatMap(({ before, after }) => [before, after]).map((one) => [one.sha256, one])).values(),
  ];
  const rows = lines.map(({ file, predictions }) => `${file},${1 - (predictions["judge/smiling"] as number)}`);
  await writeFile(path, `file,smiling\n${rows.join("\n")}\n`);
  const turned = await readTable(suite, path);
  expect(auditSuite(suite, turned).notes).toEqual([
    expect.stringMatching(
      /^smiling differs from \S+ of the suite by 0\.[5-9]\d on average, and in its decision on \d\d %, of \d+ unedited pictures: more than 0\.2: the suite is stale, write it anew$/,
    ),
  ]);
});

test("the pairs that changed most are those of the checked features, farthest first, or farthest from the baseline", async () => {
  const bounds = ["smiling->glasses=0.2", "smiling->rare=0.2"];
  const alone = await changedPairs(suite, biased, checkSuite(suite, biased, bounds), { most: 10 });
  expect(alone.map(({ feature }) => feature)).toEqual(Array(10).fill("glasses"));
  const moved = alone.map(({ before, after }) => Math.abs(after.prediction - before.prediction));
  expect(moved).toEqual(moved.toSorted((a, b) => b - a));
  const said = (picture: SuitePicture) => biased.predictions.get(picture.sha256)?.[0] ?? Number.NaN;
  const all = suite.pairs.filter(({ feature }) => feature === "glasses" || feature === "rare");
  expect(moved[0]).toBe(Math.max(...all.map(({ before, after }) => Math.abs(said(after) - said(before)))));
  const against = await changedPairs(suite, biased, checkSuite(suite, biased, bounds), { baseline: clean, most: 5 });
  const apart = against.map(({ before, after }) =>
    Math.abs(after.prediction - before.prediction - ((after.baseline as number) - (before.baseline as number))),
  );
  expect(apart).toEqual(apart.toSorted((a, b) => b - a));
  const { width } = await platform.decodeImage(alone[0]?.before.png as Uint8Array);
  expect(width).toBe(suite.file.width);
  const same = await changedPairs(suite, biased, checkSuite(suite, biased, bounds), { baseline: biased, most: 3 });
  for (const { after, before } of same)
    expect([after.baseline, before.baseline]).toEqual([after.prediction, before.prediction]);
});
