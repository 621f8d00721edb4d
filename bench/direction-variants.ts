import { type LatentGradientOptions, latentGradients } from "../src/alignment/latent-gradients.ts";
import { relativeChange } from "../src/alignment/relative-change.ts";
import { row, stack, type Tensor } from "../src/base/tensor.ts";
import { type Direction, directions } from "../src/counterfactual/direction.ts";
import { latentAlong } from "../src/counterfactual/search-path.ts";
import { type ShiftJob, type ShiftResult, shiftSearches } from "../src/counterfactual/shift-searches.ts";
import type { OpenRun } from "../src/index.ts";
import { modelsOf, type Outputs, outputsOf, read } from "../src/models/prediction.ts";
import type { Autoencoder, Classifier } from "../src/models/types.ts";
import type { Scene } from "./evidence.ts";
import type { Movement } from "./relative-change-method.ts";

/** Steps of a counterfactual whose direction is taken anew on the way. */
const steps = 3;
/** Noisy latents behind a smoothed direction. */
const draws = 8;

/** A counterfactual as a variant made it. */
interface Moved {
  readonly image: Tensor;
  readonly after: number;
}

/** One subject on its images: z0, x0 and what the subject says of x0. */
interface Ground {
  readonly base: Classifier;
  readonly names: readonly string[];
  readonly latents: readonly Tensor[];
  readonly reconstructions: readonly Tensor[];
  readonly outputs: (index: number) => Outputs;
}

/**
 * Counterfactuals of the subjects along other directions than Eq. 1, on the images that their run used, and what they do to the features:
 *
 * - smoothed: the latent gradient of the logit averaged over eight noisy latents, as the decomposition averages it
 * - pooled: the mean of the subject's smoothed directions, one for all of its images
 * - three steps: a third of the fall along the gradient, then along the gradient there, twice
 * - re-encoded: along Eq. 1, with all predictions read on D(E(·)) of reconstruction and counterfactual
 */
export async function directionVariants(
  scene: Scene,
  run: OpenRun,
  movements: readonly (readonly Movement[])[],
): Promise<Readonly<Record<string, readonly (readonly Movement[])[]>>> {
  const { subjects, identity } = scene;
  const names = movements.map((rows) => rows.map(({ image }) => image));
  const dependsOn = { identity, subjects: subjects.map(({ classifier }) => classifier.name), names, steps, draws };
  return scene.remember("directions", dependsOn, async () => {
    const found: Record<string, (readonly Movement[])[]> = {};
    for (const [index, { classifier }] of subjects.entries()) {
      for (const [variant, rows] of Object.entries(await ofSubject(scene, run, classifier, names[index] ?? []))) {
        found[variant] = [...(found[variant] ?? []), rows];
      }
      scene.progress("other directions", index + 1, subjects.length);
    }
    return found;
  });
}

async function ofSubject(
  { workspace: { autoencoder }, features, audit, signal }: Scene,
  { file }: OpenRun,
  base: Classifier,
  names: readonly string[],
): Promise<Readonly<Record<string, readonly Movement[]>>> {
  const watched = features.map(({ classifier }) => classifier);
  const place = new Map(audit.names.map((name, index) => [name, index]));
  const latents = rowsOf(
    await autoencoder.encode(stack(names.map((name) => row(audit.images, place.get(name) as number)))),
  );
  const reconstructions = await autoencoder.decode(stack(latents));
  const ground: Ground = {
    base,
    names,
    latents,
    reconstructions: rowsOf(reconstructions),
    outputs: await outputsOf(modelsOf([base]), reconstructions),
  };
  const latentScale = file.latentScale ?? 1;
  const search = file.options;
  const moved = async (drop: number, from: Ground, along?: readonly Direction[]): Promise<ShiftResult[]> => {
    const jobs = from.latents.map((latent, index): ShiftJob => {
      const direction = along?.[index];
      return {
        base,
        latent,
        reconstruction: from.reconstructions[index] as Tensor,
        outputs: from.outputs(index),
        latentScale,
        key: names[index] as string,
        ...(direction === undefined ? {} : { direction }),
      };
    });
    const results = new Map<ShiftJob, ShiftResult>();
    await shiftSearches(
      jobs,
      { autoencoder, search: { ...search, direction: "gradient", drop }, exact: false, signal },
      (job, result) => {
        results.set(job, result);
      },
    );
    return jobs.map((job) => results.get(job) as ShiftResult);
  };
  const rows = (results: readonly ShiftResult[]): Promise<Movement[]> =>
    movementsFrom(
      ground,
      results.map(({ image, prediction }) => ({ image, after: prediction.after })),
      watched,
    );

  const plain = await moved(search.drop, ground);
  const smooth = await smoothed(ground, { autoencoder, draws, latentScale, signal });
  return {
    smoothed: await rows(await moved(search.drop, ground, smooth)),
    pooled: await rows(await moved(search.drop, ground, pooled(smooth))),
    "three steps": await rows(await inSteps(ground, (from) => moved(search.drop / steps, from))),
    "re-encoded": await reencoded(ground, plain, autoencoder, watched),
  };
}

