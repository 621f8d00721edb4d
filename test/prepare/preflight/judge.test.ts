import { describe, expect, test } from "vitest";
import type { ModelFacts, PreflightFacts } from "../../../src/prepare/preflight/facts.ts";
import { judge } from "../../../src/prepare/preflight/judge.ts";

const target = (name: string, changes: Partial<ModelFacts["targets"][number]> = {}) => ({
  name,
  positives: 30,
  meanPrediction: 0.5,
  agreement: 0.9,
  kept: 0.9,
  notFinite: 0,
  blind: false,
  ...changes,
});

const model = (changes: Partial<ModelFacts> = {}): ModelFacts => ({
  name: "birds",
  role: "classifier",
  activation: "sigmoid",
  forwardProblem: null,
  gradientProblem: null,
  repeats: true,
  forwardSeconds: 0.01,
  gradientSeconds: 0.1,
  targets: [target("crane")],
  ...changes,
});

const facts = (models: readonly ModelFacts[], changes: Partial<PreflightFacts> = {}): PreflightFacts => ({
  workspace: "cfalign.json",
  images: { folder: "photos", files: 600, looked: 64, unusable: 0, stretched: 0 },
  autoencoder: {
    name: "faces",
    latentDims: [128],
    spatial: false,
    flattened: true,
    pixels: false,
    encodeSeconds: 0.01,
    decodeSeconds: 0.02,
  },
  models: [...models],
  reach: [],
  ...changes,
});

const said = (given: PreflightFacts, about: string): string[] =>
  judge(given)
    .statements.filter((statement) => statement.about === about)
    .map(({ level, sentence }) => `${level}: ${sentence}`);

