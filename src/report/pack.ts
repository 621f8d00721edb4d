import { base64 } from "../pictures/base64.ts";
import type { Packed } from "./data.ts";

const missing = -32768;
const largest = 32767;

/** Packs numbers into 16 bits each; undefined and null become "missing". The step is 1e-4 where the range allows it. */
export function pack(values: readonly (number | null | undefined)[]): Packed {
  let extreme = 0;
  for (const value of values) if (value != null) extreme = Math.max(extreme, Math.abs(value));
  const scale = Math.max(1e-4, Number((extreme / largest).toPrecision(6)));
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, index) => {
    const integer = value == null ? missing : Math.max(-largest, Math.min(largest, Math.round(value / scale)));
    view.setInt16(index * 2, integer, true);
  });
  return { scale, data: base64(new Uint8Array(view.buffer)) };
}
