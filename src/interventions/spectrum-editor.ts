import type { Tensor } from "../base/tensor.ts";
import type { CosineTransform } from "./cosine-transform.ts";
import { editLengths } from "./edit-length.ts";
import type { FeatureSpectrum } from "./fit-spectra.ts";
import type { Edit, PictureEditor } from "./move.ts";
import { spectrumOf, withSpectrum } from "./spectrum.ts";

/** Makes the frequencies of a picture as strong, or as weak, as a feature makes them, and no stronger or weaker than pictures of the other side have them. */
export function spectrumEditor(cosines: CosineTransform, of: (feature: string) => FeatureSpectrum): PictureEditor {
  const changed = (coefficients: Tensor, edit: Edit): Tensor =>
    withSpectrum(coefficients, changeOf(spectrumOf(coefficients), of(edit.move.feature.name), edit));
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

/** ± length · what the feature adds; a ring that it would lead beyond the pictures of the other side goes as far as these do, and none goes the other way. */
function changeOf(now: Tensor, { adds, lacking, having }: FeatureSpectrum, { move: { side }, length }: Edit): Tensor {
  const [signed, { low, high }] = side === "remove" ? [-length, lacking] : [length, having];
  const data = adds.data.map((value, ring) => {
    const wanted = signed * value;
    const [down, up] = [low, high].map((end) => (end.data[ring] as number) - (now.data[ring] as number)) as [
      number,
      number,
    ];
    return wanted > 0 ? Math.min(wanted, Math.max(0, up)) : Math.max(wanted, Math.min(0, down));
  });
  return { data, dims: adds.dims };
}
