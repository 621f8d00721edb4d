import type { Autoencoder, Classifier } from "../models/types.ts";
import type { Resamples } from "../statistics/resamples.ts";
import type { RectifySettings } from "./options.ts";
import type { Pool } from "./pool.ts";

/** What one target is rectified with. */
export interface TargetContext {
  /** Should remember gradients: every trial of a coefficient asks for the same ones. */
  readonly autoencoder: Autoencoder;
  readonly pool: Pool;
  readonly settings: RectifySettings;
  readonly resamples: Resamples;
  readonly downstream: readonly Classifier[];
  readonly out: string;
  /** Told what share of the target is done. */
  progress(share: number): void;
  readonly signal: AbortSignal;
}
