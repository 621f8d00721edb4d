import type { Random } from "../../../src/base/random.ts";
import type { Pixels } from "../../../src/platform/platform.ts";
import { ARTEFACTS, type Artefact, type ArtefactLook, type Canvas, drawArtefact, SIZE } from "./artefacts.ts";
import { GARMENT_SIZE } from "./wardrobe.ts";

type Color = readonly [number, number, number];

/** How a garment lies on its ground. */
export interface GarmentLook {
  readonly ground: Color;
  readonly cloth: Color;
  /** Width of the enlarged photograph, and its left upper corner. */
  readonly width: number;
  readonly left: number;
  readonly top: number;
}

export function drawGarmentLook(random: Random): GarmentLook {
  const color = (low: number, high: number): Color => {
    const channel = (): number => low + (high - low) * random.uniform();
    return [channel(), channel(), channel()];
  };
  const width = 48 + random.integer(9);
  const room = SIZE - width;
  return {
    ground: color(120, 240),
    cloth: color(30, 235),
    width,
    left: random.integer(room + 1),
    top: random.integer(room + 1),
  };
}

/** What makes one picture. */
export interface Picture {
  /** Brightness of the garment, 28 × 28. */
  readonly garment: Uint8Array;
  readonly look: GarmentLook;
  readonly artefactLook: ArtefactLook;
  readonly artefacts: ReadonlySet<Artefact>;
}

/** Brightness from which a pixel is all cloth. */
const opaque = 48;

/** Draws a picture. Pure: the same parts give the same bytes. */
export function drawPicture({ garment, look, artefactLook, artefacts }: Picture): Pixels {
  const canvas: Canvas = new Float64Array(SIZE * SIZE * 3);
  const { ground, cloth, width, left, top } = look;
  const scale = GARMENT_SIZE / width;
  for (let pixel = 0; pixel < SIZE * SIZE; pixel++) {
    const x = ((pixel % SIZE) - left + 0.5) * scale - 0.5;
    const y = (Math.floor(pixel / SIZE) - top + 0.5) * scale - 0.5;
    const brightness = sampled(garment, x, y);
    const opacity = Math.min(1, brightness / opaque);
    const shade = 0.35 + 0.65 * (brightness / 255);
    for (let channel = 0; channel < 3; channel++) {
      const lit = shade * (cloth[channel] as number);
      canvas[3 * pixel + channel] = (1 - opacity) * (ground[channel] as number) + opacity * lit;
    }
  }
  for (const artefact of ARTEFACTS) if (artefacts.has(artefact)) drawArtefact(canvas, artefact, artefactLook);
  return { width: SIZE, height: SIZE, channels: 3, data: new Uint8Array(new Uint8ClampedArray(canvas)) };
}

/** Bilinear; black outside. */
function sampled(garment: Uint8Array, x: number, y: number): number {
  const column = Math.floor(x);
  const line = Math.floor(y);
  const fx = x - column;
  const above = (1 - fx) * at(garment, column, line) + fx * at(garment, column + 1, line);
  const below = (1 - fx) * at(garment, column, line + 1) + fx * at(garment, column + 1, line + 1);
  return above + (y - line) * (below - above);
}

function at(garment: Uint8Array, column: number, line: number): number {
  const inside = column >= 0 && line >= 0 && column < GARMENT_SIZE && line < GARMENT_SIZE;
  return inside ? (garment[line * GARMENT_SIZE + column] as number) : 0;
}