describe("a preflight", () => {
  test("has nothing to warn of where all is well", () => {
    const { runs, statements } = judge(facts([model()]));
    expect(runs).toBe(true);
    expect(statements.map(({ level }) => level)).not.toContain("warning");
    expect(said(facts([model()]), "birds")).toEqual([
      "good: runs, and its gradient too",
      "note: 90 % of its decisions are the same on the autoencoder's reconstructions",
    ]);
  });

  test("takes one answer to all pictures for a sign of wrong preprocessing", () => {
    const check = "a sign of wrong preprocessing (range, mean and std, order, size): check its manifest";
    const all = model({ targets: [target("crane", { positives: 64 }), target("owl")] });
    expect(said(facts([all]), "birds")).toContain(`warning: it calls all 64 pictures positive for crane: ${check}`);
    const none = model({ targets: [target("crane", { positives: 0 }), target("owl", { positives: 0 })] });
    expect(said(facts([none]), "birds")).toContain(
      `warning: it calls none of the 64 pictures positive for crane, owl: ${check}, or bring pictures that have it`,
    );
    const one = model({
      activation: "softmax",
      targets: [target("crane", { positives: 0 }), target("owl", { positives: 64 })],
    });
    expect(said(facts([one]), "birds")).toContain(`warning: it calls all 64 pictures owl: ${check}`);
  });

  test("does not from a few pictures", () => {
    const few = { folder: "photos", files: 200, looked: 19, unusable: 0, stretched: 0 };
    const all = model({ targets: [target("crane", { positives: 19 })] });
    expect(said(facts([all], { images: few }), "birds").join()).not.toContain("preprocessing");
  });

  test("names what no picture has, of many the first", () => {
    const rare = Array.from({ length: 8 }, (_, i) => target(`rare-${i}`, { positives: 0 }));
    expect(said(facts([model({ targets: [target("crane"), ...rare] })]), "birds")).toContain(
      "note: no picture of 64 is positive for rare-0, rare-1, rare-2, rare-3, rare-4 and 3 more: as a base it has nothing to lower; leave it out, or bring pictures that have it",
    );
  });

  test("says what the autoencoder loses", () => {
    expect(said(facts([model({ targets: [target("crane", { blind: true })] })]), "birds")).toContain(
      "warning: the autoencoder loses crane: no counterfactual can show it; flatten into more components, or take another autoencoder",
    );
  });

  test("stops at what does not run, and says why and what to do", () => {
    const lacking = model({ gradientProblem: 'no gradient rule for "Unique"', gradientSeconds: null });
    const { runs, alignSeconds } = judge(facts([lacking, model({ name: "owls" })]));
    expect([runs, alignSeconds]).toEqual([false, undefined]);
    expect(said(facts([lacking]), "birds")).toEqual([
      'stop: forward only: audited by pairs (cfalign suite audit), and no base of cfalign align: no gradient rule for "Unique". To do: name it under judges, export it again, or take its gradient by differences (cfalign import); see cfalign inspect',
    ]);
    expect(said(facts([lacking]), "time")).toEqual([]);
  });

  test("sends a map of a latent to flatten", () => {
    const map = { ...facts([]).autoencoder, latentDims: [32, 8, 8], spatial: true, flattened: false };
    expect(said(facts([model()], { autoencoder: map }), "latent")).toEqual([
      "warning: the latent is a map (32 × 8 × 8): a gradient in it finds changes that only one classifier sees. Run cfalign flatten before cfalign align",
    ]);
  });

  test("estimates the time of an audit from the parts that were timed", () => {
    // 600 pictures: 0.01 + 0.02 + 2 × 0.01 each. 30 of 64 positive: 281.25 searches of 0.1 + 6 × 0.03 + 0.01.
    expect(judge(facts([model()])).alignSeconds).toBeCloseTo(600 * 0.05 + 281.25 * 0.29, 6);
    // A probe is not lowered, and watches like the others.
    const probe = model({ name: "probe", role: "probe" });
    expect(judge(facts([model(), probe])).alignSeconds).toBeCloseTo(600 * 0.07 + 281.25 * 0.3, 6);
    // The limit of 400 searches a base.
    const common = model({ targets: [target("crane", { positives: 60 })] });
    expect(judge(facts([common])).alignSeconds).toBeCloseTo(600 * 0.05 + 400 * 0.29, 6);
    expect(said(facts([model()]), "time")).toEqual([
      "note: cfalign align will take about 2 minutes on the 600 files: an estimate from a few timed calls",
    ]);
  });

  test("says of every feature whether an edit reaches it, who saw that, and what would help", () => {
    const tried = { feature: "blur", witness: "judge/blur", probe: false, edits: 12, seen: 12, moved: true };
    const of = (changes: Partial<typeof tried>, autoencoder: Partial<PreflightFacts["autoencoder"]> = {}) => {
      const given = facts([model()], { reach: [{ ...tried, ...changes }] });
      return said({ ...given, autoencoder: { ...given.autoencoder, ...autoencoder } }, "blur");
    };
    expect(of({})).toEqual(["good: 12 of 12 edits seen by judge/blur"]);
    expect(of({ probe: true })).toEqual([
      "good: 12 of 12 edits seen by judge/blur, a probe, which reads the pixels that they change",
    ]);
    const lost =
      "warning: 0 of 12 edits seen by judge/blur: neither pattern nor spectrum moves it, and counterfactuals of a classifier of it are tried, which takes longer. More pictures with it and without it would help, or ";
    expect(of({ seen: 0, moved: false })).toEqual([`${lost}another autoencoder`]);
    expect(of({ seen: 8, moved: false })).toEqual([
      expect.stringMatching(
        /^warning: 8 of 12 edits seen by judge\/blur: neither pattern nor spectrum moves it both ways, and /,
      ),
    ]);
    expect(of({ seen: 0, moved: false }, { pixels: true })).toEqual([
      `${lost}a basis of more components, or a general autoencoder`,
    ]);
    expect(of({ edits: 0, seen: 0, moved: false })).toEqual([
      "warning: no edit was tried: of the first 200 files, judge/blur tells no ten with it from ten without; more labelled pictures would help",
    ]);
  });
});
