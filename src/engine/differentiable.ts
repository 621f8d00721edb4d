import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import type { Graph, ValueInfo } from "../onnx/graph.ts";
import { prune } from "../onnx/prune.ts";
import type { Device } from "../options/device.ts";
import type { Session, TypedTensor } from "../platform/platform.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { constantTensor } from "./constant-tensor.ts";
import { floatTensor, requireFloat, typed } from "./float-tensor.ts";
import { type GradientSession, openGradient } from "./gradient-session.ts";
import { loadModel } from "./load.ts";
import { openSession } from "./open-session.ts";
import { pickValue } from "./pick-value.ts";
import { type DeviceOptions, placeModels } from "./place-models.ts";
import { SessionCache } from "./session-cache.ts";

/** What is differentiated, by what, and on which device. */
export interface DifferentiableOptions extends DeviceOptions {
  /** Input to differentiate by. Default: the only one. */
  readonly wrt?: string;
  /** Output to differentiate. Default: the only one. */
  readonly output?: string;
  /** Shape of `wrt` to prepare for, so that what cannot be differentiated is reported here. Default: prepared by the first call. */
  readonly shape?: readonly number[];
}

/** The shape and numbers of an output and its gradient. */
export interface VjpResult {
  /** The file's own output, unchanged. */
  readonly output: Tensor;
  /** ∂(cotangent · output)/∂wrt, of the shape of `wrt`. */
  readonly gradient: Tensor;
}

/** Tensors by name: float32 where they state no type. */
type Values = Readonly<Record<string, Tensor | TypedTensor>>;

/** An ONNX file with gradients. Release it with `await using` or `dispose()`. */
export interface Differentiable {
  /** Names of the file's inputs that the output depends on. */
  readonly inputNames: readonly string[];
  /** Names of all the file's outputs. */
  readonly outputNames: readonly string[];
  readonly wrt: string;
  readonly output: string;
  /** The devices that gave results so far, or that are to give them. */
  readonly devices: readonly Device[];
  /** Runs the file forward. `others`: values of the inputs that are not `wrt`, with their type where it is not float32. */
  forward(input: Tensor, others?: Values): Promise<Tensor>;
  /** Runs forward and backward: `cotangent` has the shape of the output. A new input shape is prepared once, then kept. */
  vjp(input: Tensor, cotangent: Tensor, others?: Values): Promise<VjpResult>;
  /** Releases the sessions. */
  dispose(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens an ONNX file for reverse-mode differentiation, run by onnxruntime.
 * source: a path (on the web a URL), or the file's bytes. Errors: CfalignError("input") for a file that cannot be read
 * or an operator without a gradient rule, ("usage") for a name or shape that the file does not have.
 */
export async function differentiable(
  source: string | Uint8Array,
  options: DifferentiableOptions = {},
): Promise<Differentiable> {
  const loaded = await loadModel(source);
  const wrt = pickValue("input", loaded.graph.inputs, { name: options.wrt, option: "wrt" }).name;
  const output = pickValue("output", loaded.graph.outputs, { name: options.output, option: "output" }).name;
  const model = { ...loaded, graph: prune(loaded.graph, [output]) };
  const { graph } = model;
  requireFloat([...graph.inputs.filter(({ name }) => name === wrt), ...graph.outputs]);
  const placements = await placeModels(options);
  const name = typeof source === "string" ? source : "the model";
  const forward = { placement: placements.of([name], "output") };
  const backward = { placement: placements.of([name], "gradient") };
  const sessions = new SessionCache<GradientSession>();
  let forwardSession: Promise<Session> | undefined;
  const onGradient = <R>(
    feeds: ReadonlyMap<string, TypedTensor>,
    action: (session: GradientSession) => Promise<R>,
  ): Promise<R> => {
    const dims = Object.fromEntries([...feeds].map(([name, tensor]) => [name, tensor.dims]));
    const open = () => openGradient(model, { wrt: [wrt], outputs: [output], dims }, backward);
    return sessions.use(JSON.stringify(dims), open, action);
  };
  const feedsOf = (input: Tensor, others: Values) => checked(graph, { ...others, [wrt]: input });
  const dispose = async () => {
    await sessions.dispose();
    // One that could not be opened has told so already.
    await (await forwardSession?.catch(() => undefined))?.dispose();
    forwardSession = undefined;
  };
  const opened: Differentiable = {
    inputNames: graph.inputs.map((info) => info.name),
    outputNames: loaded.graph.outputs.map((info) => info.name),
    wrt,
    output,
    get devices() {
      return placements.use[name] ?? [placements.device];
    },
    async forward(input, others = {}) {
      const feeds = feedsOf(input, others);
      forwardSession ??= openSession(model, forward);
      const session = await forwardSession;
      const needed = session.inputNames.map((name) => [name, feeds.get(name) as TypedTensor]);
      return floatTensor(output, (await session.run(Object.fromEntries(needed)))[output]);
    },
    async vjp(input, cotangent, others = {}) {
      const feeds = feedsOf(input, others);
      const given = new Map<string, Tensor | TypedTensor>([...feeds, [cotangentName(output), cotangent]]);
      const results = await onGradient(feeds, (session) => session.run(given));
      const name = gradientName(wrt);
      return { output: floatTensor(output, results[output]), gradient: floatTensor(name, results[name]) };
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
  if (options.shape !== undefined) {
    const input = { data: new Float32Array(sizeOf(options.shape)), dims: options.shape };
    const others = graph.inputs.filter((info) => info.name !== wrt).map((info) => [info.name, ones(info)]);
    await onGradient(feedsOf(input, Object.fromEntries(others)), async () => {});
  }
  return opened;
}

/** A tensor of the stated type and shape, with 1 for what is free. */
function ones({ type, dims }: ValueInfo): TypedTensor {
  const shape = (dims ?? []).map((dim) => (typeof dim === "number" ? dim : 1));
  return constantTensor(type === "other" ? "float32" : type, shape, 1);
}

function checked(graph: Graph, feeds: Values): ReadonlyMap<string, TypedTensor> {
  const found = new Map<string, TypedTensor>();
  for (const { name, type, dims } of graph.inputs) {
    const given = feeds[name];
    if (given === undefined) throw new CfalignError("usage", `no value for input "${name}"`, { where: name });
    const tensor = typed(given);
    if (type !== "other" && tensor.type !== type) {
      throw new CfalignError("usage", `input "${name}": expected ${type}, got ${tensor.type}`, { where: name });
    }
    const fits =
      dims === undefined ||
      (dims.length === tensor.dims.length && dims.every((dim, i) => typeof dim !== "number" || dim === tensor.dims[i]));
    if (!fits || tensor.data.length !== sizeOf(tensor.dims)) {
      const expected = dims === undefined ? "" : ` expected [${dims.map((dim) => dim ?? "?").join(", ")}],`;
      throw new CfalignError(
        "usage",
        `input "${name}":${expected} got [${tensor.dims.join(", ")}] with ${tensor.data.length} numbers`,
        { where: name },
      );
    }
    found.set(name, tensor);
  }
  return found;
}
