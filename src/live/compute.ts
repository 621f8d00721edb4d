import type { AskedDevice, Device } from "../options/device.ts";
import type { DeviceOffer } from "../platform/platform.ts";

/** What the models run on, and why. */
export interface Compute {
  /** Where everything runs that did not fall back. */
  readonly device: Device;
  /** What is said of its processor. */
  readonly about: string | undefined;
  /** Why it is the CPU, at a sentence's end; undefined where that is told by what fell back. */
  readonly why: string | undefined;
  /** What runs on the CPU though another device was tried, a line each. */
  readonly fallbacks: readonly string[];
}

interface Chosen {
  readonly device: Device;
  readonly asked: AskedDevice;
  /** What there was to choose from. */
  readonly offers: readonly DeviceOffer[];
  readonly fallbacks: readonly string[];
}

/** What became of the wish for a device. */
export function computeOf({ device, asked, offers, fallbacks }: Chosen): Compute {
  const { about } = offers.find((offer) => offer.device === device) ?? {};
  const why = device === "cpu" ? whyCpu(asked, offers, fallbacks) : undefined;
  return { device, about, why, fallbacks };
}

function whyCpu(asked: AskedDevice, offers: readonly DeviceOffer[], fallbacks: readonly string[]): string | undefined {
  if (asked === "cpu") return "as was asked for";
  if (fallbacks.length > 0) return undefined;
  const webgpu = offers.find(({ device }) => device === "webgpu");
  if (webgpu === undefined) return "as there is no WebGPU here";
  return `as WebGPU is played by software here (${webgpu.about ?? "no processor is named"})`;
}
