import { baseChange, type Movements, movements } from "../audit/cells/movements.ts";
import { leastAccountedFor } from "../audit/effects/accounted-for.ts";
import { movedFeatures } from "../audit/effects/movements.ts";
import { createRandom } from "../base/random.ts";
import type { RunData } from "../results/run-data.ts";
import { shareInterval } from "../statistics/binomial.ts";
import { jackknifeRatio } from "../statistics/jackknife-ratio.ts";
import { leadingCoordinates, type Points } from "../statistics/leading-coordinates.ts";
import { meanIntervals } from "../statistics/mean-interval.ts";
import { mean, median } from "../statistics/moments.ts";
import { stableGroups } from "../statistics/stable-groups.ts";
import { modeSentence } from "../words/mode.ts";
import { type FeatureMoves, featureMoves } from "./feature-moves.ts";
import { changeDirections, meanChange, type PictureChange } from "./picture-change.ts";
import { placeWords } from "./place-words.ts";
import type { Mode, Modes } from "./schema.ts";

/** How counterfactuals are put into modes. */
export interface ModesOptions {
  /** Of the intervals, 0.95. */
  readonly confidence?: number;
  /** Of the resamples, 1. */
  readonly seed?: number;
  /** Modes at most, 4. */
  readonly most?: number;
}

/** Counterfactuals below which nothing is grouped. */
const minCount = 10;
/** A mode has at least so many, and at least this part of all. */
const smallestCount = 5;
const smallestPart = 0.05;
/** Directions that changes are compared along. */
const axes = 6;

/** One counterfactual of a base with its picture, and what it did. */
interface Told {
  readonly picture: PictureChange;
  /** Place among the base's counterfactuals. */
  readonly place: number;
  readonly fall: number;
  /** What the effects of all features explain of the fall; NaN where it is not known. */
  readonly explained: number;
}

/** What all modes of one base rest on. */
interface Ground {
  readonly told: readonly Told[];
  readonly features: readonly FeatureMoves[];
  readonly confidence: number;
  /** What is not accounted for in the modes of which something is left. */
  readonly unaccounted: number;
}

/**
 * Asks for the modes of a run's bases: kinds of counterfactuals, by what they change in the picture. Changes (counterfactual less reconstruction) are scaled to length 1,
 * and grouped along the six directions in which they differ most (`stableGroups`). pictures: of the base's counterfactuals, as far as they were kept. undefined of fewer
 * than ten, and of a base that the run does not have.
 */
export function modesOf(
  run: RunData,
  { confidence = 0.95, seed = 1, most = 4 }: ModesOptions = {},
): (base: string, pictures: readonly PictureChange[]) => Modes | undefined {
  const moved = movedFeatures(run);
  const moves = new Map(movements(run).map((own) => [own.base, own]));
  return (base, pictures) => {
    const own = moves.get(base);
    if (own === undefined) return undefined;
    const features = featureMoves(run, own, moved);
    const told = toldOf(own, features, pictures);
    if (told.length < minCount) return undefined;
    const smallest = Math.max(smallestCount, Math.ceil(smallestPart * told.length));
    const random = createRandom(`${seed}/modes`);
    const { directions, lengths } = changeDirections(told.map(({ picture }) => picture));
    const { group, stability } = stableGroups(leadingCoordinates(directions, axes, random), { most, smallest, random });
    const membersOf = (one: number): number[] => told.flatMap((_, place) => (group[place] === one ? [place] : []));
    const unaccounted = stability.reduce(
      (sum, _, one) => sum + leftOf(membersOf(one).map((member) => told[member] as Told)),
      0,
    );
    const ground: Ground = { told, features, confidence, unaccounted };
    const modes = stability.map((stable, one) =>
      modeOf(ground, { members: clearestFirst(directions, lengths, membersOf(one)), stable }),
    );
    return {
      base,
      count: told.length,
      withoutPicture: own.counterfactuals.length - told.length,
      ...{ smallest, confidence },
      modes: modes.sort((a, b) => (b.unaccountedShare ?? 0) - (a.unaccountedShare ?? 0) || b.count - a.count),
    };
  };
}

