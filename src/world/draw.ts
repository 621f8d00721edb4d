import { platform } from "#platform";
import { FACTORS, labelOf, type Strengths } from "./factors.ts";
import { type Face, faceSource, renderFace } from "./render.ts";
import type { Correlation } from "./sample.ts";

/** What to draw. */
export interface DrawOptions {
  readonly count: number;
  /** Same seed, same bytes. */
  readonly seed: number | string;
  /** Correlations between labels; the other labels are independent. */
  readonly correlate?: readonly Correlation[];
  /** Folder for the images and metadata.csv; made when absent. */
  readonly out: string;
}

const GROUP = 32;

/**
 * Draws faces as `face-00000.png` … and `metadata.csv`: file_name, one column per factor with its label (0 or 1),
 * and one `strength:FACTOR` column per factor with the strength that made the image.
 *
 * @throws CfalignError("usage") for unknown factors or contradictory correlations.
 */
export async function drawWorld({ count, seed, correlate = [], out }: DrawOptions): Promise<void> {
  const source = faceSource(seed, { correlate });
  const { files } = platform;
  await files.makeDirectory(out);
  const lines = [metadataHeader()];
  for (let start = 0; start < count; start += GROUP) {
    const group = Array.from({ length: Math.min(GROUP, count - start) }, (_, i) => start + i);
    const written = group.map(async (index) => {
      const face = source(index);
      const name = `face-${String(index).padStart(5, "0")}.png`;
      await files.write(files.join(out, name), await encodeFace(face));
      return metadataLine(name, face.strengths);
    });
    lines.push(...(await Promise.all(written)));
  }
  await files.write(files.join(out, "metadata.csv"), `${lines.join("\n")}\n`);
}

async function encodeFace(face: Face): Promise<Uint8Array> {
  return platform.encodeImage(await renderFace(face), "png");
}

function metadataHeader(): string {
  return ["file_name", ...FACTORS, ...FACTORS.map((factor) => `strength:${factor}`)].join(",");
}

function metadataLine(name: string, strengths: Strengths): string {
  const values = FACTORS.map((factor) => strengths[factor]);
  return [name, ...values.map((value) => (labelOf(value) ? 1 : 0)), ...values.map(written)].join(",");
}

/** Six decimals are more than 64 pixels can show; a label never changes by rounding. */
function written(strength: number): number {
  const rounded = Math.round(strength * 1e6) / 1e6;
  return labelOf(rounded) === labelOf(strength) ? rounded : strength;
}
