import type { InferenceSession } from "onnxruntime-common";
import { CfalignError } from "../errors.ts";
import type { Session, SessionOptions } from "./platform.ts";
import { openWith } from "./run-session.ts";

/** onnxruntime-node, loaded at first use. Errors: CfalignError("runtime") that says how to install it. */
export async function loadRuntime() {
  try {
    return await import("onnxruntime-node");
  } catch (cause) {
    const reason = (cause as Error).message.split("\n")[0];
    throw new CfalignError(
      "runtime",
      `cannot load onnxruntime-node (${reason}): install again with "npm i --ignore-scripts" or with ONNXRUNTIME_NODE_INSTALL=skip in the environment`,
      { cause },
    );
  }
}

/** A session of onnxruntime on a device, the CPU when none is named. Errors: as `openWith`. */
export async function createNodeSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { InferenceSession: Sessions, Tensor } = await loadRuntime();
  const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) => Sessions.create(bytes, settings);
  return openWith({ create, Tensor }, model, options, { executionProviders: [options.device ?? "cpu"] });
}
