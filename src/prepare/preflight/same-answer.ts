import type { Tensor } from "../../base/tensor.ts";
import type { Device } from "../../options/device.ts";

/** Part of its largest number by which an answer may differ on a device that adds in no fixed order. */
const tolerance = 1e-3;

/** Whether two answers to one question are the same: to the bit on the CPU. */
export function isSameAnswer({ data }: Tensor, { data: again }: Tensor, device: Device): boolean {
  if (data.length !== again.length) return false;
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const most = device === "cpu" ? 0 : tolerance * largest;
  return data.every((value, i) => Object.is(value, again[i]) || Math.abs(value - (again[i] as number)) <= most);
}
