import { relativeChange } from "../alignment/relative-change.ts";
import { directions, type Start } from "../counterfactual/direction.ts";
import type { BeforeAfter, SearchOptions } from "../counterfactual/types.ts";
import { rangeOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { mean } from "../statistics/moments.ts";
import { largestCoefficient, replaced } from "./descent.ts";

/** A term at z0: its logit and how logits of all terms change along its gradient. */
interface TermAt {
  readonly logit: number;
  /** ⟨∇ℓ, ∇ℓ_j⟩ by term j. */
  readonly products: readonly number[];
}

/** Where a search starts, and how far it may go. */
type LinearStart = Start & { readonly latentScale: number };

/** What the linear regime needs of an image: terms of the target, then of every feature. */
interface LinearImage {
  readonly terms: readonly TermAt[];
  /** Largest shift of the search. */
  readonly maxShift: number;
}

/** The images, and the target and every feature in the order of their terms. */
interface LinearWorld {
  readonly images: readonly LinearImage[];
  readonly parts: readonly Classifier[];
}

/** A sum of sigmoids of logits that are linear in the latent. */
interface LinearClassifier {
  /** By term; 0 for terms that are not part of it. */
  readonly coefficients: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** Points on the way that are looked at before the drop is bisected. */
const wayPoints = 48;
const bisections = 24;
/** Distance of the coefficients that are tried before the zero is interpolated. */
const step = 0.1;
/** Rounds over the features: one is enough for one. */
const rounds = 3;

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/**
 * A first guess of the coefficients, without a single counterfactual. Where logits are linear in the latent, the way of the
 * search is known from the logits and their gradients at z0 alone: for every coefficient the fall of f + c·g along its own
 * direction and RC to g follow by arithmetic. The guess is where their mean over the images is 0. Exact for a linear
 * decoder and linear logits, up to the overshoot of the search.
 */
export async function firstGuess(
  target: Classifier,
  against: readonly Classifier[],
  starts: readonly LinearStart[],
  options: {
    readonly autoencoder: Autoencoder;
    readonly search: SearchOptions;
    readonly minBaseChange: number;
    /** Features to guess a coefficient for; that of the others is 0. */
    readonly open: readonly number[];
  },
): Promise<readonly number[]> {
  const parts = [target, ...against];
  const images = await linearImages(parts, starts, options.autoencoder, options.search);
  let guess: readonly number[] = against.map(() => 0);
  for (let round = 0; round < (options.open.length === 1 ? 1 : rounds); round++) {
    for (const feature of options.open) {
      const others = guess;
      const zero = zeroOf((coefficient) =>
        meanRelativeChange({ images, parts }, replaced(others, feature, coefficient), feature, options),
      );
      guess = replaced(others, feature, zero);
    }
  }
  return guess;
}

async function linearImages(
  parts: readonly Classifier[],
  starts: readonly LinearStart[],
  autoencoder: Autoencoder,
  search: SearchOptions,
): Promise<readonly LinearImage[]> {
  const terms = parts.flatMap((part) => part.terms);
  const alone = terms.map((term): Classifier => ({ name: term.name, terms: [{ ...term, coefficient: 1 }] }));
  const gradients: Float64Array[][] = [];
  for (const classifier of alone) {
    const found = await directions(autoencoder, classifier, starts);
    gradients.push(
      found.map(({ unit, logitSlope }) => (unit ?? new Float64Array(0)).map((value) => value * logitSlope)),
    );
  }
  return starts.map(({ outputs, latentScale }, image) => ({
    terms: alone.map((classifier, index) => ({
      logit: read(classifier, outputs).logit,
      products: gradients.map((other) => dot(gradients[index]?.[image] as Float64Array, other[image] as Float64Array)),
    })),
    maxShift: search.maxShift * latentScale,
  }));
}

/** Mean RC from f + Σ c·g to one g in the linear regime; undefined where no image moves enough. */
function meanRelativeChange(
  { images, parts }: LinearWorld,
  coefficients: readonly number[],
  feature: number,
  { search, minBaseChange }: { readonly search: SearchOptions; readonly minBaseChange: number },
): number | undefined {
  const owner = parts.flatMap((part, index) => part.terms.map(() => index));
  const own = parts.flatMap((part) => part.terms.map(({ coefficient }) => coefficient));
  const base: LinearClassifier = {
    coefficients: own.map((coefficient, term) => {
      const part = owner[term] as number;
      return part === 0 ? coefficient : coefficient * (coefficients[part - 1] as number);
    }),
    ...rangeOf(withCoefficients(parts, coefficients)),
  };
  const shown: LinearClassifier = {
    coefficients: own.map((coefficient, term) => (owner[term] === feature + 1 ? coefficient : 0)),
    ...rangeOf(parts[feature + 1] as Classifier),
  };
  const changes = images.flatMap((image) => {
    const slopes = slopesAlong(base, image);
    const shift = slopes === undefined ? 0 : searched(base, image, slopes, search);
    if (slopes === undefined || shift === 0) return [];
    const [own, other] = [base, shown].map((classifier) => ({
      before: at(classifier, image, slopes, 0),
      after: at(classifier, image, slopes, shift),
    })) as [BeforeAfter, BeforeAfter];
    return own.before - own.after > minBaseChange ? (relativeChange(own, other) ?? []) : [];
  });
  return changes.length === 0 ? undefined : mean(changes);
}

function withCoefficients(parts: readonly Classifier[], coefficients: readonly number[]): Classifier {
  const terms = parts.flatMap((part, index) =>
    part.terms.map((term) => ({
      ...term,
      coefficient: index === 0 ? term.coefficient : term.coefficient * (coefficients[index - 1] as number),
    })),
  );
  return { name: "", terms };
}

/** How every logit changes along the classifier's own direction, per unit of shift; undefined without a direction. */
function slopesAlong({ coefficients }: LinearClassifier, { terms }: LinearImage): readonly number[] | undefined {
  const weights = terms.map(({ logit }, term) => (coefficients[term] as number) * sigmoid(logit) * sigmoid(-logit));
  const along = terms.map(({ products }) => -dot(products, weights));
  const squared = -dot(along, weights);
  return squared > 0 ? along.map((value) => value / Math.sqrt(squared)) : undefined;
}

function at(
  { coefficients }: LinearClassifier,
  { terms }: LinearImage,
  slopes: readonly number[],
  shift: number,
): number {
  return terms.reduce(
    (sum, { logit }, term) => sum + (coefficients[term] as number) * sigmoid(logit + shift * (slopes[term] as number)),
    0,
  );
}

/** The nearest shift at which the prediction has fallen by the drop or to the floor; else where it is lowest. */
function searched(
  classifier: LinearClassifier,
  image: LinearImage,
  slopes: readonly number[],
  { drop, floor }: SearchOptions,
): number {
  const { low, high } = classifier;
  const goal = Math.max(at(classifier, image, slopes, 0) - drop, low + floor * (high - low));
  let lowest = { shift: 0, prediction: at(classifier, image, slopes, 0) };
  for (let point = 1; point <= wayPoints; point++) {
    const shift = (image.maxShift * point) / wayPoints;
    const prediction = at(classifier, image, slopes, shift);
    if (prediction < lowest.prediction) lowest = { shift, prediction };
    if (prediction > goal) continue;
    let [near, far] = [(image.maxShift * (point - 1)) / wayPoints, shift];
    for (let i = 0; i < bisections; i++) {
      const middle = (near + far) / 2;
      if (at(classifier, image, slopes, middle) > goal) near = middle;
      else far = middle;
    }
    return far;
  }
  return lowest.shift;
}

/** The zero nearest to 0 of a function on [−2, 2], between the points of a grid linearly; without one, the point nearest to zero. */
function zeroOf(valueAt: (coefficient: number) => number | undefined): number {
  const count = Math.round((2 * largestCoefficient) / step);
  const points = Array.from({ length: count + 1 }, (_, i) => -largestCoefficient + i * step).flatMap((at) => {
    const value = valueAt(at);
    return value === undefined ? [] : [{ at, value }];
  });
  const zeros = points.flatMap((point, index) => {
    const next = points[index + 1];
    if (point.value === 0) return [point.at];
    if (next === undefined || point.value * next.value >= 0) return [];
    return [point.at + ((next.at - point.at) * point.value) / (point.value - next.value)];
  });
  const nearest = (a: number, b: number): number => (Math.abs(b) < Math.abs(a) ? b : a);
  if (zeros.length > 0) return zeros.reduce(nearest);
  return points.reduce((a, b) => (Math.abs(b.value) < Math.abs(a.value) ? b : a), { at: 0, value: Infinity }).at;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length && i < b.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
