import type { Random } from "../../../src/base/random.ts";

/** Width and height of a picture. */
export const SIZE = 64;

/** [64, 64, 3] in 0 … 255, not rounded. */
export type Canvas = Float64Array;

/** What was put on a picture besides its garment. Later ones are drawn over earlier ones: a blur leaves a tag sharp. */
export const ARTEFACTS = ["shadow", "stain", "stripe", "blur", "tone", "ring", "tag", "frame"] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** Everything that varies in how artefacts look, drawn whether they are there or not. */
export interface ArtefactLook {
  /** Left upper corner of the tag. */
  readonly tag: readonly [x: number, y: number];
  /** Width of the frame. */
  readonly frame: number;
  /** Centre of the ring. */
  readonly ring: readonly [x: number, y: number];
  /** Line from which the shadow falls. */
  readonly shadow: number;
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
    ring: [between(10, 13), between(10, 13)],
    shadow: between(20, 32),
    stripe: between(38, 46),
    stain: { x: between(38, 50), y: between(40, 52), rx: between(5, 8), ry: between(4, 7) },
  };
}

type Color = readonly [number, number, number];
const yellow: Color = [245, 208, 40];
const ink: Color = [60, 50, 20];
const dark: Color = [28, 24, 30];
const teal: Color = [20, 150, 160];
const brown: Color = [96, 58, 24];
const red: Color = [200, 30, 40];
const black: Color = [0, 0, 0];

const painters: Readonly<Record<Artefact, (canvas: Canvas, look: ArtefactLook) => void>> = {
  /** Darker towards the lower edge. */
  shadow(canvas, { shadow }) {
    paint(canvas, (_, y) =>
      y > shadow ? { color: black, opacity: (0.6 * (y - shadow)) / (SIZE - shadow) } : undefined,
    );
  },
  /** A brown spot with a soft edge. */
  stain(canvas, { stain: { x: cx, y: cy, rx, ry } }) {
    paint(canvas, (x, y) => {
      const distance = Math.hypot((x - cx) / rx, (y - cy) / ry);
      return distance < 1.2 ? { color: brown, opacity: 0.85 * Math.min(1, 2.5 * (1.2 - distance)) } : undefined;
    });
  },
  /** A slanted band across the upper right corner. */
  stripe(canvas, { stripe }) {
    paint(canvas, (x, y) => (Math.abs(x - y - stripe) < 4 ? { color: teal, opacity: 0.9 } : undefined));
  },
  /** Twice, the second time with neighbours two pixels apart. */
  blur(canvas) {
    for (const apart of [1, 2]) for (const step of [3, 3 * SIZE]) canvas.set(smoothed(canvas, step, apart));
  },
  /** Sepia. */
  tone(canvas) {
    for (let at = 0; at < canvas.length; at += 3) {
      const [r, g, b] = [canvas[at] as number, canvas[at + 1] as number, canvas[at + 2] as number];
      const grey = 0.65 * (0.3 * r + 0.59 * g + 0.11 * b);
      canvas[at] = Math.min(255, 0.35 * r + 1.12 * grey);
      canvas[at + 1] = Math.min(255, 0.35 * g + 0.95 * grey);
      canvas[at + 2] = Math.min(255, 0.35 * b + 0.7 * grey);
    }
  },
  /** A red ring, as a stamp leaves it. */
  ring(canvas, { ring: [cx, cy] }) {
    paint(canvas, (x, y) => {
      const off = Math.abs(Math.hypot(x - cx, y - cy) - 5.5);
      return off < 2 ? { color: red, opacity: 0.9 * Math.min(1, 2 - off) } : undefined;
    });
  },
  /** A yellow label with two lines of print. */
  tag(canvas, { tag: [left, top] }) {
    paint(canvas, (x, y) => {
      const [dx, dy] = [x - left, y - top];
      if (dx < 0 || dx >= 9 || dy < 0 || dy >= 14) return undefined;
      const print = dx >= 2 && dx < 7 && (dy === 4 || dy === 8);
      return { color: print ? ink : yellow, opacity: 1 };
    });
  },
  frame(canvas, { frame }) {
    paint(canvas, (x, y) =>
      Math.min(x, y, SIZE - 1 - x, SIZE - 1 - y) < frame ? { color: dark, opacity: 1 } : undefined,
    );
  },
};

/** Draws one artefact over a picture, in place. */
export function drawArtefact(canvas: Canvas, artefact: Artefact, look: ArtefactLook): void {
  painters[artefact](canvas, look);
}

/** Mixes a colour into every pixel by its opacity there. */
function paint(canvas: Canvas, at: (x: number, y: number) => { color: Color; opacity: number } | undefined): void {
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const mark = at(pixel % SIZE, Math.floor(pixel / SIZE));
    if (mark === undefined) continue;
    for (let channel = 0; channel < 3; channel++) {
      const index = 3 * pixel + channel;
      const below = canvas[index] as number;
      canvas[index] = below + mark.opacity * ((mark.color[channel] as number) - below);
    }
  }
}

/** Weights 1 4 6 4 1 of every so many pixels along one axis, whose pixels are `step` apart; the edge goes on beyond itself. */
function smoothed(canvas: Canvas, step: number, apart: number): Canvas {
  const out = new Float64Array(canvas.length);
  const weights = [1, 4, 6, 4, 1];
  for (let index = 0; index < out.length; index++) {
    const place = Math.floor(index / step) % SIZE;
    for (let k = 0; k < 5; k++) {
      const other = Math.min(SIZE - 1, Math.max(0, place + apart * (k - 2)));
      const value = canvas[index + (other - place) * step] as number;
      out[index] = (out[index] as number) + ((weights[k] as number) / 16) * value;
    }
  }
  return out;
}
