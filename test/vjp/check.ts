import { createRandom, type Random } from "../../src/base/random.ts";
import type { Graph } from "../../src/onnx/graph.ts";
import type { TypedTensor } from "../../src/platform/platform.ts";
import { dot, type Feeds, float32, gradientsOf, singleNode, withSession } from "./harness.ts";
import type { Row } from "./row.ts";

/** Largest relative error that a row may have: DESIGN §2. */
export const LIMITS = { linear: 1e-5, smooth: 5e-3 } as const;

const STEPS = [3e-2, 1e-2, 3e-3];
const DIRECTIONS = 3;

export interface Check {
  readonly input: number;
  readonly error: number;
}

/** Errors of the gradients of a row, one per differentiated input, against onnxruntime's own forward pass. */
export async function checkRow(row: Row): Promise<readonly Check[]> {
  const random = createRandom(`${row.op}/${row.title}`);
  const { graph, feeds } = graphOf(row, random);
  const errors = await checkGraph({ graph, feeds, wrt: row.wrt.map((input) => `x${input}`), kind: row.kind, random });
  return errors.map((along, i) => ({ input: row.wrt[i] as number, error: Math.max(...along) }));
}

/**
 * Errors of the gradients of a graph: for each name in `wrt` one along each of `directions` random directions, relative
 * to the larger of the directional derivative and a tenth of what it could be. `linear`: by the adjoint identity;
 * `smooth`: by central differences, the best of `steps`.
 */
export async function checkGraph(of: {
  readonly graph: Graph;
  readonly feeds: Feeds;
  readonly wrt: readonly string[];
  readonly kind: Row["kind"];
  readonly random: Random;
  readonly directions?: number;
  readonly steps?: readonly number[];
}): Promise<readonly (readonly number[])[]> {
  const { graph, feeds, wrt, kind, random, directions = DIRECTIONS, steps = STEPS } = of;
  return await withSession(graph, async (run) => {
    const primal = await run(feeds);
    const cotangents = Object.fromEntries(
      graph.outputs
        .filter(({ name }) => primal[name]?.type === "float32")
        .map(({ name }): [string, TypedTensor] => [name, noise(random, primal[name] as TypedTensor)]),
    );
    const { gradients } = await gradientsOf(graph, feeds, wrt, cotangents);
    /** ⟨f(x) , c⟩ with one input replaced. */
    const project = async (name: string, data: ArrayLike<number>): Promise<number> => {
      const outputs = await run({ ...feeds, [name]: float32(data, (feeds[name] as TypedTensor).dims) });
      return Object.entries(cotangents).reduce((total, [y, ct]) => total + dot(numbers(outputs[y]), numbers(ct)), 0);
    };
    const errors: number[][] = [];
    for (const name of wrt) {
      const at = numbers(feeds[name]);
      const gradient = gradients[name];
      if (gradient === undefined) throw new Error(`no gradient by ${name}`);
      const along: number[] = [];
      for (let trial = 0; trial < directions; trial++) {
        const direction = Float32Array.from(at, () => random.normal());
        const analytic = dot(gradient.data, direction);
        const scale = Math.max(Math.abs(analytic), 0.1 * norm(gradient.data) * norm(direction), 1e-3);
        const numeric =
          kind === "linear"
            ? [
                (await project(name, direction)) -
                  (await project(
                    name,
                    direction.map(() => 0),
                  )),
              ]
            : await Promise.all(steps.map(async (h) => slope((data) => project(name, data), { at, direction, h })));
        const off = numeric.map((value) => Math.abs(value - analytic) / scale);
        // A step may leave the domain of the operator (not a number); one that stays inside must be there.
        along.push(Math.min(...off.map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))));
      }
      errors.push(along);
    }
    return errors;
  });
}

async function slope(
  project: (data: ArrayLike<number>) => Promise<number>,
  { at, direction, h }: { readonly at: ArrayLike<number>; readonly direction: Float32Array; readonly h: number },
): Promise<number> {
  const shifted = (sign: number) => direction.map((value, i) => (at[i] as number) + sign * h * value);
  // Rounding to float32 changes the step, so divide by the step that was really made along the direction.
  const [up, down] = [shifted(1), shifted(-1)];
  const made = dot(
    up.map((value, i) => value - (down[i] as number)),
    direction,
  );
  return ((await project(up)) - (await project(down))) / (made / dot(direction, direction));
}

/** The row's node as a graph with drawn inputs. */
export function graphOf(row: Row, random: Random): { readonly graph: Graph; readonly feeds: Feeds } {
  const drawn = row.inputs.map((input) => input(random));
  const graph = singleNode({
    op: row.op,
    attributes: row.attributes,
    outputs: row.outputs,
    inputs: drawn.map((input) =>
      input.kind === "fed" ? { kind: "fed", type: input.value.type, dims: input.value.dims } : input,
    ),
  });
  const feeds = Object.fromEntries(
    drawn.flatMap((input, i) => (input.kind === "fed" ? [[`x${i}`, input.value] as const] : [])),
  );
  return { graph, feeds };
}

function noise(random: Random, like: TypedTensor): TypedTensor {
  return float32(
    Array.from({ length: like.data.length }, () => random.normal()),
    like.dims,
  );
}

function numbers(tensor: TypedTensor | undefined): Float32Array {
  if (tensor === undefined || !(tensor.data instanceof Float32Array)) throw new Error("expected float32");
  return tensor.data;
}

function norm(values: ArrayLike<number>): number {
  return Math.sqrt(dot(values, values));
}
