/** Which of `count` images count: indices; every list of the same length is drawn alike. */
export type Draw = (count: number) => Int32Array;

/** Every image once. */
export const everyImage: Draw = (count) => Int32Array.from({ length: count }, (_, i) => i);

/** The first images only. */
export function firstImages(most: number): Draw {
  return (count) => everyImage(Math.min(count, most));
}

/** All images but those of one of `parts` equal parts; a single image stays. */
export function withoutPart(part: number, parts: number): Draw {
  return (count) => (count < 2 ? everyImage(count) : everyImage(count).filter((index) => index % parts !== part));
}
