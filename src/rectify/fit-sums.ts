import { createRandom } from "../base/random.ts";
import type { Listing } from "../images/list-images.ts";
import type { Classifier, ClassifierModel } from "../models/types.ts";
import { createResamples } from "../statistics/resamples.ts";
import { positives } from "./fixed-set.ts";
import type { RectifyOptions, RectifySettings } from "./options.ts";
import { type Pool, readPool } from "./pool.ts";
import { rectifyTarget } from "./rectify-target.ts";
import { rememberGradients } from "./remembered-gradients.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { Unfinished } from "./unfinished.ts";

/** How far a rectification is. */
export interface RectifyProgress {
  /** Files are hashed, images are encoded, then targets are fitted one after the other. */
  readonly phase: "listing" | "encoding" | "fitting";
  /** Files, images, or targets that are done with; fractions within a target. */
  readonly done: number;
  readonly total: number;
}

/** How a rectification tells how far it is, and is ended. */
export interface Going {
  readonly emit: (progress: RectifyProgress) => void;
  readonly signal: AbortSignal;
}

/** What a rectification is asked for, resolved. */
export interface Asked {
  readonly targets: readonly Classifier[];
  readonly against: readonly Classifier[];
  readonly downstream: readonly Classifier[];
  readonly models: readonly ClassifierModel[];
  readonly settings: RectifySettings;
  readonly listing: Listing;
  readonly unfinished: Unfinished;
}

/** What became of the sums of all targets, and of how many images. */
export interface Sums {
  readonly targets: readonly RectifiedTarget[];
  readonly images: number;
  readonly dropped: Readonly<Record<string, number>>;
}

/** Fits f + Σ c·g for every target (Eqs. 5, 6). */
export async function fitSums(
  { workspace, out }: Pick<RectifyOptions, "workspace" | "out">,
  asked: Asked,
  { emit, signal }: Going,
): Promise<Sums> {
  const { targets, against, downstream, models, settings, listing, unfinished } = asked;
  const { autoencoder } = workspace;
  let read: Promise<Pool> | undefined;
  // Not where an earlier call came so far that nothing is left to be fitted.
  const pool = (): Promise<Pool> => {
    read ??= readPool(listing, {
      ...{ autoencoder, models, seed: settings.seed, signal },
      enough: (images) => {
        const { limit } = settings;
        return limit !== null && targets.every((target) => positives(target, images, limit).length >= limit);
      },
      progress: (done, total) => emit({ phase: "encoding", done, total }),
    });
    return read;
  };
  const resamples = createResamples(createRandom(settings.seed), settings.resamples);
  const results: RectifiedTarget[] = [];
  for (const [index, target] of targets.entries()) {
    const progress = (share: number): void => emit({ phase: "fitting", done: index + share, total: targets.length });
    const fitted = await unfinished.step(`${target.name}: Eq. 5`, async () => {
      const context = {
        ...{ autoencoder: rememberGradients(autoencoder), pool: await pool() },
        ...{ settings, resamples, downstream, out, progress, signal },
      };
      progress(0);
      return rectifyTarget(target, against, context);
    });
    results.push(fitted);
  }
  emit({ phase: "fitting", done: targets.length, total: targets.length });
  const counts = await unfinished.step("images of sums", async () => {
    const { images, dropped } = await pool();
    return { images: images.length, dropped };
  });
  return { targets: results, ...counts };
}
