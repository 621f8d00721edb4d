import { z } from "zod";
import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import type { Graph } from "../onnx/graph.ts";
import type { Device } from "../options/device.ts";
import type { MissingRule } from "../vjp/activity.ts";
import { missingRules } from "../vjp/missing.ts";
import { vjp } from "../vjp/vjp.ts";
import { resolveBranches } from "./branches.ts";
import { constantTensor } from "./constant-tensor.ts";
import { constantBytes, costFigures, costOf } from "./cost.ts";
import { type DeviceInspection, deviceInspection, inspectOn } from "./device-inspection.ts";
import { loadGradient } from "./gradient-session.ts";
import { inputDimsOf, refuseUnfitShapes } from "./input-dims.ts";
import { loadModel } from "./load.ts";
import { checkHash, readManifestFiles } from "./manifest-files.ts";
import type { LoadedModel } from "./model.ts";
import { quantizationOf, quantizations } from "./quantization-kind.ts";
import { measureSpeed, secondsOf } from "./speed.ts";
import { toldValue, toldValues } from "./told-value.ts";
import { type InputDims, type Traced, trace } from "./trace.ts";

/** What a pass takes. */
const estimate = z.strictObject({
  ...costFigures,
  /** Counted arithmetic and memory traffic at the speeds that two small graphs had in onnxruntime just now; an estimate. */
  seconds: z.number(),
});
/** What a pass takes. */
type Estimate = z.infer<typeof estimate>;

/** What a file holds, and whether cfalign can differentiate it. */
export const inspectionSchema = z.strictObject({
  file: z.string(),
  sha256: z.string(),
  opset: z.number().int(),
  producer: z.string(),
  /** What else the file says of itself, by key. */
  metadata: z.record(z.string(), z.string()).readonly(),
  inputs: z.array(toldValue).readonly(),
  outputs: z.array(toldValue).readonly(),
  /** Operators after normalization, the most frequent first. `domain` is "" for standard ones. */
  operators: z.array(z.strictObject({ op: z.string(), domain: z.string(), count: z.number().int() })).readonly(),
  /** Numbers in constants. */
  parameters: z.number().int(),
  /** Bytes of constants, external files included. */
  weightBytes: z.number().int(),
  /** Inputs of nodes between `wrt` and the outputs that have no gradient rule; `path`: the values from `wrt` up to it. */
  missing: z
    .array(
      z.strictObject({
        op: z.string(),
        domain: z.string(),
        node: z.string(),
        input: z.number().int(),
        path: z.array(z.string()).readonly(),
      }),
    )
    .readonly(),
  /** The input shapes at which a gradient was made and loaded; null where a free dimension has no size. */
  triedAt: z.record(z.string(), z.array(z.number().int()).readonly()).readonly().nullable(),
  /** A pass forward at `triedAt`; null where nothing was tried. */
  forward: estimate.nullable(),
  /** A pass forward and back to every input; null where it was not tried or failed before it could be counted. */
  gradient: estimate.nullable(),
  /** Whether the gradient was run once; above 1 GiB of memory it is loaded and not run. */
  ran: z.boolean(),
  /** Why that failed; null when it did not, or was not tried. */
  problem: z.string().nullable(),
  /** How it does on the device that was asked for; null where none was, or nothing was run. */
  onDevice: deviceInspection.nullable(),
  /** Every rule is there and nothing failed. */
  differentiable: z.boolean(),
  /** It ran, and has no gradient: it is audited by pairs of pictures. */
  forwardOnly: z.boolean(),
  /** "weights": exact gradients; "values": straight through the rounding, within its range; "integers": none. */
  quantization: z.enum(quantizations),
});
/** What a file holds. */
export type Inspection = Readonly<z.infer<typeof inspectionSchema>>;

/** What `inspect` tries, and at which sizes. */
export interface InspectOptions {
  /** Also tried on this device: forward and gradient at `triedAt`, held against the CPU. */
  readonly device?: Device;
  /** Inputs to differentiate by. Default: all of type float32. */
  readonly wrt?: readonly string[];
  /** Outputs to differentiate. Default: all of type float32 or without stated type. */
  readonly outputs?: readonly string[];
  /** Sizes for free dimensions, by input. A free first dimension counts as 1. */
  readonly shapes?: InputDims;
}

/** Looks at an ONNX file, or at every file that a manifest (`*.json`) names. Errors: CfalignError("input") for files that cannot be read, ("usage") for shapes that no input has. */
export async function inspectModel(path: string, options: InspectOptions = {}): Promise<readonly Inspection[]> {
  const inspections = await inspectFiles(path, options);
  refuseUnfitShapes(
    inspections.flatMap(({ inputs }) => inputs),
    options.shapes ?? {},
  );
  return inspections;
}

async function inspectFiles(path: string, options: InspectOptions): Promise<readonly Inspection[]> {
  if (!path.endsWith(".json")) return [(await inspectFile(path, options)).inspection];
  const { files, image } = await readManifestFiles(path);
  const inspections: Inspection[] = [];
  // The output of an encoder is the input of its decoder.
  let dims = image;
  for (const file of files) {
    const { inspection, outputDims } = await inspectFile(file.path, options, dims);
    checkHash(path, file, inspection.sha256);
    inspections.push(inspection);
    dims = outputDims;
  }
  return inspections;
}

