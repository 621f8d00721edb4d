import type { Pixels } from "../../../src/platform/platform.ts";
import type { Random } from "../../../src/random.ts";
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
      const [below, above] = [ground[channel] as number, shade * (cloth[channel] as number)];
      canvas[3 * pixel + channel] = (1 - opacity) * below + opacity * above;
    }
  }
  for (const artefact of ARTEFACTS) if (artefacts.has(artefact)) drawArtefact(canvas, artefact, artefactLook);
  return { width: SIZE, height: SIZE, channels: 3, data: Uint8Array.from(canvas, Math.round) };
}

/** Bilinear; black outside. */
function sampled(garment: Uint8Array, x: number, y: number): number {
  const [column, line] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - column, y - line];
  const at = (dx: number, dy: number): number => {
    const [cx, cy] = [column + dx, line + dy];
    const inside = cx >= 0 && cy >= 0 && cx < GARMENT_SIZE && cy < GARMENT_SIZE;
    return inside ? (garment[cy * GARMENT_SIZE + cx] as number) : 0;
  };
  return (1 - fy) * ((1 - fx) * at(0, 0) + fx * at(1, 0)) + fy * ((1 - fx) * at(0, 1) + fx * at(1, 1));
}
