import type { Pixels } from "../platform/platform.ts";

/** Part of a change from which on it is said to be at a place. */
const most = 0.6;

const lines = ["upper", "middle", "lower"] as const;
const sides = ["left", "middle", "right"] as const;

/** Where a change is, by the ninths of the picture that hold most of its squares: "at the lower left", "along the edges", "all over the picture". */
export function placeWords(change: Float64Array, { width, height }: Pick<Pixels, "width" | "height">): string {
  const ninths = new Float64Array(9);
  let [all, edge] = [0, 0];
  const rim = Math.max(1, Math.round(Math.min(width, height) / 12));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * width + x);
      const square = (change[at] as number) ** 2 + (change[at + 1] as number) ** 2 + (change[at + 2] as number) ** 2;
      const ninth = 3 * Math.floor((3 * y) / height) + Math.floor((3 * x) / width);
      ninths[ninth] = (ninths[ninth] as number) + square;
      all += square;
      if (Math.min(x, y, width - 1 - x, height - 1 - y) < rim) edge += square;
    }
  }
  const share = (places: readonly number[]): number =>
    all === 0 ? 0 : places.reduce((sum, place) => sum + (ninths[place] as number), 0) / all;
  for (let ninth = 0; ninth < 9; ninth++) {
    if (share([ninth]) < most) continue;
    const [line, side] = [lines[Math.floor(ninth / 3)], sides[ninth % 3]];
    return ninth === 4 ? "in the middle" : `at the ${line} ${side}`;
  }
  if (all > 0 && edge / all >= most) return "along the edges";
  for (const third of [0, 1, 2]) {
    if (share([0, 1, 2].map((side) => 3 * third + side)) >= most) {
      return ["at the top", "across the middle", "at the bottom"][third] as string;
    }
    if (share([0, 1, 2].map((line) => 3 * line + third)) >= most) {
      return ["at the left", "down the middle", "at the right"][third] as string;
    }
  }
  return "all over the picture";
}
