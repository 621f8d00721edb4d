import { nodeFiles } from "./node-files.ts";
import type { Platform } from "./platform.ts";

/** Weights of the font that travels with the package, by the names that files of figures give them. */
const weights = { regular: "Inter-Regular", bold: "Inter-SemiBold" } as const;
export type FontWeight = keyof typeof weights;

/** Path of a font of figures. */
export function fontPath(weight: FontWeight): string {
  return nodeFiles.join(nodeFiles.packageFolder(), "fonts", `${weights[weight]}.ttf`);
}

/** See `Platform.readFont`. */
export const readFont: Platform["readFont"] = (weight) => nodeFiles.read(fontPath(weight));
