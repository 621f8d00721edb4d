import type { Tensor } from "../base/tensor.ts";
import { smallTensor } from "../platform/box-means.ts";
import type { Pixels } from "../platform/platform.ts";
import type { Keepsake } from "./kept-frames.ts";

/** A picture in small: of a counterfactual or, without a base, of the reconstruction that it started from. */
export interface Thumbnail {
  readonly image: string;
  readonly base: string | null;
  /** RGB, longest side `thumbnailSide` or less. */
  readonly pixels: Pixels;
}

/** Longest side of a thumbnail in pixels. */
const thumbnailSide = 64;

/** Thumbnails of counterfactuals and of what they started from, made as they come, so that no full picture is held. */
export interface Thumbnails {
  offer(keepsake: Keepsake): void;
  /** In the order of rows, the reconstructions first. */
  inOrder(): readonly Thumbnail[];
}

/** bases: those whose counterfactuals are made small. */
export function thumbnails(bases: ReadonlySet<string>): Thumbnails {
  const made: { readonly order: number; readonly before: Tensor; readonly thumbnail: Thumbnail }[] = [];
  return {
    offer({ shown: { job }, end }) {
      const { of, base, order } = job;
      if (!bases.has(base.name)) return;
      const thumbnail = { image: of.image, base: base.name, pixels: smallTensor(end.image, thumbnailSide) };
      made.push({ order, before: of.reconstruction, thumbnail });
    },
    inOrder() {
      const sorted = made.toSorted((a, b) => a.order - b.order);
      const before = new Map(sorted.map(({ thumbnail, before }) => [thumbnail.image, before]));
      return [
        ...[...before].map(([image, tensor]) => ({ image, base: null, pixels: smallTensor(tensor, thumbnailSide) })),
        ...sorted.map(({ thumbnail }) => thumbnail),
      ];
    },
  };
}
