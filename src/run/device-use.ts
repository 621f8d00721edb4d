import type { Workspace } from "../models/workspace.ts";
import type { RunFile } from "../results/run-file.ts";
import { unitedDevices } from "../results/united-devices.ts";

/** A run with what its models ran on by now, beside what they ran on before; the same run where there is nothing new. */
export function withDevices(file: RunFile, use: Workspace["placements"]["use"]): RunFile {
  const { compute } = file;
  if (Object.keys(use).length === 0) return file;
  const devices = unitedDevices([compute.devices, use]);
  return JSON.stringify(devices) === JSON.stringify(compute.devices)
    ? file
    : { ...file, compute: { ...compute, devices } };
}
