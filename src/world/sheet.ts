import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { FACTORS, type Factor, type Strengths } from "./factors.ts";
import { PLAIN } from "./nuisances.ts";
import { renderFace } from "./render.ts";

const TILE = 96;
const CAPTION = 18;
const STRENGTHS = [0, 0.5, 1] as const;

/** A plain face with one factor at a strength and every other absent. */
export function factorAlone(factor: Factor, strength: number): Strengths {
  return Object.fromEntries(FACTORS.map((name) => [name, name === factor ? strength : 0])) as Record<Factor, number>;
}

/** A picture of every factor alone, at strengths 0, ½ and 1, with its name; `columns` factors in a row. */
export async function factorSheet(columns = 3): Promise<Pixels> {
  const rows = Math.ceil(FACTORS.length / columns);
  const gap = 10;
  const cell = TILE * STRENGTHS.length;
  const width = columns * cell + (columns + 1) * gap;
  const height = rows * (TILE + CAPTION) + gap;
  const place = (position: number): { readonly left: number; readonly top: number } => ({
    left: gap + (position % columns) * (cell + gap),
    top: Math.floor(position / columns) * (TILE + CAPTION),
  });
  const captions = FACTORS.map((name, i) => {
    const { left, top } = place(i);
    return `<text x="${left}" y="${top + CAPTION - 5}">${name}</text>`;
  });
  const sheet = await platform.renderSvg(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#fff"/><g font-family="sans-serif" font-size="12" fill="#333">${captions.join("")}</g></svg>`,
    { width, height },
  );
  for (const [i, factor] of FACTORS.entries()) {
    for (const [column, strength] of STRENGTHS.entries()) {
      const tile = await renderFace({ strengths: factorAlone(factor, strength), nuisances: PLAIN }, TILE);
      const { left, top } = place(i);
      paste(sheet, tile, left + column * TILE, top + CAPTION);
    }
  }
  return sheet;
}

function paste(into: Pixels, tile: Pixels, left: number, top: number): void {
  const row = tile.width * 3;
  for (let y = 0; y < tile.height; y++) {
    into.data.set(tile.data.subarray(y * row, (y + 1) * row), ((top + y) * into.width + left) * 3);
  }
}