function toldOf(own: Movements, features: readonly FeatureMoves[], pictures: readonly PictureChange[]): Told[] {
  const byImage = new Map(pictures.map((picture) => [picture.image, picture]));
  const parts = features.flatMap(({ explained }) => explained ?? []);
  return own.counterfactuals.flatMap((row, place) => {
    const picture = byImage.get(row.image);
    if (picture === undefined) return [];
    const explained = parts.length === 0 ? Number.NaN : parts.reduce((sum, falls) => sum + (falls[place] as number), 0);
    return [{ picture, place, fall: baseChange(row), explained }];
  });
}

/** Of the half of the members that change most those first whose change points most along the mean direction of all of them; then the others alike. */
function clearestFirst(directions: Points, lengths: Float64Array, members: readonly number[]): number[] {
  const alike = likeness(directions, members);
  const middle = median(members.map((member) => lengths[member] as number));
  const rank = (member: number): number => ((lengths[member] as number) >= middle ? 2 : 0) + (alike[member] as number);
  return members.toSorted((a, b) => rank(b) - rank(a));
}

/** Cosine of every direction with the mean direction of some. */
export function likeness({ data, count, size }: Points, members: readonly number[]): Float64Array {
  const center = new Float64Array(size);
  for (const member of members) {
    for (let at = 0; at < size; at++) center[at] = (center[at] as number) + (data[member * size + at] as number);
  }
  const norm = Math.sqrt(center.reduce((sum, value) => sum + value * value, 0));
  return Float64Array.from({ length: count }, (_, place) => {
    let sum = 0;
    for (let at = 0; at < size; at++) sum += (center[at] as number) * (data[place * size + at] as number);
    return norm === 0 ? 0 : sum / norm;
  });
}

/** What the effects leave of some falls; 0 where they explain more than all. */
function leftOf(some: readonly Told[]): number {
  const left = some.reduce((sum, { fall, explained }) => sum + (Number.isFinite(explained) ? fall - explained : 0), 0);
  return Math.max(0, left);
}

function modeOf(
  { told, features, confidence, unaccounted }: Ground,
  { members, stable }: { readonly members: readonly number[]; readonly stable: number },
): Mode {
  const own = members.map((member) => told[member] as Told);
  const known = own.filter(({ explained }) => Number.isFinite(explained));
  const some = jackknifeRatio(
    known.map(({ explained }) => explained),
    known.map(({ fall }) => fall),
    confidence,
  );
  const ratio = known.length < smallestCount ? undefined : some;
  const change = meanChange(own.map(({ picture }) => picture));
  const mode: Omit<Mode, "sentence"> = {
    count: own.length,
    share: own.length / told.length,
    ci: [...shareInterval(own.length, told.length, confidence)],
    stability: stable,
    fall: mean(own.map(({ fall }) => fall)),
    accounted: ratio === undefined ? null : { value: ratio.value, ci: ratio.ci === undefined ? null : [...ratio.ci] },
    unaccountedShare: ratio === undefined || unaccounted === 0 ? null : leftOf(own) / unaccounted,
    unnamed: ratio === undefined ? null : ratio.value < leastAccountedFor,
    place: placeWords(change, (own[0] as Told).picture.before),
    features: featuresOf(own, features, confidence),
    images: own.map(({ picture }) => picture.image),
  };
  return { sentence: modeSentence(mode, confidence), ...mode };
}

function featuresOf(own: readonly Told[], features: readonly FeatureMoves[], confidence: number): Mode["features"] {
  const intervalOf = meanIntervals(confidence);
  return features
    .flatMap(({ feature, classifier, changes, explained }) => {
      const seen = own.filter(({ place }) => Number.isFinite(changes[place]));
      const { mean: change, ci } = intervalOf(seen.map(({ place }) => changes[place] as number));
      if (change === null) return [];
      const fell = seen.reduce((sum, { fall }) => sum + fall, 0);
      const explains =
        explained === undefined || fell === 0
          ? null
          : seen.reduce((sum, { place }) => sum + (explained[place] as number), 0) / fell;
      return [{ feature, classifier, change, ci: ci === null ? null : ([...ci] as [number, number]), explains }];
    })
    .sort((a, b) => Math.abs(b.explains ?? 0) - Math.abs(a.explains ?? 0) || Math.abs(b.change) - Math.abs(a.change));
}
