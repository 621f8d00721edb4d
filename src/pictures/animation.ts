import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { shortened } from "../shortened.ts";
import { escapeXml } from "./escape-xml.ts";
import type { StripFrame } from "./strip.ts";
import { pngDataUri, sans } from "./svg.ts";

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
  const { base, format = "gif", delayMs = 110 } = options;
  const first = frames[0]?.pixels;
  if (first === undefined) throw new RangeError("an animation needs at least one frame");
  const size = options.size ?? Math.max(192, first.width);
  const tall = Math.round((size * first.height) / first.width);
  const drawn: Pixels[] = [];
  for (const frame of frames) drawn.push(await drawFrame(frame, base, size, tall));
  const rest = (pixels: Pixels): Pixels[] => new Array<Pixels>(6).fill(pixels);
  const there = [...rest(drawn[0] as Pixels), ...drawn.slice(1, -1), ...rest(drawn.at(-1) as Pixels)];
  return platform.encodeAnimation([...there, ...drawn.slice(1, -1).toReversed()], { format, delayMs });
}

async function drawFrame(
  { pixels, prediction }: StripFrame,
  base: string,
  size: number,
  tall: number,
): Promise<Pixels> {
  const foot = 40;
  const share = prediction === undefined ? 0 : Math.min(1, Math.max(0, prediction));
  const room = Math.floor((size - 60) / 7);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${tall + foot}" viewBox="0 0 ${size} ${tall + foot}" font-family="${sans}" font-size="12">
<rect width="${size}" height="${tall + foot}" fill="#ffffff"/>
<image width="${size}" height="${tall}" preserveAspectRatio="none" href="${await pngDataUri(pixels)}"/>
<text x="8" y="${tall + 18}" fill="#1d1c1a">${escapeXml(shortened(base, room))}</text>
<text x="${size - 8}" y="${tall + 18}" text-anchor="end" font-weight="600" fill="#1d1c1a">${prediction === undefined ? "" : prediction.toFixed(2).replace("-", "−")}</text>
<rect x="8" y="${tall + 26}" width="${size - 16}" height="5" rx="2.5" fill="#e4e1db"/>
<rect x="8" y="${tall + 26}" width="${(size - 16) * share}" height="5" rx="2.5" fill="#1d1c1a"/>
</svg>`;
  return platform.renderSvg(svg, { width: size, height: tall + foot });
}
