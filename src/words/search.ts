/** Why a search ended, in plain words. */
export const stopWords: Readonly<Record<string, string>> = {
  dropped: "reached the drop",
  floor: "reached the floor",
  rebounded: "prediction began to rise",
  "shift-limit": "limit on latent distance",
  "lambda-limit": "limit on λ",
  "pixel-limit": "limit on pixel change",
  "not-reached": "drop not reached",
  "no-direction": "no direction",
};

/** Why an image is in no mean. */
export const dropWords: Readonly<Record<string, string>> = {
  "small-change": "hardly moved",
  "at-limit": "stopped by the limit of the search, counted apart",
};

/** Why a fall has no relative change. */
export function smallFall(base: string, fall: number, least: number): string {
  return `${base} fell by ${fall.toFixed(2)}, and relative change needs a fall of more than ${least}`;
}
