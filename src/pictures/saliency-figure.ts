import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { diverging, type Rgb } from "./diverging.ts";
import { decimal, escapeXml, figureFont } from "./figure.ts";
import { overlayColour } from "./saliency-map.ts";
import { pngDataUri } from "./svg.ts";

/** What a figure of a saliency map says beside the pictures. */
export interface SaliencyCaption {
  readonly classifier: string;
  /** Such as the name of the image. */
  readonly title: string;
  readonly method: string;
  readonly prediction: number;
  /** Value of the map at full colour. */
  readonly full: number;
}

/** Width of a picture. */
const side = 300;
const margin = 18;
const gap = 10;
const head = 62;
const foot = 58;

/** The image beside its overlay, with a legend from "counts for nothing" to the value at full colour. */
export function overlayFigure(image: Pixels, overlay: Pixels, caption: SaliencyCaption): Promise<Pixels> {
  return figure([image, overlay], caption, {
    colours: Array.from({ length: 9 }, (_, i) => overlayColour(i / 8)),
    labels: ["0", "|value|, mean over the channels", figureText(caption.full)],
  });
}

/** The image beside its signed map, with a legend from what lowers the prediction to what raises it. */
export function signedFigure(image: Pixels, signed: Pixels, caption: SaliencyCaption): Promise<Pixels> {
  return figure([image, signed], caption, {
    colours: Array.from({ length: 9 }, (_, i) => diverging(i / 4 - 1)),
    labels: [`−${figureText(caption.full)} lowers`, "0", `raises ${figureText(caption.full)}`],
  });
}

interface Legend {
  readonly colours: readonly Rgb[];
  /** Under its left end, its middle and its right end. */
  readonly labels: readonly [string, string, string];
}

async function figure(
  pictures: readonly Pixels[],
  { classifier, title, method, prediction }: SaliencyCaption,
  { colours, labels }: Legend,
): Promise<Pixels> {
  const first = pictures[0];
  if (first === undefined) throw new RangeError("a figure needs at least one picture");
  const tall = Math.round((side * first.height) / first.width);
  const width = 2 * margin + pictures.length * side + (pictures.length - 1) * gap;
  const height = head + tall + foot;
  const images = await Promise.all(
    pictures.map(
      async (pixels, index) =>
        `<image x="${margin + index * (side + gap)}" y="${head}" width="${side}" height="${tall}" preserveAspectRatio="none" href="${await pngDataUri(enlarged(pixels))}"/>`,
    ),
  );
  const stops = colours.map(
    (colour, index) =>
      `<stop offset="${index / (colours.length - 1)}" stop-color="rgb(${colour.map(Math.round).join(",")})"/>`,
  );
  const [from, top] = [margin + (pictures.length - 1) * (side + gap), head + tall + 14];
  const ends = [
    { x: from, anchor: "start" },
    { x: from + side / 2, anchor: "middle" },
    { x: from + side, anchor: "end" },
  ];
  const ticks = ends.map(
    ({ x, anchor }, index) =>
      `<text x="${x}" y="${top + 26}" text-anchor="${anchor}" font-size="10" fill="#6b6863">${escapeXml(labels[index] as string)}</text>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureFont}" font-size="13">
<defs><linearGradient id="legend">${stops.join("")}</linearGradient></defs>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${margin}" y="28" font-weight="600" fill="#1d1c1a">${escapeXml(classifier)}<tspan dx="10" font-weight="400" fill="#6b6863">${decimal(prediction)}</tspan></text>
<text x="${margin}" y="48" font-size="11" fill="#6b6863">${escapeXml(`${title} · ${method}`)}</text>
${images.join("\n")}
<rect x="${from}" y="${top}" width="${side}" height="10" fill="url(#legend)"/>
${ticks.join("\n")}
</svg>`;
  return platform.renderSvg(svg, { width, height });
}

/** Small pictures by whole pixels, so that a map is not smoothed into more than it says. */
function enlarged(pixels: Pixels): Pixels {
  const times = Math.ceil((2 * side) / pixels.width);
  if (times <= 2) return pixels;
  const { width, height, channels } = pixels;
  const data = new Uint8Array(pixels.data.length * times * times);
  for (let y = 0; y < height * times; y++) {
    for (let x = 0; x < width * times; x++) {
      const from = (Math.floor(y / times) * width + Math.floor(x / times)) * channels;
      data.set(pixels.data.subarray(from, from + channels), (y * width * times + x) * channels);
    }
  }
  return { data, width: width * times, height: height * times, channels };
}

function figureText(value: number): string {
  return value === 0 ? "0" : value.toPrecision(2).replace("-", "−");
}
