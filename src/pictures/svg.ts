import { platform } from "#platform";
import type { Pixels } from "../platform/platform.ts";
import { base64 } from "./base64.ts";

/** A picture as a data URI (PNG), for an `<image>` in an SVG. */
export async function pngDataUri(pixels: Pixels): Promise<string> {
  return `data:image/png;base64,${base64(await platform.encodeImage(pixels, "png"))}`;
}
