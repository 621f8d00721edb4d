import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { difference } from "./difference.ts";
import { decimal, escapeXml, figureFont } from "./figure.ts";
import { pngDataUri } from "./svg.ts";

/** One picture of a strip with the prediction on it, where there is one. */
export interface StripFrame {
  readonly pixels: Pixels;
  readonly prediction?: number;
}

/** A counterfactual from the image to its end: rows of this kind make a strip. */
export interface StripRow {
  /** What the row shows, such as the name of the image. */
  readonly title: string;
  readonly base: string;
  readonly input: StripFrame;
  /** From the reconstruction (first) over the steps to the counterfactual (last). */
  readonly frames: readonly StripFrame[];
}

export interface StripOptions {
  /** Width of one picture in the strip in pixels (default: the picture's own, at least 112). */
  readonly size?: number;
}

/** A drawing as text, with its size in pixels. */
export interface SvgFigure {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** As `stripFigure`, in pixels. */
export async function drawStrip(rows: readonly StripRow[], options: StripOptions = {}): Promise<Pixels> {
  const { svg, ...size } = await stripFigure(rows, options);
  return platform.renderSvg(svg, size);
}

/**
 * A strip: input, reconstruction, steps, counterfactual, and the signed difference between the last two of these
 * (counterfactual − reconstruction), with the base's prediction above each. One row per counterfactual.
 */
export async function stripFigure(rows: readonly StripRow[], options: StripOptions = {}): Promise<SvgFigure> {
  const first = rows[0]?.input.pixels;
  if (first === undefined) throw new RangeError("a strip needs at least one row");
  const size = options.size ?? Math.max(112, first.width);
  const tall = Math.round((size * first.height) / first.width);
  const gap = 6;
  const margin = 16;
  const head = 44;
  const columns = Math.max(...rows.map((row) => row.frames.length)) + 2;
  const width = margin * 2 + columns * size + (columns - 1) * gap + gap * 4;
  const rowHeight = head + tall + 14;
  const height = margin + rows.length * rowHeight;

  const drawn = await Promise.all(
    rows.map(async (row, index) => {
      const top = margin + index * rowHeight;
      const before = row.frames[0]?.pixels;
      const after = row.frames.at(-1)?.pixels;
      const cells = [
        { label: "input", ...row.input, offset: 0 },
        ...row.frames.map((frame, step) => ({ ...frame, label: frameLabel(step, row.frames.length), offset: gap * 2 })),
        ...(before === undefined || after === undefined
          ? []
          : [{ label: "difference", pixels: difference(before, after), offset: gap * 4 }]),
      ];
      const parts = await Promise.all(
        cells.map(async ({ label, pixels, offset, ...rest }, column) => {
          const x = margin + column * (size + gap) + offset;
          const y = top + head - 6;
          const prediction =
            "prediction" in rest && rest.prediction !== undefined
              ? `<text x="${x + size}" y="${y - 6}" text-anchor="end" font-weight="600" fill="#1d1c1a">${decimal(rest.prediction)}</text>`
              : "";
          return `<text x="${x}" y="${y - 6}" fill="#6b6863" font-size="10">${label}</text>${prediction}
<image x="${x}" y="${y}" width="${size}" height="${tall}" preserveAspectRatio="none" href="${await pngDataUri(pixels)}"/>`;
        }),
      );
      return `<text x="${margin}" y="${top + 8}" font-weight="600" fill="#1d1c1a">${escapeXml(row.base)}<tspan dx="10" font-weight="400" fill="#6b6863">${escapeXml(row.title)}</tspan></text>
${parts.join("\n")}`;
    }),
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${figureFont}" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${drawn.join("\n")}
</svg>`;
  return { svg, width, height };
}

function frameLabel(step: number, steps: number): string {
  if (step === 0) return "reconstruction";
  return step === steps - 1 ? "counterfactual" : "";
}
