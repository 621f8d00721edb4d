import type { Rectification, RectifiedTarget } from "../../src/rectify/schema.ts";

type Effect = RectifiedTarget["features"][number]["splits"]["test"]["before"];

function effect(mean: number, images: number, used = images): Effect {
  const figures = (mean: number, images: number, used: number): Effect["all"] => ({
    images,
    used,
    apart: 0,
    mean,
    meanAbsolute: Math.abs(mean) + 0.02,
    ci: [mean - 0.05, mean + 0.05],
  });
  return {
    all: figures(mean, images, used),
    present: figures(mean * 1.2, Math.round(images / 2), Math.round(used / 2)),
    absent: figures(mean * 0.7, images - Math.round(images / 2), used - Math.round(used / 2)),
  };
}

/** A descent that comes nearest to 0 at step 15 and is taken there. */
function descent(from: number): NonNullable<RectifiedTarget["descent"]> {
  const left = (step: number, more: number): Effect => effect(from / (1 + step / 4) + more, 60);
  return {
    steps: Array.from({ length: 25 }, (_, index) => ({
      step: index + 1,
      coefficients: [-0.4 * (1 - Math.exp(-index / 5)) + (index % 2) * 0.02],
      meanRelativeChange: [from / (1 + index / 4)],
      used: 10,
    })),
    checks: [0, 5, 10, 15, 20, 25].map((step) => ({
      step,
      coefficients: [-0.4 * (1 - Math.exp(-step / 5))],
      loss: Math.abs(step - 15) / 100 + 0.05,
      splits: { train: [left(step, 0)], validation: [left(step, Math.abs(step - 15) / 200)], test: [left(step, 0.02)] },
    })),
    chosen: 15,
    ended: "patience",
  };
}

const coverage = (before: number, after: number) => ({ corrected: 0, before, after });

const performance = (accuracy: number, worstGroup: number) => ({
  threshold: 0.5,
  count: 120,
  accuracy,
  auroc: 0.97,
  groups: [{ positive: true, feature: false, count: 20, accuracy: worstGroup }],
  worstGroup,
});

/** A kept picture; its file is what a test writes there. */
const picture = (image: string, chosen: RectifiedTarget["pictures"][number]["chosen"], against: string) => {
  const outcome = (after: number, relativeChange: number) =>
    ({ before: 0.9, after, stopReason: "dropped", features: [{ before: 0.8, after: 0.2, relativeChange }] }) as const;
  const file = `rectified/pictures/${image.slice(0, 4)}.webp`;
  return {
    image,
    against,
    chosen,
    file,
    width: 16,
    height: 16,
    original: outcome(0.3, 0.9),
    rectified: outcome(0.25, 0.02),
  };
};

/** A rectification of three classifiers against one feature: one repaired, one that no coefficient helps, one that needs none. */
export function exampleRectification(against = "eyeglasses"): Rectification {
  const columns = [against, "smiling", "mouth_open", "beard", "hat", "lipstick"];
  const fitted = (
    name: string,
    verdict: "rectified" | "no coefficient helps",
    before: number,
    after: number,
  ): RectifiedTarget => {
    const repaired = verdict === "rectified";
    const reason = repaired
      ? `mean |RC| on test went from ${before.toFixed(2)} to ${after.toFixed(2)}; test images that have the feature and are used: 30 before, 29 after`
      : "no coefficient from -2 to 2 halves mean |RC| on train";
    return {
      target: name,
      rectified: repaired ? `${name} - 0.4*${against}` : null,
      verdict,
      reason,
      byLabels: { verdict: "better", reason: "by the label smiling, 9 of 100 test images are right that were wrong" },
      images: { train: 120, validation: 60, test: 60 },
      labelled: true,
      features: [
        {
          against,
          coefficient: repaired ? -0.4 : 0,
          guess: repaired ? -0.45 : null,
          fits: repaired ? [-0.4, -0.41, -0.39] : [],
          spread: repaired ? 0.01 : null,
          verdict,
          reason,
          splits: {
            train: { before: effect(before, 120), after: repaired ? effect(after, 120) : null },
            validation: { before: effect(before, 60), after: repaired ? effect(after, 60) : null },
            test: { before: effect(before, 60), after: repaired ? effect(after, 60, 58) : null },
          },
          coverage: repaired ? { train: coverage(60, 60), validation: coverage(30, 30), test: coverage(30, 29) } : null,
          reduction: repaired
            ? {
                ...{ value: before - after, ci: [before - after - 0.06, before - after + 0.06], count: 58 },
                before: { mean: before, meanAbsolute: before + 0.02 },
                after: { mean: after, meanAbsolute: after + 0.02 },
              }
            : null,
          grid: repaired
            ? null
            : [-2, -1, 0, 1, 2].map((coefficient) => ({
                coefficient,
                effect: effect(before * (1 + 0.1 * coefficient), 120),
                coverage: coverage(60, 60),
                halves: false,
                helps: false,
              })),
        },
      ],
      descent: repaired ? descent(before) : null,
      cells: repaired
        ? columns.map((downstream, index) => {
            const was = [before, 0.9, 0.1, 0, 0.02, -0.05][index] ?? 0;
            const is = [after, 0.95, 0.24, 0.005, 0.01, -0.04][index] ?? 0;
            return {
              downstream,
              role: index === 0 ? ("against" as const) : index === 1 ? ("own" as const) : ("other" as const),
              before: effect(was, 60),
              after: effect(is, 60),
              change: {
                value: is - was,
                ci: [is - was - 0.03, is - was + 0.03] as const,
                count: 58,
                qValue: index % 2 === 0 ? 0.0004 : 0.4,
              },
              moved: index % 2 === 0,
            };
          })
        : [],
      performance: repaired
        ? [
            {
              label: "smiling",
              feature: against,
              original: performance(0.9, 0.6),
              before: performance(0.91, 0.62),
              after: performance(0.94, 0.85),
            },
          ]
        : [],
      saved: null,
      model: repaired ? { file: `rectified/${name}/model.onnx`, manifest: `rectified/${name}/model.json` } : null,
      pictures: repaired ? [picture("0001.png", "first", against), picture("0002.png", "most-left", against)] : [],
      counterfactuals: 900,
    };
  };
  const clean = fitted("smiling-clean", "no coefficient helps", 0.01, 0.01);
  const nothing = "relative change is within ±0.1 before, whether the feature is present or absent";
  return {
    format: "cfalign-rectification",
    formatVersion: 1,
    folder: "faces",
    out: "runs/rectified",
    autoencoder: { name: "faces", hash: "a".repeat(64) },
    models: [{ name: "attributes", hash: "b".repeat(64) }],
    options: { search: "fast", drop: 0.6, seed: 7, minEffect: 0.1, minBaseChange: 0.3, limit: null },
    images: 240,
    dropped: { corrupt: 2 },
    notes: [],
    against: [against],
    repairs: [],
    targets: [
      fitted("smiling-eyeglasses-95", "rectified", 0.55, 0.05),
      fitted("smiling-eyeglasses-100", "no coefficient helps", 0.74, 0.74),
      {
        ...clean,
        verdict: "nothing to rectify",
        reason: nothing,
        byLabels: { verdict: "not compared", reason: "nothing was fitted" },
        features: clean.features.map((feature) => ({
          ...feature,
          verdict: "nothing to rectify" as const,
          reason: nothing,
          grid: null,
        })),
      },
    ],
  };
}

