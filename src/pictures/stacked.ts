import { type Figure, round } from "./figure.ts";

/** Figures below one another as one. */
export function stacked(title: string, figures: readonly Figure[], gap: number): Figure {
  let y = 0;
  const parts = figures.map(({ content, height }) => {
    const part = `<g transform="translate(0,${round(y)})">${content}</g>`;
    y += height + gap;
    return part;
  });
  return {
    title,
    content: parts.join("\n"),
    width: Math.max(...figures.map(({ width }) => width)),
    height: y - gap,
  };
}
