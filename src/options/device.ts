import { choice } from "./option.ts";

/** What a model can run on. */
export const devices = ["cpu", "webgpu", "cuda", "dml", "coreml"] as const;
/** One of `devices`. */
export type Device = (typeof devices)[number];

/** Options of everything that runs models. */
export const deviceOptionTable = {
  /** What the models run on, "cpu"; "auto": an accelerator that is there and faster, else the CPU. */
  device: choice(["auto", ...devices], {
    default: "cpu",
    changes: "content",
    flag: { argument: "<name>", text: "what the models run on: auto, cpu, webgpu, cuda, dml or coreml" },
  }),
};

/** A device as it may be asked for. */
export type AskedDevice = "auto" | Device;
