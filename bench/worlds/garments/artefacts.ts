import type { Random } from "../../../src/random.ts";

/** Width and height of a picture. */
export const SIZE = 64;

/** [64, 64, 3] in 0 … 255, not rounded. */
export type Canvas = Float64Array;

/** What was put on a picture besides its garment. Later ones are drawn over earlier ones: a blur leaves a tag sharp. */
export const ARTEFACTS = ["stain", "stripe", "blur", "tone", "tag", "frame"] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** Everything that varies in how artefacts look, drawn whether they are there or not. */
export interface ArtefactLook {
  /** Left upper corner of the tag. */
  readonly tag: readonly [x: number, y: number];
  /** Width of the frame. */
  readonly frame: number;
  /** Where the stripe meets the upper edge. */
  readonly stripe: number;
  /** Centre and radii of the stain. */
  readonly stain: { readonly x: number; readonly y: number; readonly rx: number; readonly ry: number };
}

export function drawArtefactLook(random: Random): ArtefactLook {
  const between = (low: number, high: number): number => low + (high - low) * random.uniform();
  return {
    tag: [2 + random.integer(4), SIZE - 18 + random.integer(3)],
    frame: 2 + random.integer(2),
    stripe: between(38, 46),
    stain: { x: between(38, 50), y: between(40, 52), rx: between(5, 8), ry: between(4, 7) },
  };
}

const yellow = [245, 208, 40] as const;
const ink = [60, 50, 20] as const;
const dark = [28, 24, 30] as const;
const teal = [20, 150, 160] as const;
const sepia = [1.12, 0.95, 0.7] as const;
const brown = [96, 58, 24] as const;

const painters: Readonly<Record<Artefact, (canvas: Canvas, look: ArtefactLook) => void>> = {
  /** A brown spot with a soft edge. */
  stain(canvas, { stain: { x: cx, y: cy, rx, ry } }) {
    paint(canvas, (x, y) => {
      const distance = Math.hypot((x - cx) / rx, (y - cy) / ry);
      return { color: brown, opacity: 0.85 * Math.min(1, Math.max(0, 2.5 * (1.2 - distance))) };
    });
  },
  /** A slanted band across the upper right corner. */
  stripe(canvas, { stripe }) {
    paint(canvas, (x, y) => ({ color: teal, opacity: Math.abs(x - y - stripe) < 4 ? 0.9 : 0 }));
  },
  blur(canvas) {
    for (const step of [3, 3 * SIZE]) canvas.set(smoothed(canvas, step));
  },
  /** Sepia. */
  tone(canvas) {
    for (let at = 0; at < canvas.length; at += 3) {
      const channel = (index: number): number => canvas[at + index] as number;
      const grey = 0.3 * channel(0) + 0.59 * channel(1) + 0.11 * channel(2);
      for (let index = 0; index < 3; index++) {
        canvas[at + index] = Math.min(255, 0.35 * channel(index) + 0.65 * grey * (sepia[index] as number));
      }
    }
  },
  /** A yellow label with two lines of print. */
  tag(canvas, { tag: [left, top] }) {
    paint(canvas, (x, y) => {
      const [dx, dy] = [x - left, y - top];
      const inside = dx >= 0 && dx < 9 && dy >= 0 && dy < 14;
      const print = dx >= 2 && dx < 7 && (dy === 4 || dy === 8);
      return { color: print ? ink : yellow, opacity: inside ? 1 : 0 };
    });
  },
  frame(canvas, { frame }) {
    paint(canvas, (x, y) => ({
      color: dark,
      opacity: Math.min(x, y, SIZE - 1 - x, SIZE - 1 - y) < frame ? 1 : 0,
    }));
  },
};

/** Draws one artefact over a picture, in place. */
export function drawArtefact(canvas: Canvas, artefact: Artefact, look: ArtefactLook): void {
  painters[artefact](canvas, look);
}

function paint(
  canvas: Canvas,
  at: (x: number, y: number) => { readonly color: readonly [number, number, number]; readonly opacity: number },
): void {
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const { color, opacity } = at(pixel % SIZE, Math.floor(pixel / SIZE));
    if (opacity === 0) continue;
    for (let channel = 0; channel < 3; channel++) {
      const index = 3 * pixel + channel;
      canvas[index] = (1 - opacity) * (canvas[index] as number) + opacity * (color[channel] as number);
    }
  }
}

/** Weights 1 4 6 4 1 along one axis, whose neighbours are `step` apart; the edge goes on beyond itself. */
function smoothed(canvas: Canvas, step: number): Canvas {
  const out = new Float64Array(canvas.length);
  for (let index = 0; index < out.length; index++) {
    const place = Math.floor(index / step) % SIZE;
    const start = index - place * step;
    const near = (offset: number): number =>
      canvas[start + Math.min(SIZE - 1, Math.max(0, place + offset)) * step] as number;
    out[index] = (near(-2) + near(2) + 4 * (near(-1) + near(1)) + 6 * near(0)) / 16;
  }
  return out;
}
