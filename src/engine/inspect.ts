import { CfalignError } from "../base/errors.ts";
import { sizeOf } from "../base/tensor.ts";
import type { Graph, ValueInfo } from "../onnx/graph.ts";
import type { Device } from "../options/device.ts";
import type { MissingRule } from "../vjp/activity.ts";
import { missingRules } from "../vjp/missing.ts";
import { vjp } from "../vjp/vjp.ts";
import { resolveBranches } from "./branches.ts";
import { constantTensor } from "./constant-tensor.ts";
import { type Cost, constantBytes, costOf } from "./cost.ts";
import { type DeviceInspection, inspectOn } from "./device-inspection.ts";
import { loadGradient } from "./gradient-session.ts";
import { inputDimsOf, refuseUnfitShapes } from "./input-dims.ts";
import { loadModel } from "./load.ts";
import { checkHash, readManifestFiles } from "./manifest-files.ts";
import type { LoadedModel } from "./model.ts";
import { type Quantization, quantizationOf } from "./quantization-kind.ts";
import { measureSpeed, secondsOf } from "./speed.ts";
import { type InputDims, type Traced, trace } from "./trace.ts";

/** What a file holds, and whether cfalign can differentiate it. */
export interface Inspection {
  readonly file: string;
  readonly sha256: string;
  readonly opset: number;
  readonly producer: string;
  /** What else the file says of itself, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Operators after normalization, the most frequent first. `domain` is "" for standard ones. */
  readonly operators: readonly { readonly op: string; readonly domain: string; readonly count: number }[];
  /** Numbers in constants. */
  readonly parameters: number;
  /** Bytes of constants, external files included. */
  readonly weightBytes: number;
  /** Inputs of nodes between `wrt` and the outputs that have no gradient rule. */
  readonly missing: readonly MissingRule[];
  /** The input shapes at which a gradient was made and loaded; undefined where a free dimension has no size. */
  readonly triedAt: InputDims | undefined;
  /** A pass forward at `triedAt`; undefined where nothing was tried. */
  readonly forward: Estimate | undefined;
  /** A pass forward and back to every input; undefined where it was not tried or failed before it could be counted. */
  readonly gradient: Estimate | undefined;
  /** Whether the gradient was run once; above 1 GiB of memory it is loaded and not run. */
  readonly ran: boolean;
  /** Why that failed; undefined when it did not, or was not tried. */
  readonly problem: string | undefined;
  /** How it does on the device that was asked for; undefined where none was, or nothing was run. */
  readonly onDevice: DeviceInspection | undefined;
  /** Every rule is there and nothing failed. */
  readonly differentiable: boolean;
  /** It ran, and has no gradient: it is audited by pairs of pictures. */
  readonly forwardOnly: boolean;
  /** How much of it has fewer bits, and what that means for its gradient. */
  readonly quantization: Quantization;
}

/** What a pass takes. */
export interface Estimate extends Omit<Cost, "movedBytes"> {
  /** Counted arithmetic and memory traffic at the speeds that two small graphs had in onnxruntime just now; an estimate. */
  readonly seconds: number;
}

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
      inputs: graph.inputs,
      outputs: graph.outputs,
      operators: countOperators(graph),
      parameters: constants.reduce((total, { dims }) => total + sizeOf(dims), 0),
      weightBytes: constants.reduce((total, constant) => total + constantBytes(constant), 0),
      missing,
      triedAt,
      forward: attempt.forward,
      gradient: attempt.gradient,
      ran: attempt.ran ?? false,
      problem: attempt.problem,
      onDevice: attempt.onDevice,
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
