/** A colour as 8-bit sRGB. */
export type Rgb = readonly [number, number, number];

/** Poles and middle of a diverging scale in OKLCH-derived OKLab: blue for negative, paper for 0, vermilion for positive. */
const negative: Rgb = [0.5, -0.045, -0.135];
const middle: Rgb = [0.975, 0.001, 0.004];
const positive: Rgb = [0.56, 0.165, 0.105];

/** Colour of a signed value on a diverging scale centred at 0; values beyond ±1 are drawn as ±1. Interpolates in OKLab. */
export function diverging(value: number): Rgb {
  const share = Math.min(1, Math.abs(value));
  const pole = value < 0 ? negative : positive;
  const mix = (from: number, to: number): number => from + (to - from) * share;
  return toSrgb([mix(middle[0], pole[0]), mix(middle[1], pole[1]), mix(middle[2], pole[2])]);
}

/** OKLab (Ottosson 2020) to 8-bit sRGB, clipped to the gamut. */
function toSrgb([lightness, a, b]: Rgb): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const encode = (linear: number): number => {
    const clipped = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
  };
  return [
    encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    encode(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
