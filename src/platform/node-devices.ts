import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Device, devices } from "../options/device.ts";
import { loadRuntime } from "./node-session.ts";
import type { DeviceOffer } from "./platform.ts";

/** Device files that Linux has where there is a graphics processor: any maker's, NVIDIA's, and Windows' below WSL. */
async function graphicsOfLinux(): Promise<string | undefined> {
  const rendering = (await readdir("/dev/dri").catch(() => [])).find((name) => name.startsWith("renderD"));
  if (rendering !== undefined) return `/dev/dri/${rendering}`;
  return ["/dev/nvidia0", "/dev/dxg"].find((path) => existsSync(path));
}

/** onnxruntime-node's offers: what its binary was built with, and whether the machine has what it is for. */
export async function nodeDevices(): Promise<readonly DeviceOffer[]> {
  const { listSupportedBackends } = await loadRuntime();
  const known = new Set<string>(devices);
  const names = listSupportedBackends().map(({ name }) => name);
  const graphics = process.platform === "linux" ? await graphicsOfLinux() : undefined;
  return names
    .filter((name) => known.has(name))
    .map((name): DeviceOffer => {
      const device = name as Device;
      if (device === "cpu") return { device, installed: true, accelerator: false };
      if (device === "cuda" && !existsSync(providerOf("cuda"))) return { device, installed: false, accelerator: false };
      if (process.platform === "linux") {
        const about = graphics === undefined ? "no graphics processor in /dev: software" : graphics;
        return { device, installed: true, accelerator: graphics !== undefined, about };
      }
      // A Mac with Apple's processor has one; what Windows has only Direct3D knows.
      return { device, installed: true, accelerator: process.platform === "darwin" ? true : undefined };
    });
}

/** The library that a provider is in, where it is no part of onnxruntime's own. */
function providerOf(name: string): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = join(dirname(main), "../bin/napi-v6", process.platform, process.arch);
  const prefix = process.platform === "win32" ? "" : "lib";
  return join(folder, `${prefix}onnxruntime_providers_${name}${process.platform === "win32" ? ".dll" : ".so"}`);
}
