import { row, type Tensor } from "../base/tensor.ts";
import { type CosineTransform, openCosineTransform } from "./cosine-transform.ts";
import { fitPatterns } from "./pattern.ts";
import { spectrumOf } from "./spectrum.ts";

/** Standard deviations around the mean of pictures of a side, within which an edited picture of that side stays. */
const reach = 2;

/** What a feature does to spectra. Logarithms of the power in rings, [1, c, rings] each. */
export interface FeatureSpectrum {
  /** What it adds while all other labels stay as they are. */
  readonly adds: Tensor;
  /** What pictures that lack it, or have it, mostly lie between. */
  readonly lacking: { readonly low: Tensor; readonly high: Tensor };
  readonly having: { readonly low: Tensor; readonly high: Tensor };
}

/** Rows of a feature in the tensor of a fit. */
const parts = 5;

/** A least-squares fit of pictures' spectra. */
export interface SpectrumFit {
  /** pictures: [1, c, h, w] each, of one shape throughout; labels: of each as `PatternFit` takes them. */
  add(pictures: readonly Tensor[], labels: readonly (readonly number[])[]): Promise<void>;
  /** [features · 5, c, rings]; `featureSpectrum` reads it. */
  spectra(): Tensor;
  dispose(): Promise<void>;
}

export function fitSpectra(features: number): SpectrumFit {
  const fit = fitPatterns(features);
  const seen: { readonly spectrum: Tensor; readonly labels: readonly number[] }[] = [];
  let cosines: CosineTransform | undefined;
  return {
    async add(pictures, labels) {
      const [first] = pictures;
      if (first === undefined) return;
      cosines ??= await openCosineTransform(first.dims);
      for (const [index, some] of (await cosines.coefficients(pictures)).entries()) {
        const one = { spectrum: spectrumOf(some), labels: labels[index] as readonly number[] };
        fit.add(one.spectrum, one.labels);
        seen.push(one);
      }
    },
    spectra() {
      const { data: adds, dims } = fit.patterns();
      const size = adds.length / features;
      const data = new Float32Array(features * parts * size);
      for (let k = 0; k < features; k++) {
        const of = (label: number) =>
          seen.flatMap(({ spectrum, labels }) => (labels[k] === label ? [spectrum.data] : []));
        const rows = [adds.subarray(k * size, (k + 1) * size), ...endsOf(of(0), size), ...endsOf(of(1), size)];
        for (const [part, values] of rows.entries()) data.set(values, (k * parts + part) * size);
      }
      return { data, dims: [features * parts, ...dims.slice(1)] };
    },
    async dispose() {
      await cosines?.dispose();
    },
  };
}

/** Of a fit's tensor, what it says of the k-th feature. */
export function featureSpectrum(spectra: Tensor, k: number): FeatureSpectrum {
  const part = (at: number): Tensor => row(spectra, k * parts + at);
  return {
    adds: part(0),
    lacking: { low: part(1), high: part(2) },
    having: { low: part(3), high: part(4) },
  };
}

/** Mean − 2 and mean + 2 standard deviations. */
function endsOf(spectra: readonly Float32Array[], size: number): readonly [low: Float32Array, high: Float32Array] {
  const [low, high] = [new Float32Array(size), new Float32Array(size)];
  for (let at = 0; at < size; at++) {
    const values = spectra.map((one) => one[at] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    low[at] = mean - reach * spread;
    high[at] = mean + reach * spread;
  }
  return [low, high];
}
