import { CfalignError } from "../errors.ts";
import type { Classifier, ImageFrame } from "./types.ts";

/** The images that a classifier takes: the autoencoder's, which its graph begins with. */
export function imageSizeOf({ name, terms }: Classifier): ImageFrame {
  const [term] = terms;
  if (term === undefined) throw new CfalignError("internal", `classifier "${name}" has no term`);
  return term.model.image;
}
