import { platform } from "#platform";
import { CfalignError } from "../base/errors.ts";
import { GraphBuilder } from "../onnx/build.ts";
import { writeModel } from "../onnx/write.ts";
import { type AskedDevice, type Device, deviceOptionTable } from "../options/device.ts";
import { checkedOptions } from "../options/option.ts";
import type { DeviceOffer, Session, TypedTensor } from "../platform/platform.ts";
import { disagreement } from "./agreement.ts";
import { type PlacementOptions, Placements, reasonOf, sayFallback } from "./placement.ts";

/** What models run on. */
export interface DeviceOptions extends Pick<PlacementOptions, "onFallback"> {
  /** What models run on, "cpu"; "auto" takes an accelerator that is there and faster, else the CPU. */
  readonly device?: AskedDevice | undefined;
}

/** A device that onnxruntime offers here, tried. */
export interface TriedDevice extends DeviceOffer {
  /** Whether a small product of matrices gave there what it gives on the CPU. */
  readonly works: boolean;
  /** Why it does not. */
  readonly problem: string | undefined;
}

/**
 * What "auto" tries: CUDA, then WebGPU, where it is installed and no software plays the processor; else the CPU. DirectML
 * and Core ML are for those who name them.
 */
export function chooseDevice(offers: readonly DeviceOffer[]): Device {
  const chosen = (["cuda", "webgpu"] as const).find((device) =>
    offers.some((offer) => offer.device === device && offer.installed && offer.accelerator !== false),
  );
  return chosen ?? "cpu";
}

/**
 * Where models run. What was asked for and does not work here is said, and everything runs on the CPU. Errors:
 * CfalignError("usage") for a device of no such name.
 */
export async function placeModels({ device, onFallback }: DeviceOptions): Promise<Placements> {
  const { device: asked } = checkedOptions(deviceOptionTable, device === undefined ? {} : { device });
  const options = { onFallback, fasterOnly: asked === "auto" };
  if (asked === "cpu") return new Placements("cpu", options);
  const offers = await platform.devices();
  const chosen = asked === "auto" ? chooseDevice(offers) : asked;
  const problem = chosen === "cpu" ? undefined : await problemOf(chosen, offers);
  if (problem === undefined) return new Placements(chosen, options);
  sayFallback(`${chosen} does not work here, everything runs on the CPU: ${problem}`, options);
  return new Placements("cpu", options);
}

/** Every device that onnxruntime offers here, tried. */
export async function tryDevices(): Promise<readonly TriedDevice[]> {
  const tried: TriedDevice[] = [];
  const offers = await platform.devices();
  for (const offer of offers) {
    const problem = await problemOf(offer.device, offers);
    tried.push({ ...offer, works: problem === undefined, problem });
  }
  return tried;
}

/** Why a device cannot be used; undefined where it can. */
async function problemOf(device: Device, offers: readonly DeviceOffer[]): Promise<string | undefined> {
  const offer = offers.find((each) => each.device === device);
  if (offer === undefined) return `onnxruntime offers ${offers.map((each) => each.device).join(", ")} on this platform`;
  return offer.installed ? problemOfTrying(device) : "its part of onnxruntime is not installed";
}

/** Tried by a small product of matrices. */
async function problemOfTrying(device: Device): Promise<string | undefined> {
  const b = new GraphBuilder();
  const info = (name: string) => ({ name, type: "float32" as const, dims: [4, 4] });
  const graph = writeModel(b.graph("probe", [info("x")], [info(b.add("MatMul", ["x", "x"]))]));
  const x = { ...info("x"), data: Float32Array.from({ length: 16 }, (_, i) => i - 5) };
  const run = async (where: Device): Promise<Record<string, TypedTensor>> => {
    let session: Session | undefined;
    try {
      session = await platform.createSession(graph, { device: where });
      return await session.run({ x });
    } finally {
      await session?.dispose();
    }
  };
  try {
    return disagreement(await run("cpu"), await run(device));
  } catch (error) {
    if (!(error instanceof CfalignError) || error.code === "internal") throw error;
    return reasonOf(error);
  }
}
