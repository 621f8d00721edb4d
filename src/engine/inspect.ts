import { z } from "zod";
import { platform } from "#platform";
import { CfalignError } from "../errors.ts";
import { bytesPerElement } from "../onnx/data-type.ts";
import type { Graph, ValueInfo } from "../onnx/graph.ts";
import { sizeOf } from "../tensor.ts";
import type { MissingRule } from "../vjp/activity.ts";
import { missingRules } from "../vjp/vjp.ts";
import { openGradient } from "./gradient-session.ts";
import { loadModel } from "./load.ts";
import type { LoadedModel } from "./model.ts";
import type { InputDims } from "./trace.ts";

/** What a file holds, and whether cfalign can differentiate it. */
export interface Inspection {
  readonly file: string;
  readonly sha256: string;
  readonly opset: number;
  readonly producer: string;
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
  /** Why that failed; undefined when it did not, or was not tried. */
  readonly problem: string | undefined;
  /** Every rule is there and nothing failed. */
  readonly differentiable: boolean;
}

export interface InspectOptions {
  /** Inputs to differentiate by. Default: all of type float32. */
  readonly wrt?: readonly string[];
  /** Outputs to differentiate. Default: all of type float32 or without stated type. */
  readonly outputs?: readonly string[];
  /** Sizes for free dimensions, by input. A free first dimension counts as 1. */
  readonly shapes?: InputDims;
}

/** Where a manifest names its files; everything else in it is checked where it is used. */
const manifestSchema = z.object({
  file: z.string().optional(),
  encoder: z.object({ file: z.string() }).optional(),
  decoder: z.object({ file: z.string() }).optional(),
  input: z.object({ channels: z.number().default(3), height: z.number(), width: z.number() }).optional(),
});

/** Looks at an ONNX file, or at every file that a manifest (`*.json`) names. Errors: CfalignError("input") for files that cannot be read. */
export async function inspectModel(path: string, options: InspectOptions = {}): Promise<readonly Inspection[]> {
  if (!path.endsWith(".json")) return [(await inspectFile(path, options)).inspection];
  const { files } = platform;
  const { file, encoder, decoder, input } = await readManifest(path);
  const beside = (name: string) => files.join(files.dirname(path), name);
  const image = input && [1, input.channels, input.height, input.width];
  if (file !== undefined) return [(await inspectFile(beside(file), options, image)).inspection];
  if (encoder === undefined || decoder === undefined) {
    throw new CfalignError("input", `${path}: expected "file", or "encoder" and "decoder", found neither`, {
      where: path,
    });
  }
  const first = await inspectFile(beside(encoder.file), options, image);
  const second = await inspectFile(beside(decoder.file), options, first.outputDims);
  return [first.inspection, second.inspection];
}

async function readManifest(path: string): Promise<z.infer<typeof manifestSchema>> {
  const refuse = (reason: string) =>
    new CfalignError("input", `${path}: not a model manifest: ${reason}`, { where: path });
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(await platform.files.read(path)));
  } catch (error) {
    throw error instanceof CfalignError ? error : refuse((error as Error).message);
  }
  const { data, error } = manifestSchema.safeParse(content);
  if (data !== undefined) return data;
  throw refuse(error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
}

interface Inspected {
  readonly inspection: Inspection;
  /** Shape of the first output at `triedAt`. */
  readonly outputDims: readonly number[] | undefined;
}

/** `only`: the shape of the input when the model has just one. */
async function inspectFile(path: string, options: InspectOptions, only?: readonly number[]): Promise<Inspected> {
  const model = await loadModel(path);
  const { graph } = model;
  const wrt = options.wrt ?? graph.inputs.filter(({ type }) => type === "float32").map(({ name }) => name);
  const outputs =
    options.outputs ??
    graph.outputs.filter(({ type }) => type === "float32" || type === "other").map(({ name }) => name);
  const missing = missingRules(graph, wrt, outputs);
  const triedAt = shapesOf(graph, options.shapes ?? {}, only);
  const attempt = missing.length === 0 && triedAt !== undefined ? await tryGradient(model, wrt, outputs, triedAt) : {};
  const constants = [...graph.initializers.values()];
  return {
    inspection: {
      file: path,
      sha256: model.sha256,
      opset: model.opset,
      producer: model.producer,
      inputs: graph.inputs,
      outputs: graph.outputs,
      operators: countOperators(graph),
      parameters: constants.reduce((total, { dims }) => total + sizeOf(dims), 0),
      weightBytes: constants.reduce((total, { type, dims }) => total + sizeOf(dims) * bytesPerElement(type), 0),
      missing,
      triedAt,
      problem: attempt.problem,
      differentiable: missing.length === 0 && attempt.problem === undefined,
    },
    outputDims: attempt.outputDims,
  };
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

function shapesOf(graph: Graph, given: InputDims, only: readonly number[] | undefined): InputDims | undefined {
  const shapes: Record<string, readonly number[]> = {};
  for (const { name, dims, type } of graph.inputs) {
    const wanted = given[name] ?? (graph.inputs.length === 1 ? only : undefined);
    const shape =
      dims?.map((dim, axis) => (typeof dim === "number" ? dim : (wanted?.[axis] ?? (axis === 0 ? 1 : undefined)))) ??
      wanted;
    if (type !== "float32" || shape === undefined || !shape.every((dim) => dim !== undefined)) return undefined;
    shapes[name] = shape;
  }
  return shapes;
}

async function tryGradient(
  model: LoadedModel,
  wrt: readonly string[],
  outputs: readonly string[],
  dims: InputDims,
): Promise<{ readonly problem?: string; readonly outputDims?: readonly number[] }> {
  try {
    const session = await openGradient(model, { wrt, outputs }, dims);
    const feeds = new Map(
      Object.entries(dims).map(([name, shape]) => [name, { data: new Float32Array(sizeOf(shape)), dims: shape }]),
    );
    const results = await session.run(feeds);
    await session.dispose();
    const first = results[outputs[0] ?? ""];
    return first === undefined ? {} : { outputDims: first.dims };
  } catch (error) {
    if (error instanceof CfalignError && error.code !== "internal") return { problem: error.message };
    throw error;
  }
}
