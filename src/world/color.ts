/** A colour as red, green and blue in 0…255. */
export type Color = readonly [number, number, number];

/** A colour from hue in degrees and saturation and lightness in [0, 1]. */
export function hsl(hue: number, saturation: number, lightness: number): Color {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): number => {
    const k = (n + (((hue % 360) + 360) % 360) / 30) % 12;
    return 255 * (lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Between two colours: `from` at 0, `to` at 1. */
export function mix(from: Color, to: Color, t: number): Color {
  return [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t, from[2] + (to[2] - from[2]) * t];
}

/** A darker colour: each channel times `1 - amount`. */
export function darker(color: Color, amount: number): Color {
  return mix(color, [0, 0, 0], amount);
}

/** A lighter colour. */
export function lighter(color: Color, amount: number): Color {
  return mix(color, [255, 255, 255], amount);
}

/** The colour as SVG writes it. */
export function css(color: Color): string {
  return `#${color
    .map((v) =>
      Math.round(Math.min(255, Math.max(0, v)))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
