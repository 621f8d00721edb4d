import type { Tensor } from "../../../src/index.ts";
import { type Artefact, SIZE } from "./artefacts.ts";
import { drawPicture, type Picture } from "./picture.ts";
import { type SampleOptions, sampleSource } from "./sample.ts";

export interface TrueEffectOptions extends SampleOptions {
  readonly artefact: Artefact;
  /** Pictures that the artefact is taken off and put on. */
  readonly count: number;
  /** Pictures [n, 3, 64, 64] in [0, 1] → n rows of predictions, one per classifier. */
  readonly predict: (images: Tensor) => Promise<readonly (readonly number[])[]>;
}

const GROUP = 32;

/** Mean change of every prediction when the artefact comes onto a picture and nothing else changes. */
export async function trueEffect({
  artefact,
  count,
  predict,
  ...options
}: TrueEffectOptions): Promise<readonly number[]> {
  const source = sampleSource(options);
  const sums: number[] = [];
  for (let start = 0; start < count; start += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, count - start) }, (_, i) => source(start + i).picture);
    const shown = (present: boolean) => predict(tensorOf(group.map((picture) => set(picture, artefact, present))));
    const [without, present] = [await shown(false), await shown(true)];
    present.forEach((row, i) => {
      row.forEach((value, k) => {
        sums[k] = (sums[k] ?? 0) + (value - (without[i]?.[k] as number)) / count;
      });
    });
  }
  return sums;
}

function set(picture: Picture, artefact: Artefact, present: boolean): Picture {
  const artefacts = new Set(picture.artefacts);
  if (present) artefacts.add(artefact);
  else artefacts.delete(artefact);
  return { ...picture, artefacts };
}

function tensorOf(pictures: readonly Picture[]): Tensor {
  const area = SIZE * SIZE;
  const data = new Float32Array(pictures.length * 3 * area);
  pictures.forEach((picture, n) => {
    drawPicture(picture).data.forEach((value, i) => {
      data[(3 * n + (i % 3)) * area + Math.floor(i / 3)] = value / 255;
    });
  });
  return { data, dims: [pictures.length, 3, SIZE, SIZE] };
}
