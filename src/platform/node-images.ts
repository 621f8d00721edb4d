import type { Sharp } from "sharp";
import { CfalignError, throwIfBug } from "../base/errors.ts";
import { type FontWeight, fontPath } from "./node-fonts.ts";
import type { Pixels, Platform } from "./platform.ts";

const FORMATS = ["png", "jpeg", "webp", "gif", "tiff"];
/** Larger pictures are refused before they are decoded: 100 megapixels take 300 MB. */
const MAX_PIXELS = 100_000_000;
const WHITE = { r: 255, g: 255, b: 255 };

// Loaded at first use: most verbs never touch a picture.
const loadSharp = async () => (await import("sharp")).default;

let drawing: Promise<Awaited<ReturnType<typeof loadSharp>>> | undefined;

/** The renderer of drawings, once it knows the fonts of the package: a text set in a font file makes the file known to all drawings of this process. */
function loadRenderer() {
  drawing ??= (async () => {
    const sharp = await loadSharp();
    for (const weight of ["regular", "bold"] satisfies FontWeight[]) {
      await sharp({ text: { text: ".", font: "Inter", fontfile: fontPath(weight) } }).toBuffer();
    }
    return sharp;
  })();
  return drawing;
}

function unreadable(error: unknown): CfalignError {
  const reason = (error as Error).message.split("\n")[0]?.toLowerCase();
  return new CfalignError("input", `cannot decode the image: ${reason}`, { cause: error });
}

async function rgb(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .flatten({ background: WHITE })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels as 1 | 3 };
}

function greyToRgb(pixels: Pixels): Pixels {
  if (pixels.channels !== 1) return pixels;
  const data = new Uint8Array(pixels.data.length * 3);
  pixels.data.forEach((value, i) => {
    data.fill(value, 3 * i, 3 * i + 3);
  });
  return { ...pixels, data, channels: 3 };
}

/** Image codecs by sharp (libvips). */
export const nodeImages: Pick<Platform, "decodeImage" | "encodeImage" | "encodeAnimation" | "renderSvg"> = {
  async decodeImage(bytes) {
    const sharp = await loadSharp();
    const open = () => sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: "error" });
    let format: string | undefined;
    try {
      format = (await open().metadata()).format;
    } catch (error) {
      throwIfBug(error);
      throw unreadable(error);
    }
    if (!FORMATS.includes(format ?? "")) {
      throw new CfalignError("input", `expected an image (${FORMATS.join(", ")}), found ${format}`);
    }
    try {
      return greyToRgb(await rgb(open().autoOrient()));
    } catch (error) {
      throwIfBug(error);
      throw unreadable(error);
    }
  },
  async encodeImage({ data, width, height, channels }, format, quality) {
    const sharp = await loadSharp();
    const image = sharp(data, { raw: { width, height, channels } });
    const encoded =
      format === "png" || format === "filtered-png"
        ? image.png({ compressionLevel: 9, adaptiveFiltering: format === "filtered-png" })
        : format === "webp"
          ? image.webp({ quality: quality ?? 88 })
          : image.jpeg({ quality: quality ?? 90 });
    return encoded.toBuffer();
  },
  async encodeAnimation(frames, { format, delayMs }) {
    const first = frames[0];
    if (first === undefined) throw new CfalignError("usage", "an animation needs at least one frame, got none");
    const { width, height, channels } = first;
    const size = width * height * channels;
    const data = new Uint8Array(size * frames.length);
    frames.forEach((frame, i) => {
      if (frame.data.length !== size) {
        throw new CfalignError("usage", `frame ${i} of an animation is not ${width} × ${height} × ${channels}`);
      }
      data.set(frame.data, i * size);
    });
    const sharp = await loadSharp();
    const image = sharp(data, {
      raw: { width, height: height * frames.length, channels, pageHeight: height },
      limitInputPixels: false,
    });
    const delay = frames.map(() => delayMs);
    return (format === "gif" ? image.gif({ delay, loop: 0 }) : image.webp({ delay, loop: 0, quality: 85 })).toBuffer();
  },
  async renderSvg(svg, { width, height }) {
    const sharp = await loadRenderer();
    const bytes = Buffer.from(svg);
    try {
      // Rendering at the final density keeps lines crisp; scaling afterwards would blur them.
      const natural = await sharp(bytes).metadata();
      const density = Math.min(100_000, Math.max(1, (72 * width) / natural.width));
      return greyToRgb(await rgb(sharp(bytes, { density }).resize(width, height, { fit: "fill" })));
    } catch (error) {
      throw new CfalignError("internal", `cannot render the drawing: ${(error as Error).message}`, { cause: error });
    }
  },
};
