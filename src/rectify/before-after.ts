import { platform } from "#platform";
import { relativeChange } from "../alignment/relative-change.ts";
import { stack, type Tensor } from "../base/tensor.ts";
import { type ShiftJob, type ShiftResult, shiftSearches } from "../counterfactual/shift-searches.ts";
import { modelsOf, outputsOf, read } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import { smallTensor } from "../platform/box-means.ts";
import { inARow } from "../platform/pixels.ts";
import { type Move, usedChange } from "./effect.ts";
import { at } from "./fit.ts";
import type { Subject } from "./moves.ts";
import type { Repair } from "./repair.ts";
import type { RectifiedTarget } from "./schema.ts";
import type { TargetCase } from "./target-case.ts";
import type { TargetContext } from "./target-context.ts";

type Picture = RectifiedTarget["pictures"][number];

/** Longest side of a kept frame in pixels. */
const side = 256;

/** An image that is shown, by its place among those that it was chosen from, and why it was. */
export interface Chosen {
  readonly place: number;
  readonly chosen: Picture["chosen"];
}

/**
 * Which of some images to show of a repair against one feature: of those that have it and are used before and after, two thirds are the first
 * ones in their order, which is random, and the others those on which most |RC| is left. shown: the feature's column of the moves.
 */
export function chosenImages(
  moves: { readonly before: readonly Move[]; readonly after: readonly Move[] },
  present: readonly boolean[],
  options: { readonly shown: number; readonly count: number; readonly minBaseChange: number },
): readonly Chosen[] {
  const { shown, count, minBaseChange } = options;
  const left = (place: number): number | undefined => usedChange(moves.after[place] as Move, shown, minBaseChange);
  const both = [...moves.before.keys()].filter(
    (place) =>
      present[place] === true &&
      usedChange(moves.before[place] as Move, shown, minBaseChange) !== undefined &&
      left(place) !== undefined,
  );
  const most = Math.floor(count / 3);
  const first = both.slice(0, count - most);
  const others = both
    .slice(count - most)
    .sort((a, b) => Math.abs(left(b) ?? 0) - Math.abs(left(a) ?? 0))
    .slice(0, most);
  return [
    ...first.map((place): Chosen => ({ place, chosen: "first" })),
    ...others.map((place): Chosen => ({ place, chosen: "most-left" })),
  ];
}

/**
 * Makes the counterfactuals of some test images once more, under the original and the rectified target, and keeps them as pictures below the
 * run: two more for each, of the thousands that the fit made.
 */
export async function beforeAfterPictures(
  subject: TargetCase,
  repair: Repair,
  context: TargetContext,
): Promise<readonly Picture[]> {
  const { target, against, before, present, set } = subject;
  const { pictures: count, minBaseChange } = context.settings;
  const { test } = set.places;
  const moves = { before: at(before, test), after: repair.after.test };
  const wanted = against.flatMap(({ name }, shown) =>
    chosenImages(moves, at(present[shown] as readonly boolean[], test), { shown, count, minBaseChange }).map(
      ({ place, chosen }) => ({ against: name, place: test[place] as number, chosen }),
    ),
  );
  if (wanted.length === 0) return [];
  const places = [...new Set(wanted.map(({ place }) => place))];
  const subjects = at(set.subjects, places);
  const names = at(set.images, places).map(({ image }) => image);
  const inputs = await context.pool.inputs(names);
  const original = await drawn(target, subjects, against, context);
  const rectified = await drawn(repair.rectified, subjects, against, context);
  const { files } = platform;
  await files.makeDirectory(files.join(context.out, "rectified", "pictures"));
  const kept = new Map<number, Pick<Picture, "file" | "width" | "height" | "original" | "rectified">>();
  for (const [index, place] of places.entries()) {
    const [was, is] = [original[index] as Drawn, rectified[index] as Drawn];
    const frames = [inputs[index] as Tensor, (subjects[index] as Subject).reconstruction, was.image, is.image];
    const small = frames.map((frame) => smallTensor(frame, side));
    const { width, height } = small[0] as (typeof small)[number];
    // Names may hold anything: the file's own is a hash of both.
    const key = await platform.sha256(new TextEncoder().encode(`${target.name}\n${names[index]}`));
    const file = `rectified/pictures/${key.slice(0, 24)}.webp`;
    await files.write(files.join(context.out, file), await platform.encodeImage(inARow(small), "webp"));
    kept.set(place, { file, width, height, original: was.outcome, rectified: is.outcome });
  }
  return wanted.map(({ place, ...why }) => ({
    image: set.images[place]?.image as string,
    ...why,
    ...(kept.get(place) as NonNullable<ReturnType<typeof kept.get>>),
  }));
}

/** A counterfactual with its picture, and what it did. */
interface Drawn {
  readonly image: Tensor;
  readonly outcome: Picture["original"];
}

/** Counterfactuals of a base on some subjects, with the changes of the features. */
async function drawn(
  base: Classifier,
  subjects: readonly Subject[],
  against: readonly Classifier[],
  { autoencoder, settings, signal }: TargetContext,
): Promise<readonly Drawn[]> {
  const jobs = subjects.map((subject): ShiftJob => ({ ...subject, base }));
  const found = new Map<ShiftJob, ShiftResult>();
  await shiftSearches(jobs, { autoencoder, search: settings, exact: false, signal }, (job, result) => {
    found.set(job, result);
  });
  const results = jobs.map((job) => found.get(job) as ShiftResult);
  const outputs = await outputsOf(modelsOf(against), stack(results.map(({ image }) => image)));
  return results.map(({ image, prediction, stopReason }, index) => ({
    image,
    outcome: {
      ...prediction,
      stopReason,
      features: against.map((feature) => {
        const change = {
          before: read(feature, (subjects[index] as Subject).outputs).prediction,
          after: read(feature, outputs(index)).prediction,
        };
        return { ...change, relativeChange: relativeChange(prediction, change) ?? null };
      }),
    },
  }));
}
