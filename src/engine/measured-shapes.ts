import { CfalignError } from "../base/errors.ts";
import { createRandom } from "../base/random.ts";
import { sizeOf } from "../base/tensor.ts";
import type { Constant, Graph } from "../onnx/graph.ts";
import type { TypedTensor } from "../platform/platform.ts";
import { constantTensor } from "./constant-tensor.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";
import { constantsOf, staticValues } from "./static-values.ts";

/** Random numbers per input; they are repeated to fill it, as a hundred million would take seconds. */
const DRAWN = 65_536;
/** What is drawn for the two runs of a graph. */
const SEEDS = ["first", "second"] as const;

/** What two runs of a graph say of its values. */
interface Measured {
  readonly shape: ReadonlyMap<string, readonly number[]>;
  /** Small values that depend on shapes alone. */
  readonly constants: ReadonlyMap<string, Constant>;
}

/**
 * Runs a graph that has a Shape node behind every value, twice with different random inputs. probe: the graph, its input
 * shapes filled in; shapes: the name of each value's shape. Errors: CfalignError("input") for a shape that depends on the data.
 */
export async function measureShapes(
  model: Model,
  probe: Graph,
  shapes: ReadonlyMap<string, string>,
): Promise<Measured> {
  const { graph } = model;
  const fixed = staticValues(graph);
  const fetches = new Set([...shapes.values(), ...fixed]);
  // Values that are no outputs can be let go while the graph runs.
  const asked = { ...probe, outputs: [...fetches].map((name) => ({ name, type: "other" as const, dims: undefined })) };
  const session = await openSession({ ...model, graph: asked }, { optimization: "disabled" });
  const runs: Record<string, TypedTensor>[] = [];
  try {
    for (const seed of SEEDS) runs.push(await session.run(randomFeeds(probe, seed)));
  } finally {
    await session.dispose();
  }
  const [first, second] = runs as [Record<string, TypedTensor>, Record<string, TypedTensor>];
  const shape = new Map<string, readonly number[]>();
  for (const [value, name] of shapes) {
    const found = numbersOf(first[name] as TypedTensor);
    if (found.join() !== numbersOf(second[name] as TypedTensor).join()) throw dataDependent(graph, value);
    shape.set(value, found);
  }
  return { shape, constants: constantsOf(first, fixed) };
}

function randomFeeds({ inputs }: Graph, seed: (typeof SEEDS)[number]): Record<string, TypedTensor> {
  const random = createRandom(seed);
  return Object.fromEntries(
    inputs.map(({ name, type, dims }) => {
      const shape = dims as readonly number[];
      // Whole numbers may be places in a table, of which there are two at least.
      if (type !== "float32" && type !== "other") return [name, constantTensor(type, shape, seed === SEEDS[0] ? 0 : 1)];
      const data = new Float32Array(sizeOf(shape));
      const drawn = Math.min(DRAWN, data.length);
      for (let i = 0; i < drawn; i++) data[i] = random.normal();
      for (let done = drawn; done > 0 && done < data.length; done *= 2) data.copyWithin(done, 0, done);
      return [name, { type: "float32", data, dims: shape }];
    }),
  );
}

function numbersOf(tensor: TypedTensor): number[] {
  return Array.from(tensor.data as BigInt64Array, Number);
}

function dataDependent(graph: Graph, value: string): CfalignError {
  const node = graph.nodes.find(({ outputs }) => outputs.includes(value));
  return new CfalignError(
    "input",
    `the shape of "${value}" (${node?.op} node "${node?.name}") depends on the data: such graphs cannot be differentiated`,
    { where: value },
  );
}
