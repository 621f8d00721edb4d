import type { Rgb } from "./diverging.ts";

/** Contrast from which a small number on a colour is legible (WCAG 2, AA). */
const legible = 4.5;

/** The first of some inks that is legible on a ground; where none is, that with the most contrast. Colours as "#rrggbb". */
export function inkOn(ground: Rgb, inks: readonly string[]): string | undefined {
  const contrasts = inks.map((ink) => contrastOf(ground, rgbOf(ink)));
  const best = contrasts.indexOf(Math.max(...contrasts));
  return inks.find((_, index) => (contrasts[index] as number) >= legible) ?? inks[best];
}

/** Contrast of two colours, from 1 to 21 (WCAG 2). */
export function contrastOf(a: Rgb, b: Rgb): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** A colour written as "#rrggbb". */
export function rgbOf(hex: string): Rgb {
  const part = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function luminance(colour: Rgb): number {
  const linear = colour.map((byte) => {
    const value = byte / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
}
