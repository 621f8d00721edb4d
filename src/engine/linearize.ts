import { CfalignError } from "../errors.ts";
import { prune } from "../onnx/prune.ts";
import type { Tensor } from "../tensor.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { type Chunk, chunksOf, RowCollector, roundedBatch, rowsOf, takeRows } from "./batch.ts";
import { batchingOf, type CompileOptions } from "./compile.ts";
import { floatTensor, requireFloat, typed } from "./float-tensor.ts";
import { type ForwardPass, type LinearizedSession, openLinearized } from "./linearized-session.ts";
import type { Model } from "./model.ts";
import { SessionCache } from "./session-cache.ts";

/** A function from one value to another at some rows, and its derivative there. */
export interface Linearized {
  /** Its output, [n, …]. */
  readonly output: Tensor;
  /** The gradient of Σ cotangent·output by the input: [n, …] of the output's shape → the input's shape. The forward pass is not run again. */
  pull(cotangent: Tensor): Promise<Tensor>;
}

/** A model that is linearized at inputs. */
export interface Linearizer {
  /** Rows of one call. All that a derivative needs of the forward pass is held as long as its result: the values of these rows, or of as many as are given. */
  readonly batch: number;
  at(input: Tensor): Promise<Linearized>;
  dispose(): Promise<void>;
}

/** Compiles a model of one input for derivatives at the same rows by many cotangents. */
export function compileLinearizer(model: Model, output: string, options: CompileOptions = {}): Linearizer {
  const graph = prune(model.graph, [output]);
  requireFloat([...graph.inputs, ...graph.outputs]);
  const [input, ...others] = graph.inputs.map(({ name }) => name);
  if (input === undefined || others.length > 0) {
    throw new CfalignError("internal", `linearize: expected one input, got ${graph.inputs.length}`);
  }
  const { batch, fill } = batchingOf(graph, options);
  const sessions = new SessionCache<LinearizedSession>();
  const request = { wrt: [input], outputs: [output] };
  return {
    batch,
    async at(values) {
      const rows = rowsOf({ [input]: values }, [input]);
      const chunks = chunksOf(rows, batch, (count) => (fill ? batch : roundedBatch(count)));
      const passes: { readonly chunk: Chunk; readonly pass: ForwardPass }[] = [];
      const outputs = new RowCollector(output, rows);
      for (const chunk of chunks) {
        const part = takeRows(values, chunk);
        const session = await sessions.get(part.dims.join(), () =>
          openLinearized({ ...model, graph }, { ...request, dims: { [input]: part.dims } }, options),
        );
        const pass = await session.run({ [input]: typed(part) });
        outputs.put(floatTensor(output, pass.outputs[output]), chunk);
        passes.push({ chunk, pass });
      }
      return {
        output: outputs.tensor,
        async pull(cotangent) {
          const gradients = new RowCollector(gradientName(input), rows);
          for (const { chunk, pass } of passes) {
            const ct = typed(takeRows(cotangent, chunk, "zero"));
            const found = await pass.pull({ [cotangentName(output)]: ct });
            gradients.put(floatTensor(gradientName(input), found[gradientName(input)]), chunk);
          }
          return gradients.tensor;
        },
      };
    },
    dispose: () => sessions.dispose(),
  };
}
