import type { Compute } from "../../live/compute.ts";
import { decimal } from "../parts/numbers.ts";

interface Props {
  readonly compute: Compute;
  /** Whether the page came with what it needs for WebGPU. */
  readonly webgpu: boolean;
  /** Of the models' files. */
  readonly modelBytes: number;
  /** What WebAssembly holds by now; 0 where nobody tells. */
  readonly memoryBytes: number;
  /** Of the last look at a picture, and of the last search; undefined before. */
  readonly lookSeconds: number | undefined;
  readonly lowerSeconds: number | undefined;
}

/** What the models run on and why, and what that costs here. */
export function ComputeNote({ compute, webgpu, modelBytes, memoryBytes, lookSeconds, lowerSeconds }: Props) {
  const { device, fallbacks } = compute;
  const costs = [
    `${megabytes(modelBytes)} of models`,
    ...(memoryBytes > 0 ? [`${megabytes(memoryBytes)} of memory`] : []),
    ...(lookSeconds === undefined ? [] : [`${secondsWords(lookSeconds)} for a picture`]),
    ...(lowerSeconds === undefined ? [] : [`${secondsWords(lowerSeconds)} for a counterfactual`]),
  ];
  return (
    <p className="note compute" data-device={device}>
      {placeWords(compute, webgpu)} It costs {costs.join(", ")}.
      {device !== "cpu" && fallbacks.length > 0 && ` On the CPU instead: ${fallbacks.join("; ")}.`}
    </p>
  );
}

function placeWords({ device, about, why, fallbacks }: Compute, webgpu: boolean): string {
  if (device !== "cpu") {
    const processor = about === undefined || about === "" ? "" : ` (${about})`;
    return `Runs on WebGPU${processor}: what it gives first, forward and back, is held against the CPU.`;
  }
  const threads = crossOriginIsolated ? "with threads" : "with one thread";
  const reason = webgpu ? why : "as this page came without its part for WebGPU";
  return `Runs on WebAssembly ${threads}${reason === undefined ? `: ${fallbacks.join("; ")}` : `, ${reason}`}.`;
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

function secondsWords(seconds: number): string {
  return `${decimal(seconds, seconds < 10 ? 1 : 0)} s`;
}
