import { useEffect, useRef } from "react";
import { signedDifference } from "../../pictures/difference.ts";
import { diverging } from "../../pictures/diverging.ts";
import type { Pixels } from "../../platform/platform.ts";

interface Props {
  readonly pixels: Pixels;
  /** What a screen reader says. */
  readonly label: string;
}

function rgbaOf({ data, width, height, channels }: Pixels): ImageData {
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = data[channels * pixel + channel] ?? 0;
    }
    image.data[4 * pixel + 3] = 255;
  }
  return image;
}

/** Small pictures are enlarged in the canvas, where the interpolation is better than the browser's for elements. */
function draw(canvas: HTMLCanvasElement | null, image: ImageData, size: number): void {
  const context = canvas?.getContext("2d");
  if (canvas === null || context == null) return;
  const scale = Math.max(1, Math.min(6, Math.round(size / image.width)));
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  const small = new OffscreenCanvas(image.width, image.height);
  small.getContext("2d")?.putImageData(image, 0, 0);
  context.imageSmoothingQuality = "high";
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.drawImage(small, 0, 0, canvas.width, canvas.height);
}

/** A picture as the models have it. */
export function PictureCanvas({ pixels, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => draw(canvas.current, rgbaOf(pixels), 384), [pixels]);
  return <canvas ref={canvas} className="frame" role="img" aria-label={label} />;
}

/** What changed from one picture to another: darker is blue, lighter is red; strength is opacity, so that it holds on either theme. */
export function DifferenceCanvas({ before, pixels, label }: Props & { readonly before: Pixels }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const image = new ImageData(before.width, before.height);
    const [darker, lighter] = [diverging(-1), diverging(1)];
    signedDifference(before, pixels).forEach((value, pixel) => {
      image.data.set(value < 0 ? darker : lighter, 4 * pixel);
      image.data[4 * pixel + 3] = 255 * Math.abs(value);
    });
    draw(canvas.current, image, 384);
  }, [before, pixels]);
  return <canvas ref={canvas} className="frame" role="img" aria-label={label} />;
}
