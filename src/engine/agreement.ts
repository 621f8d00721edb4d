import type { TypedTensor } from "../platform/platform.ts";

/** Part of a value's largest number by which two devices may differ. */
const TOLERANCE = 1e-3;
/** The smallest normal float32: what is below it a device may take for 0. */
const SMALLEST = 2 ** -126;

/**
 * What differs most between a device's values and the CPU's, in words; undefined where they agree: numbers within 1e-3 of the
 * largest of their value, and all but one in a thousand of those that are whole or true or false, as they hang on
 * comparisons that rounding decides.
 */
export function disagreement(
  expected: Readonly<Record<string, TypedTensor>>,
  found: Readonly<Record<string, TypedTensor>>,
): string | undefined {
  for (const [name, value] of Object.entries(expected)) {
    const other = found[name];
    if (other === undefined || other.dims.join() !== value.dims.join()) {
      return `"${name}" has the shape [${other?.dims.join(", ") ?? ""}], not [${value.dims.join(", ")}]`;
    }
    const said = isFloat(value) ? floatDifference(value.data, other.data) : wholeDifference(value.data, other.data);
    if (said !== undefined) return `"${name}" ${said}`;
  }
  return undefined;
}

type Numbers = TypedTensor["data"];

function isFloat({ type }: TypedTensor): boolean {
  return type === "float32" || type === "float64";
}

function floatDifference(expected: Numbers, found: Numbers): string | undefined {
  let largest = 0;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [Number(expected[i]), Number(found[i])];
    if (Object.is(a, b) || a === b) continue;
    if (!Number.isFinite(a) || !Number.isFinite(b)) return `is ${b} where the CPU has ${a}`;
    most = Math.max(most, Math.abs(a - b));
  }
  for (let i = 0; i < expected.length; i++) {
    const size = Math.abs(Number(expected[i]));
    if (Number.isFinite(size)) largest = Math.max(largest, size);
  }
  if (most <= Math.max(TOLERANCE * largest, SMALLEST)) return undefined;
  return `differs by ${most.toPrecision(2)}, and its largest number is ${largest.toPrecision(2)}`;
}

function wholeDifference(expected: Numbers, found: Numbers): string | undefined {
  let differing = 0;
  for (let i = 0; i < expected.length; i++) if (expected[i] !== found[i]) differing++;
  return differing <= TOLERANCE * expected.length ? undefined : `differs in ${differing} of ${expected.length} values`;
}
