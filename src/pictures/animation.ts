import { platform } from "#platform";
import { shortened } from "../base/shortened.ts";
import { decimal, escapeXml, figureFont } from "./figure.ts";
import type { StripFrame, SvgFigure } from "./strip.ts";
import { pngDataUri } from "./svg.ts";

export interface AnimationOptions {
  /** Name of the base classifier, written below the picture. */
  readonly base: string;
  /** Width of the picture in pixels (default: the picture's own, at least 192). */
  readonly size?: number;
  readonly format?: "gif" | "webp";
  /** Time per frame in milliseconds (default 110). */
  readonly delayMs?: number;
}

/** An animation along λ, there and back, resting at both ends; the base's prediction below as number and bar. */
export async function animate(frames: readonly StripFrame[], options: AnimationOptions): Promise<Uint8Array> {
  const { format = "gif", delayMs = 110 } = options;
  const figures = await animationFigures(frames, options);
  const drawn = await Promise.all(figures.map(({ svg, ...size }) => platform.renderSvg(svg, size)));
  return platform.encodeAnimation(thereAndBack(drawn), { format, delayMs });
}

/** Every different picture of an animation as a drawing, from the reconstruction on. */
export function animationFigures(
  frames: readonly StripFrame[],
  { base, size: given }: Pick<AnimationOptions, "base" | "size">,
): Promise<readonly SvgFigure[]> {
  const first = frames[0]?.pixels;
  if (first === undefined) throw new RangeError("an animation needs at least one frame");
  const size = given ?? Math.max(192, first.width);
  const tall = Math.round((size * first.height) / first.width);
  return Promise.all(frames.map((frame) => frameFigure(frame, base, size, tall)));
}

/** Frames in the order that they are shown in: there and back, with a rest at both ends. */
export function thereAndBack<T>(frames: readonly T[]): readonly T[] {
  const rest = (frame: T): T[] => new Array<T>(6).fill(frame);
  const between = frames.slice(1, -1);
  return [...rest(frames[0] as T), ...between, ...rest(frames.at(-1) as T), ...between.toReversed()];
}

async function frameFigure(
  { pixels, prediction }: StripFrame,
  base: string,
  size: number,
  tall: number,
): Promise<SvgFigure> {
  const foot = 40;
  const share = prediction === undefined ? 0 : Math.min(1, Math.max(0, prediction));
  const room = Math.floor((size - 60) / 7);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${tall + foot}" viewBox="0 0 ${size} ${tall + foot}" font-family="${figureFont}" font-size="12">
<rect width="${size}" height="${tall + foot}" fill="#ffffff"/>
<image width="${size}" height="${tall}" preserveAspectRatio="none" href="${await pngDataUri(pixels)}"/>
<text x="8" y="${tall + 18}" fill="#1d1c1a">${escapeXml(shortened(base, room))}</text>
<text x="${size - 8}" y="${tall + 18}" text-anchor="end" font-weight="600" fill="#1d1c1a">${prediction === undefined ? "" : decimal(prediction)}</text>
<rect x="8" y="${tall + 26}" width="${size - 16}" height="5" rx="2.5" fill="#e4e1db"/>
<rect x="8" y="${tall + 26}" width="${(size - 16) * share}" height="5" rx="2.5" fill="#1d1c1a"/>
</svg>`;
  return { svg, width: size, height: tall + foot };
}
