/** A PNG that says how many pixels go on an inch, as a `pHYs` chunk after its header: 8 bytes of signature, 25 of IHDR. */
export function withDensity(png: Uint8Array, dpi: number): Uint8Array {
  const header = 33;
  const chunk = new Uint8Array(21);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode("pHYs"), 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setUint32(17, crc32(chunk.subarray(4, 17)));
  const marked = new Uint8Array(png.length + chunk.length);
  marked.set(png.subarray(0, header));
  marked.set(chunk, header);
  marked.set(png.subarray(header), header + chunk.length);
  return marked;
}

/** Checksum of a chunk (ISO 3309), bit by bit: it is seventeen bytes. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
