import type { Pixels } from "../platform/platform.ts";

/** Part of a picture in which a change is seen at a glance. */
const part = 0.1;

/**
 * How well the change from one picture to another of its size is seen, from 0 to 1: the mean change over the tenth of the pixels that changed
 * most, times the share of all change that lies there. A change is that of the colour channel that changed most, so that one of hue counts.
 */
export function visibility(before: Pixels, after: Pixels): number {
  const { width, height, channels } = before;
  const colours = Math.min(3, channels);
  const changes = Float64Array.from({ length: width * height }, (_, pixel) => {
    let most = 0;
    for (let channel = 0; channel < colours; channel++) {
      const at = pixel * channels + channel;
      most = Math.max(most, Math.abs((after.data[at] ?? 0) - (before.data[at] ?? 0)));
    }
    return most / 255;
  }).sort();
  const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
  const first = Math.floor((1 - part) * changes.length);
  const [seen, all] = [sum(changes.subarray(first)), sum(changes)];
  return all === 0 ? 0 : (seen / (changes.length - first)) * (seen / all);
}
