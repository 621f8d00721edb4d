import type { Tensor } from "../tensor.ts";
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
  return {
    data: data.map((value, p) => Math.min(1, Math.max(0, value + signed * (pattern.data[p] as number)))),
    dims,
  };
}
