import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Session, SessionOptions } from "./platform.ts";
import { openWith } from "./run-session.ts";

/** Threads of WebAssembly at most: more hardly pay for models of pictures. */
const mostThreads = 4;

/** A session of onnxruntime-web on WebAssembly. External data must be given as bytes. Errors: as `openWith`. */
export function createWebSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  // Its own default leaves half of the cores alone; without isolation a page has one thread whatever is asked for.
  if (globalThis.crossOriginIsolated) env.wasm.numThreads ??= Math.min(mostThreads, navigator.hardwareConcurrency);
  const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) =>
    InferenceSession.create(bytes, settings);
  return openWith({ create, Tensor }, model, options, { executionProviders: ["wasm"] });
}