/** The repair of one classifier by two methods, of which one gives no file. */
export function exampleRepair(feature = "eyeglasses"): Rectification["repairs"][number] {
  const looked = (value: number, worst: number) => ({
    effects: [
      {
        ...{ feature, witness: `judge/${feature}`, value, ci: [value - 0.03, value + 0.03] as const, count: 80 },
        ...{ state: value > 0.1 ? "found" : "clear", reason: null },
      },
      {
        feature: "hat",
        witness: "judge/hat",
        value: 0.01,
        ci: null,
        state: "unresolved",
        reason: "straddles",
        count: 80,
      },
    ],
    figures: {
      count: 120,
      accuracy: { value: 0.9, ci: [0.85, 0.95] as const },
      auroc: { value: 0.95, ci: [0.9, 0.98] as const },
      groups: [],
      worstGroup: { group: 1, count: 30, value: worst, ci: [worst - 0.1, worst + 0.1] as const },
      calibrationError: 0.04,
      brier: { value: 0.08, ci: [0.06, 0.1] as const },
    },
  });
  const none = { file: null, manifest: null, done: null, node: null, penalty: null, perGroup: null, fits: null };
  return {
    target: "smiling-eyeglasses-95",
    against: [feature],
    features: [feature],
    told: { class: "labels", features: ["labels"] },
    pictures: { fitted: 300, chosen: 150, judged: 120 },
    groups: ["not smiling without", "smiling without", "not smiling with", "smiling with"].map((name) => ({
      ...{ name: `${name} ${feature}`, fitted: 75, chosen: 37, judged: 30 },
    })),
    notes: ["fewer than 30 judged pictures: smiling with hat (12)"],
    before: looked(0.44, 0.25),
    methods: [
      {
        ...{ method: "last-layer", refused: null, done: "last-layer: fitted anew", node: "/head/Gemm", edited: 0 },
        beside: false,
        ...{ file: "rectified/x-last-layer/model.onnx", manifest: "rectified/x-last-layer/model.json" },
        ...{ penalty: 0.01, perGroup: 75, fits: 20, chosen: null },
        judged: {
          ...looked(0.02, 0.84),
          ...{
            verdict: "repaired",
            reason: "effect of it 0.44 → 0.02",
            worstGroupChange: { value: 0.59, ci: [0.4, 0.7] },
          },
        },
      },
      {
        ...none,
        method: "sum",
        refused: "no coefficient from -2 to 2 halves mean |RC|",
        edited: 0,
        beside: false,
        chosen: null,
        judged: null,
      },
    ],
    recommended: "last-layer",
    shown: [
      {
        ...{ image: "0001", feature, side: "remove", file: "rectified/pictures/0001.webp", width: 16, height: 16 },
        witness: { name: `judge/${feature}`, before: 0.97, after: 0.03 },
        predictions: [
          { method: null, before: 0.91, after: 0.38 },
          { method: "last-layer", before: 0.88, after: 0.86 },
        ],
      },
    ],
    advice: "Deploy rectified/x-last-layer/model.onnx (last-layer, repaired): same inputs, outputs and size.",
  };
}
