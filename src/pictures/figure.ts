/** A drawing of a size in points (1/72 inch), ready to be put on paper. */
export interface Figure {
  /** What it shows, in words. */
  readonly title: string;
  /** SVG elements in a space of `width` × `height` points. */
  readonly content: string;
  readonly width: number;
  readonly height: number;
}

/** Points in a millimetre. */
export const pointsPerMillimetre = 72 / 25.4;

/** Font of figures: the first one travels with the file. */
export const figureFont = "Inter, DejaVu Sans, sans-serif";

/** Colours of figures, beside those of values. */
export const figureInk = { ink: "#1d1c1a", muted: "#6b6863", faint: "#d8d5cf", paper: "#ffffff" } as const;

interface SvgOptions {
  /** A style sheet, such as the fonts themselves. */
  readonly style?: string;
  /** Of its width and height: millimetres, its size on paper, by default. */
  readonly unit?: "mm" | "pt";
}

/** A figure as an SVG file. */
export function figureSvg(
  { title, content, width, height }: Figure,
  { style = "", unit = "mm" }: SvgOptions = {},
): string {
  const length = (points: number): string =>
    unit === "pt" ? round(points) : `${round(points / pointsPerMillimetre)}mm`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${length(width)}" height="${length(height)}" viewBox="0 0 ${round(width)} ${round(height)}" font-family="${figureFont}">
<title>${escapeXml(title)}</title>
${style === "" ? "" : `<style>${style}</style>\n`}<rect width="${round(width)}" height="${round(height)}" fill="${figureInk.paper}"/>
${content}
</svg>
`;
}

/** Numbers of a drawing: hundredths of a point are finer than any printer. */
export function round(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** Two decimals with a true minus sign, and no negative zero. */
export function decimal(value: number): string {
  const text = value.toFixed(2);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

/** Text as it stands in XML content and attributes; control characters, which XML does not allow, become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return Array.from(text, (letter) => {
    const allowed = letter >= " " || letter === "\t" || letter === "\n" || letter === "\r";
    return allowed ? (entities[letter] ?? letter) : "\ufffd";
  }).join("");
}
