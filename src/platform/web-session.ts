import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { CfalignError } from "../base/errors.ts";
import { GraphBuilder } from "../onnx/build.ts";
import type { ValueInfo } from "../onnx/graph.ts";
import { writeModel } from "../onnx/write.ts";
import type { Session, SessionOptions } from "./platform.ts";
import { openWith } from "./run-session.ts";
import { inTurn, inTurnWithPauses } from "./web-turns.ts";

/** Threads of WebAssembly at most: more hardly pay for models of pictures. */
const mostThreads = 4;

/** A session of onnxruntime-web on WebAssembly or WebGPU. External data must be given as bytes. Errors: as `openWith`. */
export async function createWebSession(model: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const { device = "cpu" } = options;
  if (device === "cpu") {
    // Its own default leaves half of the cores alone; without isolation a page has one thread whatever is asked for.
    if (globalThis.crossOriginIsolated) env.wasm.numThreads ??= Math.min(mostThreads, navigator.hardwareConcurrency);
    const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) =>
      InferenceSession.create(bytes, settings);
    return turning(() => openWith({ create, Tensor }, model, options, { executionProviders: ["wasm"] }));
  }
  if (device !== "webgpu") throw new CfalignError("runtime", `a browser has no ${device}`);
  // A build of its own, twice as large, which only pages load that ask for it.
  const { InferenceSession: Sessions, Tensor: OwnTensor } = await import("onnxruntime-web/webgpu");
  const create = (bytes: Uint8Array, settings: InferenceSession.SessionOptions) => Sessions.create(bytes, settings);
  return turning(() => openWith({ create, Tensor: OwnTensor }, model, options, { executionProviders: ["webgpu"] }));
}

/** Has WebAssembly fetched and compiled, which takes longer than the first models: a session of nothing much does. */
export async function loadRuntime(): Promise<void> {
  const builder = new GraphBuilder("", ["x", "y"]);
  builder.nodes.push({ name: "y", op: "Identity", domain: "", inputs: ["x"], outputs: ["y"], attributes: {} });
  const value = (name: string): ValueInfo => ({ name, type: "float32", dims: [1] });
  const session = await createWebSession(writeModel(builder.graph("nothing", [value("x")], [value("y")])));
  await session.dispose();
}

async function turning(open: () => Promise<Session>): Promise<Session> {
  const session = await inTurn(open);
  return {
    ...session,
    run: (feeds, fetches) => inTurnWithPauses(() => session.run(feeds, fetches)),
    dispose: () => inTurn(() => session.dispose()),
  };
}
