import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import { overshoots } from "../platform/interpolation.ts";
import { resampled } from "../platform/resize.ts";
import { type Framing, fillOf, placedTaps, placements } from "./framing.ts";
import type { ImageFrame } from "./types.ts";

/**
 * An image at the autoencoder's size and channels, as its manifest says: [1, 1 | 3, h, w] → [1, c, h, w], in [0, 1].
 * One that has the size already stays as it is, so that fitting twice is fitting once.
 */
export async function fitImage(image: Tensor, size: ImageFrame): Promise<Tensor> {
  const [batch, channels, height, width] = image.dims;
  const usable = image.dims.length === 4 && batch === 1 && (channels === 1 || channels === 3);
  if (!usable || image.data.length !== sizeOf(image.dims) || image.data.length === 0) {
    throw new CfalignError(
      "input",
      `image: expected a tensor [1, 1 or 3, height, width], got [${image.dims.join(", ")}]`,
    );
  }
  const recoloured = channels === size.channels ? image : size.channels === 1 ? toGrey(image) : toColour(image);
  if (width === size.width && height === size.height) return recoloured;
  const framing: Framing = size.framing ?? { width: size.width, height: size.height, resize: "bilinear" };
  const placed = placements({ width: width as number, height: height as number }, framing);
  const { data, dims } = resampled(recoloured, placedTaps(placed.across, framing), placedTaps(placed.down, framing), {
    cut: overshoots(framing.resize),
  });
  const fill = fillOf(placed, framing.fill, size.channels);
  return { data: fill === undefined ? data : data.map((value, i) => value + (fill[i] as number)), dims };
}

/** Luma of ITU-R BT.601. */
function toGrey({ data, dims }: Tensor): Tensor {
  const plane = data.length / 3;
  const grey = Float32Array.from(
    { length: plane },
    (_, i) =>
      0.299 * (data[i] as number) + 0.587 * (data[plane + i] as number) + 0.114 * (data[2 * plane + i] as number),
  );
  return { data: grey, dims: [1, 1, ...dims.slice(2)] };
}

function toColour({ data, dims }: Tensor): Tensor {
  const colour = new Float32Array(3 * data.length);
  for (let channel = 0; channel < 3; channel++) colour.set(data, channel * data.length);
  return { data: colour, dims: [1, 3, ...dims.slice(2)] };
}
