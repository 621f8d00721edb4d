/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let text = "";
  // Chunks of a multiple of 3 bytes concatenate without padding between them and stay below the argument limit.
  const chunk = 0x6000;
  for (let start = 0; start < bytes.length; start += chunk) {
    text += btoa(String.fromCharCode(...bytes.subarray(start, start + chunk)));
  }
  return text;
}
