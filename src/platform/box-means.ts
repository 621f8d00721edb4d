import type { Tensor } from "../base/tensor.ts";
import { toPixels } from "./pixels.ts";
import type { Pixels } from "./platform.ts";

/** Where the values of one channel lie: the first, and the steps to the next pixel and the next line. */
interface Layout {
  readonly data: ArrayLike<number>;
  readonly first: (channel: number) => number;
  readonly across: number;
  readonly down: number;
  /** What a value is multiplied by to be a byte. */
  readonly scale: number;
}

/** A picture [1, 1 | 3, h, w] in [0, 1] whose longest side is at most `side`: every pixel is the mean of those that it covers. */
export function smallTensor(picture: Tensor, side: number): Pixels {
  const { data, dims } = picture;
  const [channels, height, width] = dims.slice(1) as [number, number, number];
  if (Math.max(height, width) <= side) return toPixels(picture);
  const first = (channel: number): number => (channels === 1 ? 0 : channel * height * width);
  return boxMeans({ data, first, across: 1, down: width, scale: 255 }, { width, height }, side);
}

/** Pixels whose longest side is at most `side`, as RGB. */
export function smallPixels({ data, width, height, channels }: Pixels, side: number): Pixels {
  const first = (channel: number): number => (channels === 1 ? 0 : channel);
  return boxMeans({ data, first, across: channels, down: channels * width, scale: 1 }, { width, height }, side);
}

function boxMeans(
  { data, first, across, down, scale }: Layout,
  from: { readonly width: number; readonly height: number },
  side: number,
): Pixels {
  const share = Math.min(1, side / Math.max(from.width, from.height));
  const width = Math.max(1, Math.round(from.width * share));
  const height = Math.max(1, Math.round(from.height * share));
  const [columns, lines] = [spans(from.width, width), spans(from.height, height)];
  const small = new Uint8Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const start = first(channel);
    let to = channel;
    for (const [top, bottom] of lines) {
      for (const [left, right] of columns) {
        let sum = 0;
        for (let y = top; y < bottom; y++) {
          const line = start + y * down;
          for (let x = left; x < right; x++) sum += data[line + x * across] as number;
        }
        const mean = (scale * sum) / ((bottom - top) * (right - left));
        small[to] = Math.round(Math.min(255, Math.max(0, mean)));
        to += 3;
      }
    }
  }
  return { data: small, width, height, channels: 3 };
}

/** Which of `from` pixels each of `to` covers: first, and the one after the last. */
function spans(from: number, to: number): readonly (readonly [number, number])[] {
  return Array.from({ length: to }, (_, at) => [Math.floor((at * from) / to), Math.ceil(((at + 1) * from) / to)]);
}
