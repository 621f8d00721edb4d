import { useState } from "react";
import { type Figure, figureSvg } from "../../pictures/figure.ts";
import { download } from "./download.ts";
import { fontFaces } from "./font-faces.ts";

/** Width of a saved figure in points: a double column of a journal, 183 mm. */
export const savedWidth = (183 * 72) / 25.4;

/** Pixels of a saved PNG for a point: 300 an inch. */
const pixelsPerPoint = 300 / 72;

interface Props {
  /** What the file is called, without its ending. */
  readonly name: string;
  /** What it shows, after "Save". */
  readonly what: string;
  readonly draw: () => Figure;
}

/** Saves a figure as it goes on paper: light, of a column's width, whatever the page looks like. PDF is what printing makes of the page. */
export function SaveFigure({ name, what, draw }: Props) {
  const [failed, setFailed] = useState(false);
  const saved = (write: () => Promise<void>) => () => {
    setFailed(false);
    write().catch(() => setFailed(true));
  };
  return (
    <p className="save">
      <span>Save {what} as</span>
      <button type="button" onClick={saved(async () => download(`${name}.svg`, await svgOf(draw())))}>
        SVG<span className="hidden"> ({what})</span>
      </button>
      <button type="button" onClick={saved(async () => download(`${name}.png`, await pngOf(draw())))}>
        PNG<span className="hidden"> ({what})</span>
      </button>
      {failed && <span role="alert">This browser could not draw it: use cfalign figure.</span>}
    </p>
  );
}

/** Where the elements of a plot for a file are made: an XML document, so that it is written as one. */
export function fileDocument(): Document {
  return new DOMParser().parseFromString('<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml");
}

/** The fonts are inside: a file that is opened elsewhere, and a picture drawn from it, have none of the page's. */
async function svgOf(figure: Figure): Promise<Blob> {
  return new Blob([figureSvg(figure, { style: await fontFaces() })], { type: "image/svg+xml" });
}

async function pngOf(figure: Figure): Promise<Blob> {
  const url = URL.createObjectURL(await svgOf(figure));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(figure.width * pixelsPerPoint);
    canvas.height = Math.round(figure.height * pixelsPerPoint);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
