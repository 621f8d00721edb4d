import type { Tensor } from "../base/tensor.ts";
import { editLengths } from "./edit-length.ts";
import type { Edit, PictureEditor } from "./move.ts";

/** Adds or subtracts what a feature adds to a picture. patternOf: [1, c, h, w] by the feature's name. */
export function patternEditor(patternOf: (feature: string) => Tensor): PictureEditor {
  return {
    name: "pattern",
    by: null,
    lengths: editLengths,
    edited: async (edits) => edits.map((edit) => edited(edit, patternOf(edit.move.feature.name))),
  };
}

/** x ± length·B, within [0, 1]. */
function edited({ move: { picture, side }, length }: Edit, pattern: Tensor): Tensor {
  const signed = side === "remove" ? -length : length;
  const { data, dims } = picture.pixels;
  const changed = new Float32Array(data.length);
  // By index: millions of values go through here, and a call each costs several times as much.
  for (let p = 0; p < data.length; p++) {
    const value = (data[p] as number) + signed * (pattern.data[p] as number);
    changed[p] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  return { data: changed, dims };
}
