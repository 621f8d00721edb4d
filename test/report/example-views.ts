import type { Matrix } from "../../src/results/matrix-schema.ts";

/** A base whose direction the concepts explain badly, and one whose fall does not survive JPEG. */
export const doubted = {
  unexplained: "hat",
  fragile: "narrow_eyes",
} as const;

/** The feature that a planted model of the example looks at, by its name. */
const features = ["eyeglasses", "lipstick", "big_nose"];

/** A matrix with every view that a run may have, made up from what its models are known to use. */
export function withViews(matrix: Matrix, concepts: Readonly<Record<string, string>>): Matrix {
  const { bases, downstream } = matrix;
  const about = [...new Set(downstream.map((name) => concepts[name] ?? name))].map((concept) => ({
    concept,
    classifier: concept,
    downstream: downstream.filter((name) => concepts[name] === concept),
  }));
  const uses = (base: string, concept: string): number => {
    if (concepts[base] === concept) return 0.85;
    const planted = features.find((feature) => base.includes(`-${feature}-`));
    return planted === concept ? 0.4 : concept === "mouth_open" ? -0.02 : 0.01;
  };
  const names = [...new Set([...bases, ...downstream])];
  const cosine = names.map((a) =>
    names.map((b) => {
      if (a === b) return 1;
      if (concepts[a] === concepts[b]) return 0.9;
      const eyes = ["eyeglasses", "eyeshadow", "narrow_eyes"];
      return eyes.includes(a) && eyes.includes(b) ? 0.82 : 0.35;
    }),
  );
  return {
    ...matrix,
    rows: matrix.rows.map((row) => ({
      ...row,
      survival: {
        reencoded: { share: 0.97, count: row.reached },
        jpeg: { share: row.base === doubted.fragile ? 0.31 : 0.95, count: row.reached },
        judge: { share: 0.88, count: row.reached },
      },
    })),
    clampedShare: 0.0123,
    decomposition: bases.map((base) => ({
      base,
      count: 20,
      explained: base === doubted.unexplained ? { value: 0.43, ci: [0.35, 0.5] } : { value: 0.93, ci: [0.9, 0.95] },
      alpha: 0.01,
      conditionNumber: 12,
      shares: about.map(({ concept, ...rest }, index) => {
        const share = uses(base, concept);
        const together = base === "beard" && (concept === "beard" || concept === "necktie");
        return {
          concept,
          ...rest,
          share,
          weight: share,
          ci: [share - 0.04, share + 0.04],
          inflation: 1.1,
          group: together ? 0 : index + 1,
          state: together ? null : Math.abs(share) >= 0.1 ? "found" : "clear",
        };
      }),
      groups:
        base === "beard"
          ? [{ group: 0, concepts: ["beard", "necktie"], share: 0.86, ci: [0.8, 0.9], state: "found" }]
          : [],
    })),
    partial: bases.map((base) => ({
      base,
      count: 300,
      explained: 0.9,
      alpha: 0.01,
      coefficients: about.map(({ concept, ...rest }) => ({
        concept,
        ...rest,
        coefficient: concept === "eyeglasses" && base.includes("-85") ? 0.02 : uses(base, concept) * 0.9,
      })),
    })),
    saliencySimilarity: {
      method: "input-gradients",
      cosine,
      rank: cosine.map((row) => row.map((value) => value * 0.8)),
      names,
      count: 64,
    },
  };
}
