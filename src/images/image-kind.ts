const ascii = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));

/** First bytes of every format that is decoded: [offset, bytes], all of which must match. */
const signatures: readonly (readonly [string, ...(readonly [number, readonly number[]])[]])[] = [
  ["png", [0, [0x89, ...ascii("PNG"), 0x0d, 0x0a, 0x1a, 0x0a]]],
  ["jpeg", [0, [0xff, 0xd8, 0xff]]],
  ["webp", [0, ascii("RIFF")], [8, ascii("WEBP")]],
  ["gif", [0, ascii("GIF8")]],
  ["tiff", [0, [0x49, 0x49, 0x2a, 0x00]]],
  ["tiff", [0, [0x4d, 0x4d, 0x00, 0x2a]]],
];

/** Format of an image file by its first bytes, or undefined when it is none that is decoded. */
export function imageKind(bytes: Uint8Array): string | undefined {
  return signatures.find(([, ...marks]) =>
    marks.every(([offset, mark]) => mark.every((byte, i) => bytes[offset + i] === byte)),
  )?.[0];
}
