import type { Tensor } from "../base/tensor.ts";
import type { Made } from "./make-edits.ts";
import type { PictureEditor } from "./move.ts";
import type { Editor, Side } from "./rows.ts";

/** What a feature's interventions look like. */
export interface FeaturePictures {
  readonly feature: string;
  readonly editor: Editor;
  /** [1, c, h, w]: what the feature adds to a picture; of counterfactuals, on average over these edits. */
  readonly pattern: Tensor;
  /** In the order of the rows; pictures are [1, c, h, w] in [0, 1]. */
  readonly edits: readonly {
    readonly image: string;
    readonly side: Side;
    readonly before: Tensor;
    readonly after: Tensor;
  }[];
}

/** Who keeps pictures of edits: of every feature's first a side, once they are made. */
export interface KeptPictures {
  readonly edits: number;
  take(pictures: FeaturePictures): Promise<void>;
}

/** Gives away the pictures of every feature's first moves a side. patternOf: what a feature adds, where the editor knows it. */
export async function keepPictures(
  made: readonly Made[],
  editor: PictureEditor,
  keep: KeptPictures | undefined,
  patternOf?: (feature: string) => Tensor,
): Promise<void> {
  if (keep === undefined) return;
  for (const feature of new Set(made.map(({ row }) => row.feature))) {
    const own = made.filter(({ row }) => row.feature === feature);
    const first = (["remove", "add"] as const).flatMap((side) =>
      own.filter(({ row }) => row.side === side).slice(0, keep.edits),
    );
    const after = await editor.edited(first.map(({ edit }) => edit));
    const edits = first.map(({ row: { image, side }, edit }, place) => {
      return { image, side, before: edit.move.picture.pixels, after: after[place] as Tensor };
    });
    await keep.take({ feature, editor: editor.name, pattern: patternOf?.(feature) ?? meanChange(edits), edits });
  }
}

/** What edits add on average where they put a feature in, or take away where they take it out. */
function meanChange(edits: FeaturePictures["edits"]): Tensor {
  const { dims, data } = (edits[0] as FeaturePictures["edits"][number]).before;
  const sum = new Float32Array(data.length);
  for (const { side, before, after } of edits) {
    const weight = (side === "add" ? 1 : -1) / edits.length;
    for (let p = 0; p < sum.length; p++) {
      sum[p] = (sum[p] as number) + weight * ((after.data[p] as number) - (before.data[p] as number));
    }
  }
  return { data: sum, dims };
}
