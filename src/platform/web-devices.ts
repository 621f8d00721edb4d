import type { DeviceOffer } from "./platform.ts";

/** What a browser tells of a graphics adapter; the DOM's own types do not know it everywhere. */
interface Graphics {
  requestAdapter(): Promise<{
    readonly info: {
      readonly vendor: string;
      readonly architecture: string;
      readonly description: string;
      readonly isFallbackAdapter?: boolean;
    };
  } | null>;
}

/** WebAssembly, and WebGPU where the browser has an adapter. */
export async function webDevices(): Promise<readonly DeviceOffer[]> {
  const cpu: DeviceOffer = { device: "cpu", installed: true, accelerator: false };
  const { gpu } = navigator as { readonly gpu?: Graphics };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (adapter == null) return [cpu];
  const { vendor, architecture, description, isFallbackAdapter = false } = adapter.info;
  const about = [vendor, architecture, description].filter(Boolean).join(" ");
  const software = isFallbackAdapter || architecture === "swiftshader";
  return [cpu, { device: "webgpu", installed: true, accelerator: !software, about }];
}
