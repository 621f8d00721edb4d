/** Between two numbers: `from` at 0, `to` at 1. */
export function lerp(from: number, to: number, t: number): number {
  return from + (to - from) * t;
}

/** A template for SVG text: numbers are written with two decimals. */
export function at(parts: TemplateStringsArray, ...values: (number | string)[]): string {
  return parts.reduce((text, part, i) => {
    const value = values[i - 1] ?? "";
    return text + (typeof value === "number" ? String(Math.round(value * 100) / 100) : value) + part;
  });
}
