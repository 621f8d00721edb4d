import { CfalignError, throwIfBug } from "../base/errors.ts";
import type { Pixels, Platform } from "./platform.ts";
import { encodeGif } from "./web-animation.ts";

function canvasOf(width: number, height: number): [OffscreenCanvas, OffscreenCanvasRenderingContext2D] {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new CfalignError("runtime", "this browser has no 2d canvas");
  return [canvas, context];
}

/** Draws over white and reads RGB back. */
function pixelsOf(source: CanvasImageSource, width: number, height: number): Pixels {
  const [, context] = canvasOf(width, height);
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { data, width, height, channels: 3 };
}

function rgbaOf({ data, width, height, channels }: Pixels): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = data[channels * i + (channels === 1 ? 0 : c)] as number;
    image.data[4 * i + 3] = channels === 4 ? (data[4 * i + 3] as number) : 255;
  }
  return image;
}

/** Image codecs of the browser; of animations GIF alone. */
export const webImages: Pick<Platform, "decodeImage" | "encodeImage" | "encodeAnimation" | "renderSvg"> = {
  async decodeImage(bytes) {
    let bitmap: ImageBitmap;
    try {
      bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), {
        imageOrientation: "from-image",
        premultiplyAlpha: "none",
      });
    } catch (cause) {
      throwIfBug(cause);
      throw new CfalignError("input", `cannot decode the image: ${(cause as Error).message}`, { cause });
    }
    const pixels = pixelsOf(bitmap, bitmap.width, bitmap.height);
    bitmap.close();
    return pixels;
  },
  async encodeImage(pixels, format, quality = 90) {
    const [canvas, context] = canvasOf(pixels.width, pixels.height);
    context.putImageData(rgbaOf(pixels), 0, 0);
    const type = `image/${format === "filtered-png" ? "png" : format}`;
    const blob = await canvas.convertToBlob({ type, quality: quality / 100 });
    if (blob.type !== type) throw new CfalignError("runtime", `this browser cannot encode ${format}; use png`);
    return new Uint8Array(await blob.arrayBuffer());
  },
  async encodeAnimation(frames, { format, delayMs }) {
    if (format === "gif") return encodeGif(frames, delayMs);
    throw new CfalignError("usage", `animations as ${format} cannot be encoded in the browser: use gif`);
  },
  async renderSvg(svg, { width, height }) {
    const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
    try {
      const image = new Image(width, height);
      image.src = url;
      await image.decode();
      return pixelsOf(image, width, height);
    } catch (cause) {
      throw new CfalignError("internal", `cannot render the drawing: ${(cause as Error).message}`, { cause });
    } finally {
      URL.revokeObjectURL(url);
    }
  },
};