/** A third of the fall at a time, each along the gradient where the last one ended. */
async function inSteps(ground: Ground, moved: (from: Ground) => Promise<ShiftResult[]>): Promise<ShiftResult[]> {
  let from = ground;
  let results: ShiftResult[] = [];
  for (let step = 0; step < steps; step++) {
    results = await moved(from);
    const images = results.map(({ image }) => image);
    from = {
      ...ground,
      latents: results.map(({ legs, shift }, index) => latentAlong(from.latents[index] as Tensor, legs, shift)),
      reconstructions: images,
      outputs: await outputsOf(modelsOf([ground.base]), stack(images)),
    };
  }
  return results;
}

/** The logit's gradient averaged over noise, with the slopes that Eq. 1 has at z0 as a first guess. */
async function smoothed(ground: Ground, options: LatentGradientOptions): Promise<Direction[]> {
  const { base, latents, names, outputs } = ground;
  const own = await directions(
    options.autoencoder,
    base,
    latents.map((latent, index) => ({ latent, outputs: outputs(index) })),
  );
  const gradients = await latentGradients(
    latents.map((latent, index) => ({ latent, key: names[index] as string, classifiers: [base] })),
    options,
  );
  return own.map((direction, index) => along(direction, gradients[index]?.[0] as Float64Array));
}

function pooled(some: readonly Direction[]): Direction[] {
  const sum = new Float64Array(some[0]?.unit?.length ?? 0);
  for (const { unit } of some) {
    unit?.forEach((value, i) => {
      sum[i] = (sum[i] as number) + value;
    });
  }
  return some.map((direction) => along(direction, sum));
}

/** The direction with another course; its slopes only start the search. */
function along(direction: Direction, vector: Float64Array): Direction {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return { ...direction, unit: length === 0 ? undefined : vector.map((value) => value / length) };
}

async function movementsFrom(
  { base, names, reconstructions, outputs }: Ground,
  moved: readonly Moved[],
  watched: readonly Classifier[],
): Promise<Movement[]> {
  const [before, after] = [
    await outputsOf(modelsOf(watched), stack(reconstructions)),
    await outputsOf(modelsOf(watched), stack(moved.map(({ image }) => image))),
  ];
  return moved.map((one, index) => {
    const own = { before: read(base, outputs(index)).prediction, after: one.after };
    const changes = watched.map((classifier) => ({
      before: read(classifier, before(index)).prediction,
      after: read(classifier, after(index)).prediction,
    }));
    return {
      image: names[index] as string,
      baseChange: own.before - own.after,
      before: changes.map((change) => change.before),
      after: changes.map((change) => change.after),
      relativeChange: changes.map((change) => relativeChange(own, change) ?? null),
    };
  });
}

/** The same counterfactuals, with reconstruction and counterfactual encoded and decoded once more. */
async function reencoded(
  ground: Ground,
  results: readonly ShiftResult[],
  autoencoder: Autoencoder,
  watched: readonly Classifier[],
): Promise<Movement[]> {
  const again = async (images: readonly Tensor[]): Promise<Tensor> =>
    autoencoder.decode(await autoencoder.encode(stack(images)));
  const reconstructions = await again(ground.reconstructions);
  const images = await again(results.map(({ image }) => image));
  const after = await outputsOf(modelsOf([ground.base]), images);
  return movementsFrom(
    {
      ...ground,
      reconstructions: rowsOf(reconstructions),
      outputs: await outputsOf(modelsOf([ground.base]), reconstructions),
    },
    rowsOf(images).map((image, index) => ({ image, after: read(ground.base, after(index)).prediction })),
    watched,
  );
}

function rowsOf(images: Tensor): Tensor[] {
  return Array.from({ length: images.dims[0] ?? 0 }, (_, index) => row(images, index));
}
