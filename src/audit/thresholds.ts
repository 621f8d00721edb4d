import { minFoundCount } from "../statistics/cell-state.ts";

/** What the findings hold a cell's figures against. */
export interface Thresholds {
  /** Images below which a stratum is not judged at all. */
  readonly minCount: number;
  /** z below which a finding could be noise of the latent space. */
  readonly minScore: number;
  /** Share of a base's fall below which it does not survive a perturbation. */
  readonly minSurvival: number;
}

export const thresholds: Thresholds = { minCount: minFoundCount, minScore: 2, minSurvival: 0.5 };
