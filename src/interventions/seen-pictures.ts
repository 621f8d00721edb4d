import { row, sizeOf, type Tensor } from "../base/tensor.ts";
import type { Range } from "./edit-length.ts";
import { type EditMemory, identityOf } from "./edit-memory.ts";
import { type FeatureSpectrum, featureSpectrum, fitSpectra, type SpectrumFit } from "./fit-spectra.ts";
import type { MovedFeature, Picture } from "./move.ts";
import { fitPatterns } from "./pattern.ts";
import { predictionsOn } from "./predictions-on.ts";
import type { Side } from "./rows.ts";
import { rings } from "./spectrum.ts";

/** Pictures with and without a feature below which there is no pattern of it. */
const minCount = 10;

/** What is known once every picture was looked at. */
export interface SeenPictures {
  /** What all of it depends on but the pictures and their labels. */
  readonly from: unknown;
  /** What a feature adds to a picture, [1, c, h, w]. */
  patternOf(feature: string): Tensor;
  spectrumOf(feature: string): FeatureSpectrum;
  /** What the witness of a feature says of either side; undefined where one has too few pictures, or where the witness does not tell them apart. */
  rangeOf(feature: string): Range | undefined;
  /** The first images with a feature, or without it, whose witness agrees with the label. */
  chosen(feature: string, side: Side, count: number): readonly string[];
}

/** What is remembered of a feature. */
interface ToldFeature {
  readonly range?: Range | undefined;
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/**
 * Looks at all pictures: fits the patterns of features and of their spectra, and asks their witnesses. most: images a feature and side that can be chosen. The order of the features does
 * not matter: they are fitted in that of their names.
 */
export async function seenPictures(
  all: () => AsyncIterable<readonly Picture[]>,
  {
    features: given,
    most,
    memory,
    signal,
  }: {
    readonly features: readonly MovedFeature[];
    readonly most: number;
    readonly memory: EditMemory;
    readonly signal: AbortSignal | undefined;
  },
): Promise<SeenPictures> {
  const features = given.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const from = { seen: features.map(({ name, witness }) => [name, identityOf(witness)]), most, rings };
  const { told, arrays } = await memory.remembered(from, async () => {
    const spectra = fitSpectra(features.length);
    try {
      return await looked(all, { features, most, spectra, signal });
    } finally {
      await spectra.dispose();
    }
  });
  const about = told as { readonly dims: readonly number[]; readonly features: readonly ToldFeature[] };
  const [patterns, spectra] = arrays.map((data, which): Tensor => {
    const dims = which === 0 ? about.dims : [about.dims[0] as number, rings];
    return { data, dims: [data.length / sizeOf(dims), ...dims] };
  }) as [Tensor, Tensor];
  const places = new Map(features.map(({ name }, k) => [name, k]));
  const toldOf = (feature: string): ToldFeature => about.features[places.get(feature) as number] as ToldFeature;
  return {
    from,
    patternOf: (feature) => row(patterns, places.get(feature) as number),
    spectrumOf: (feature) => featureSpectrum(spectra, places.get(feature) as number),
    rangeOf: (feature) => toldOf(feature).range,
    chosen: (feature, side, count) => toldOf(feature)[side].slice(0, count),
  };
}

async function looked(
  all: () => AsyncIterable<readonly Picture[]>,
  {
    features,
    most,
    spectra: spectrumFit,
    signal,
  }: {
    readonly features: readonly MovedFeature[];
    readonly most: number;
    readonly spectra: SpectrumFit;
    readonly signal: AbortSignal | undefined;
  },
) {
  const fit = fitPatterns(features.length);
  const labels: { readonly image: string; readonly has: readonly number[]; readonly told: readonly number[] }[] = [];
  const witnesses = features.map(({ witness }) => witness);
  for await (const pictures of all()) {
    const predictions = await predictionsOn(pictures, (some) => some.map(({ pixels }) => pixels), witnesses, {
      signal,
    });
    const seen = pictures.flatMap(({ image, pixels, labels: given }, index) => {
      const told = predictions[index] as readonly number[];
      if (told.some(Number.isNaN)) return [];
      return [{ image, pixels, told, has: features.map(({ name }, k) => binary(given[name] ?? (told[k] as number))) }];
    });
    for (const { pixels, has } of seen) fit.add(pixels, has);
    await spectrumFit.add(
      seen.map(({ pixels }) => pixels),
      seen.map(({ has }) => has),
    );
    labels.push(...seen.map(({ image, told, has }) => ({ image, told, has })));
  }
  const [patterns, spectra] = [fit.patterns(), spectrumFit.spectra()];
  return {
    told: {
      dims: patterns.dims.slice(1),
      features: features.map((_, k): ToldFeature => {
        const of = (label: 0 | 1) =>
          labels.flatMap(({ image, has, told }) => (has[k] === label ? [{ image, told: told[k] as number }] : []));
        const [having, lacking] = [of(1), of(0)];
        const first = (some: typeof having): string[] => some.slice(0, most).map(({ image }) => image);
        return {
          range: rangeOf(having, lacking),
          remove: first(having.filter(({ told }) => told >= 0.5)),
          add: first(lacking.filter(({ told }) => told < 0.5)),
        };
      }),
    },
    arrays: [patterns, spectra].map(({ data, dims }) => data.subarray(0, sizeOf(dims))),
  };
}

type Told = readonly { readonly told: number }[];

function rangeOf(having: Told, lacking: Told): Range | undefined {
  if (having.length < minCount || lacking.length < minCount) return undefined;
  const range = { having: meanOf(having), lacking: meanOf(lacking) };
  return range.having > range.lacking ? range : undefined;
}

/** NaN stays what it is: nobody knows. */
function binary(label: number): number {
  return Number.isNaN(label) ? label : label >= 0.5 ? 1 : 0;
}

function meanOf(values: Told): number {
  return values.reduce((sum, { told }) => sum + told, 0) / values.length;
}
