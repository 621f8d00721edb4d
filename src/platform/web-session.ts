import { InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Session, SessionOptions } from "./platform.ts";
import { openWith } from "./run-session.ts";

/** A session of onnxruntime-web on WebAssembly. External data must be given as bytes. Errors: as `openWith`. */
export function createWebSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) =>
    InferenceSession.create(bytes, settings);
  return openWith({ create, Tensor }, model, options, { executionProviders: ["wasm"] });
}
