import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";
import { prune } from "../onnx/prune.ts";
import type { TypedTensor } from "../platform/platform.ts";
import { requireRules } from "../vjp/missing.ts";
import type { RuleTable } from "../vjp/rule.ts";
import { cotangentName, vjp } from "../vjp/vjp.ts";
import { typed } from "./float-tensor.ts";
import type { Model } from "./model.ts";
import { type OpenOptions, openSession } from "./open-session.ts";
import { type InputDims, trace } from "./trace.ts";

export interface GradientRequest {
  /** Inputs to differentiate by. */
  readonly wrt: readonly string[];
  /** Outputs to differentiate. */
  readonly outputs: readonly string[];
  /** Further values to give, without a gradient. */
  readonly also?: readonly string[];
  /** Shapes of the inputs. */
  readonly dims: InputDims;
  /** Rule set of another method, such as guided backpropagation. Default: derivatives. */
  readonly rules?: RuleTable;
}

/** The model that computes outputs and gradients at one input shape: further inputs `ct:<output>`, further outputs `grad:<wrt>`. */
export async function gradientModel(model: Model, request: GradientRequest): Promise<Model> {
  const pruned = prune(model.graph, [...request.outputs, ...(request.also ?? [])]);
  // A branch may be chosen by shapes alone, which the trace finds out.
  if (!pruned.nodes.some(({ op }) => op === "If")) {
    requireRules(pruned, request);
  }
  const { graph, facts } = await trace({ ...model, graph: pruned }, request.dims);
  return { graph: vjp(graph, { ...request, facts }), weights: model.weights };
}

/** onnxruntime has accepted the model when it was traced: that it refuses the gradient is no fault of the file. */
export function refused(cause: unknown): never {
  if (!(cause instanceof CfalignError) || cause.code !== "input") throw cause;
  throw new CfalignError("runtime", `the gradient: ${cause.message}`, { cause });
}

/** A gradient graph at one input shape, ready to run. */
export interface GradientSession {
  /** Feeds are inputs, float32 where they state no type, and cotangents (`ct:<output>`; an absent one counts as zeros). Errors: CfalignError("usage") for a cotangent of another shape than the output's. */
  run(feeds: ReadonlyMap<string, Tensor | TypedTensor>): Promise<Record<string, TypedTensor>>;
  dispose(): Promise<void>;
}

/** Traces, differentiates and loads a model at one input shape. */
export async function openGradient(
  model: Model,
  request: GradientRequest,
  options: OpenOptions = {},
): Promise<GradientSession> {
  return loadGradient(await gradientModel(model, request), request.outputs, options);
}

/** Loads what `vjp` made of a model. `differentiated`: the outputs that have a cotangent. */
export async function loadGradient(
  gradient: Model,
  differentiated: readonly string[],
  options: OpenOptions = {},
): Promise<GradientSession> {
  const shapes = new Map(gradient.graph.inputs.map((info) => [info.name, info.dims as readonly number[]]));
  const session = await openSession(gradient, options).catch(refused);
  const cotangent = (output: string, given: Tensor | undefined): Tensor => {
    const expected = shapes.get(cotangentName(output)) ?? [];
    if (given === undefined) return { data: new Float32Array(sizeOf(expected)), dims: expected };
    if (given.dims.join() !== expected.join() || given.data.length !== sizeOf(expected)) {
      throw new CfalignError(
        "usage",
        `expected a cotangent of shape [${expected.join(", ")}] for "${output}", got [${given.dims.join(", ")}] with ${given.data.length} numbers`,
        { where: output },
      );
    }
    return given;
  };
  return {
    async run(feeds) {
      const all = new Map<string, Tensor | TypedTensor>(feeds);
      for (const output of differentiated) {
        const name = cotangentName(output);
        all.set(name, cotangent(output, feeds.get(name) as Tensor | undefined));
      }
      return session.run(
        Object.fromEntries(session.inputNames.map((name) => [name, typed(all.get(name) as Tensor | TypedTensor)])),
      );
    },
    dispose: () => session.dispose(),
  };
}
