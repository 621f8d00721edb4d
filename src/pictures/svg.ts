import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { base64 } from "./base64.ts";

/** Fonts of text in picture files. */
export const sans = "DejaVu Sans, sans-serif";

/** Text as it stands in XML content and attributes; control characters, which XML does not allow, become U+FFFD. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return Array.from(text, (letter) => {
    const allowed = letter >= " " || letter === "\t" || letter === "\n" || letter === "\r";
    return allowed ? (entities[letter] ?? letter) : "\ufffd";
  }).join("");
}

/** A picture as a data URI (PNG), for an `<image>` in an SVG. */
export async function pngDataUri(pixels: Pixels): Promise<string> {
  return `data:image/png;base64,${base64(await platform.encodeImage(pixels, "png"))}`;
}
