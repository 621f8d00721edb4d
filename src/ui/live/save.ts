import type { SvgFigure } from "../../pictures/strip.ts";
import type { Pixels } from "../../platform/platform.ts";
import { download } from "../parts/download.ts";
import type { Link } from "./link.ts";

/** What a counterfactual is saved as. */
export const savedAs = ["png", "svg", "gif", "json"] as const;
export type SavedAs = (typeof savedAs)[number];

/** A traversal that the worker remembers, and what its files are called. */
interface Saved {
  readonly traversal: number;
  readonly name: string;
}

/** What the files of a picture and what was done to it are called. */
export function savedName(picture: string, what: string): string {
  return `${picture.replace(/\.\w+$/, "")}.${what}`;
}

/** Saves a counterfactual as a file of the reader's: a strip, an animation, or its numbers. */
export async function save(link: Link, { traversal, name }: Saved, as: SavedAs): Promise<void> {
  const file = `${name.replace(/[^\w.-]+/g, "_")}.${as}`;
  download(file, await contentOf(link, traversal, as));
}

async function contentOf(link: Link, traversal: number, as: SavedAs): Promise<Blob> {
  switch (as) {
    case "json":
      return new Blob([`${JSON.stringify(await link.ask("record", { traversal }), null, 2)}\n`], {
        type: "application/json",
      });
    case "svg":
      return new Blob([(await link.ask("strip", { traversal })).svg], { type: "image/svg+xml" });
    case "png":
      return (await drawn(await link.ask("strip", { traversal }), 2)).convertToBlob({ type: "image/png" });
    case "gif": {
      const frames: Pixels[] = [];
      for (const figure of await link.ask("frames", { traversal })) frames.push(pixelsOf(await drawn(figure, 1)));
      return new Blob([(await link.ask("gif", { frames })) as Uint8Array<ArrayBuffer>], { type: "image/gif" });
    }
  }
}

/** A drawing on a canvas, enlarged by whole pixels. Only a page can draw SVG: a worker has no images. */
async function drawn({ svg, width, height }: SvgFigure, scale: number): Promise<OffscreenCanvas> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image(width * scale, height * scale);
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(width * scale, height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, width * scale, height * scale);
    return canvas;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function pixelsOf(canvas: OffscreenCanvas): Pixels {
  const { width, height } = canvas;
  const data = canvas.getContext("2d")?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
  return { data: new Uint8Array(data.buffer), width, height, channels: 4 };
}
