import type { KeptPicture, PictureMemory } from "./types.ts";

/** Bytes from which on nothing more is kept: some thousand pictures of a usual size. */
const mostBytes = 4e8;

/** Keeps pictures that were read, the first ones where there is no room for all: whoever reads them again does so in the same order. */
export function pictureMemory(most = mostBytes): PictureMemory {
  const kept = new Map<string, KeptPicture>();
  let bytes = 0;
  return {
    find: (key) => kept.get(key),
    keep(key, picture) {
      const { byteLength } = picture.pixels.data;
      if (kept.has(key) || bytes + byteLength > most) return;
      kept.set(key, picture);
      bytes += byteLength;
    },
  };
}
