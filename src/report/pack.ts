import { base64 } from "../pictures/base64.ts";
import type { Packed, PackedFlags } from "./data.ts";

/** Packs numbers into four bytes each; undefined and null become "missing". */
export function pack(values: readonly (number | null | undefined)[]): Packed {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, index) => {
    view.setFloat32(index * 4, value ?? Number.NaN, true);
  });
  return base64(new Uint8Array(view.buffer));
}

/** Packs a yes, a no or "unknown" into one letter each. */
export function packFlags(values: readonly (boolean | undefined)[]): PackedFlags {
  return values.map((value) => (value === undefined ? "-" : value ? "1" : "0")).join("");
}

/** Packs numbers into two bytes each, in thousandths up to ±32; undefined and null become "missing". */
export function packThousandths(values: readonly (number | null | undefined)[]): Packed {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, index) => {
    const thousandths = value == null ? -32768 : Math.min(32767, Math.max(-32767, Math.round(1000 * value)));
    view.setInt16(index * 2, thousandths, true);
  });
  return base64(new Uint8Array(view.buffer));
}

/** A copy of plain data whose floats have five digits: more cannot be seen, and it halves the size. */
export function rounded<T>(value: T): T {
  return JSON.parse(
    JSON.stringify(value, (_, part: unknown) =>
      typeof part === "number" && !Number.isInteger(part) ? Number(part.toPrecision(5)) : part,
    ),
  ) as T;
}
