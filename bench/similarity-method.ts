import type { Method } from "./method.ts";

/** Mean similarity of saliency maps over images. names: of the images. similarities: per subject, image and feature; undefined where a map is 0. */
export function similarityMethod(
  name: string,
  names: readonly string[],
  similarities: readonly (readonly (readonly (number | undefined)[])[])[],
): Method {
  return {
    name,
    role: "baseline",
    images: () => names,
    scores(subject, draw) {
      const images = similarities[subject] ?? [];
      const drawn = Array.from(draw(images.length), (index) => images[index] as readonly (number | undefined)[]);
      return Array.from({ length: images[0]?.length ?? 0 }, (_, feature) => {
        const values = drawn.flatMap((row) => row[feature] ?? []);
        return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
      });
    },
  };
}
