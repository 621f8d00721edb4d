import type { Tensor } from "../tensor.ts";
import { type CosineTransform, openCosineTransform } from "./cosine-transform.ts";
import { fitPatterns } from "./pattern.ts";
import { spectrumOf } from "./spectrum.ts";

/** A least-squares fit of pictures' spectra. */
export interface SpectrumFit extends AsyncDisposable {
  /** pictures: [1, c, h, w] each, of one shape throughout; labels: of each as `PatternFit` takes them. */
  add(pictures: readonly Tensor[], labels: readonly ArrayLike<number>[]): Promise<void>;
  /** [features, c, rings]: what each feature adds to the logarithm of the power of a ring while all other labels stay as they are. */
  spectra(): Tensor;
}

export function fitSpectra(features: number): SpectrumFit {
  const fit = fitPatterns(features);
  let cosines: CosineTransform | undefined;
  return {
    async add(pictures, labels) {
      const [first] = pictures;
      if (first === undefined) return;
      cosines ??= await openCosineTransform(first.dims);
      const coefficients = await cosines.coefficients(pictures);
      for (const [index, some] of coefficients.entries()) fit.add(spectrumOf(some), labels[index] as ArrayLike<number>);
    },
    spectra: () => fit.patterns(),
    async [Symbol.asyncDispose]() {
      await cosines?.[Symbol.asyncDispose]();
    },
  };
}
