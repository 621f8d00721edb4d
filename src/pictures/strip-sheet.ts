import { shortened } from "../base/shortened.ts";
import type { Pixels } from "../platform/platform.ts";
import { difference } from "./difference.ts";
import { decimal, escapeXml, type Figure, figureInk, round } from "./figure.ts";
import type { StripRow } from "./strip.ts";
import { pngDataUri } from "./svg.ts";

interface Picture {
  readonly label: string;
  readonly pixels: Pixels;
  readonly prediction?: number;
}

const gap = 3;
const head = 20;
const foot = 11;
const fontSize = 6;
/** Pictures are no larger on paper than this, in points, and with steps between no smaller. */
const largest = 110;
const smallest = 44;

/** Input, reconstruction, counterfactual and their difference on paper, with the base's prediction below each; with as many steps between as have room, where `steps` asks for them. */
export async function stripSheet(
  row: StripRow,
  options: { readonly width: number; readonly steps: boolean },
): Promise<Figure> {
  const { width, steps } = options;
  const pictures = picturesOf(row, steps ? Math.floor((width + gap) / (smallest + gap)) : 4);
  const side = Math.min(largest, (width - gap * (pictures.length - 1)) / pictures.length);
  const first = row.input.pixels;
  const tall = (side * first.height) / first.width;
  const parts = await Promise.all(
    pictures.map(async ({ label, pixels, prediction }, index) => {
      const x = index * (side + gap);
      const number =
        prediction === undefined
          ? ""
          : `<text x="${round(x)}" y="${round(head + tall + foot - 3)}" font-size="${fontSize}" font-weight="600" fill="${figureInk.ink}">${decimal(prediction)}</text>`;
      return `<text x="${round(x)}" y="${head - 3}" font-size="${fontSize}" fill="${figureInk.muted}">${label}</text>${number}
<image x="${round(x)}" y="${head}" width="${round(side)}" height="${round(tall)}" preserveAspectRatio="none" href="${await pngDataUri(pixels)}"/>`;
    }),
  );
  const heading = `<text x="0" y="7" font-size="7" font-weight="600" fill="${figureInk.ink}">${escapeXml(shortened(row.base, Math.floor(width / (7 * 0.64))))}</text>`;
  return {
    title: `${row.title}: counterfactual of ${row.base}`,
    content: [heading, ...parts].join("\n"),
    width,
    height: head + tall + foot,
  };
}

function picturesOf({ input, frames }: StripRow, most: number): Picture[] {
  const [before, after] = [frames[0], frames.at(-1)];
  if (before === undefined || after === undefined) return [{ label: "input", ...input }];
  const between = frames.slice(1, -1);
  const room = Math.max(0, Math.min(between.length, most - 4));
  // Evenly spread over the steps that there are.
  const chosen = Array.from(
    { length: room },
    (_, index) => between[Math.floor(((index + 0.5) * between.length) / room)],
  );
  return [
    { label: "input", ...input },
    { label: "reconstruction", ...before },
    ...chosen.flatMap((frame) => (frame === undefined ? [] : [{ label: "", ...frame }])),
    { label: "counterfactual", ...after },
    { label: "difference", pixels: difference(before.pixels, after.pixels) },
  ];
}
