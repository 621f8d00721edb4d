import type { Tensor } from "../tensor.ts";
import type { CosineTransform } from "./cosine-transform.ts";
import { editLengths } from "./edit-length.ts";
import type { Edit, PictureEditor } from "./move.ts";
import { withSpectrum } from "./spectrum.ts";

/** Makes the frequencies of a picture as strong, or as weak, as the feature makes them. spectrumOf: what a feature adds to the logarithm of their power, [1, c, rings]. */
export function spectrumEditor(cosines: CosineTransform, spectrumOf: (feature: string) => Tensor): PictureEditor {
  const changed = (coefficients: Tensor, { move: { feature, side }, length }: Edit): Tensor => {
    const { data, dims } = spectrumOf(feature.name);
    const signed = side === "remove" ? -length : length;
    return withSpectrum(coefficients, { data: data.map((value) => signed * value), dims });
  };
  return {
    name: "spectrum",
    by: null,
    lengths: editLengths,
    async edited(edits) {
      const coefficients = await cosines.coefficients(edits.map(({ move }) => move.picture.pixels));
      const drawn = await cosines.pictures(edits.map((edit, index) => changed(coefficients[index] as Tensor, edit)));
      return drawn.map(({ data, dims }) => ({ data: data.map((value) => Math.min(1, Math.max(0, value))), dims }));
    },
  };
}