interface Inspected {
  readonly inspection: Inspection;
  /** Shape of the first output at `triedAt`. */
  readonly outputDims: readonly number[] | undefined;
}

/** `only`: the shape of the input when the model has just one. */
async function inspectFile(path: string, options: InspectOptions, only?: readonly number[]): Promise<Inspected> {
  const loaded = await loadModel(path);
  const triedAt = inputDimsOf(loaded.graph, options.shapes ?? {}, { only });
  // Which branch an If takes may follow from the shapes.
  const resolved = triedAt && (await resolveBranches(loaded, (part) => trace(part, triedAt)).catch(onlyForeseen));
  const model: LoadedModel = { ...loaded, ...resolved };
  const { graph } = model;
  const wrt = options.wrt ?? graph.inputs.filter(({ type }) => type === "float32").map(({ name }) => name);
  const outputs =
    options.outputs ??
    graph.outputs.filter(({ type }) => type === "float32" || type === "other").map(({ name }) => name);
  const missing = missingRules(graph, { wrt, outputs });
  const attempt =
    triedAt === undefined
      ? {}
      : await tryModel(model, { wrt, outputs, missing, dims: triedAt, device: options.device });
  const constants = [...graph.initializers.values()];
  const differentiable = missing.length === 0 && attempt.problem === undefined;
  return {
    inspection: {
      file: path,
      sha256: await model.sha256(),
      opset: model.opset,
      producer: model.producer,
      metadata: model.metadata,
      inputs: toldValues(graph.inputs),
      outputs: toldValues(graph.outputs),
      operators: countOperators(graph),
      parameters: constants.reduce((total, { dims }) => total + sizeOf(dims), 0),
      weightBytes: constants.reduce((total, constant) => total + constantBytes(constant), 0),
      missing,
      triedAt: triedAt ?? null,
      forward: attempt.forward ?? null,
      gradient: attempt.gradient ?? null,
      ran: attempt.ran ?? false,
      problem: attempt.problem ?? null,
      onDevice: attempt.onDevice ?? null,
      differentiable,
      quantization: quantizationOf(graph),
      forwardOnly: !differentiable && attempt.forward !== undefined,
    },
    outputDims: attempt.outputDims,
  };
}

/** What is refused is refused again when the model is tried, and told there. */
function onlyForeseen(error: unknown): undefined {
  if (!(error instanceof CfalignError) || error.code === "internal") throw error;
}

interface Attempt {
  readonly wrt: readonly string[];
  readonly outputs: readonly string[];
  readonly missing: readonly MissingRule[];
  readonly dims: InputDims;
  readonly device: Device | undefined;
}

interface Tried {
  readonly forward?: Estimate;
  readonly gradient?: Estimate;
  readonly problem?: string;
  readonly onDevice?: DeviceInspection;
  readonly outputDims?: readonly number[];
  readonly ran?: boolean;
}

/** What needs more memory than this is only loaded. */
const MAX_RUN_BYTES = 2 ** 30;

/** Counts both passes and runs the gradient once; what onnxruntime or the data refuse is a problem, not an error. */
async function tryModel(model: LoadedModel, { wrt, outputs, missing, dims, device }: Attempt): Promise<Tried> {
  let tried: Tried = {};
  try {
    const traced = await trace(model, dims);
    const speed = await measureSpeed();
    const estimated = (at: Traced): Estimate => {
      const { movedBytes, ...cost } = costOf(at);
      return { ...cost, seconds: secondsOf({ ...cost, movedBytes }, speed) };
    };
    const [first] = outputs;
    tried = {
      forward: estimated(traced),
      ...(first === undefined ? {} : { outputDims: traced.facts.shape(first) }),
    };
    const forward = { pass: "forward", model: { ...model, graph: traced.graph } } as const;
    const small = ({ memoryBytes = 0 }: Partial<Estimate> = {}) => memoryBytes <= MAX_RUN_BYTES;
    if (missing.length > 0) {
      return device === undefined || !small(tried.forward)
        ? tried
        : { ...tried, onDevice: await inspectOn(device, [forward]) };
    }
    const graph = vjp(traced.graph, { wrt, outputs, facts: traced.facts });
    const all = graph.inputs.map((info): [string, readonly number[]] => [info.name, info.dims as readonly number[]]);
    tried = { ...tried, gradient: estimated(await trace({ ...model, graph }, Object.fromEntries(all))) };
    const session = await loadGradient({ ...model, graph }, outputs);
    try {
      if (!small(tried.gradient)) return tried;
      if (device !== undefined) {
        const gradient = { pass: "gradient", model: { ...model, graph } } as const;
        tried = { ...tried, onDevice: await inspectOn(device, [forward, gradient]) };
      }
      await session.run(
        new Map(
          model.graph.inputs.map(({ name, type }) => [name, constantTensor(type, dims[name] as readonly number[], 0)]),
        ),
      );
      return { ...tried, ran: true };
    } finally {
      await session.dispose();
    }
  } catch (error) {
    if (error instanceof CfalignError && error.code !== "internal") return { ...tried, problem: error.message };
    throw error;
  }
}

function countOperators(graph: Graph): Inspection["operators"] {
  const counts = new Map<string, { op: string; domain: string; count: number }>();
  for (const { op, domain } of graph.nodes) {
    const entry = counts.get(`${domain}:${op}`) ?? { op, domain, count: 0 };
    entry.count++;
    counts.set(`${domain}:${op}`, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1));
}
