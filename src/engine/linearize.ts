import { CfalignError, throwIfInterrupted } from "../base/errors.ts";
import type { Tensor } from "../base/tensor.ts";
import { prune } from "../onnx/prune.ts";
import type { Session } from "../platform/platform.ts";
import { copyName, type GradientCopies, gradientCopies } from "../vjp/gradient-copies.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { chunksOf, RowCollector, roundedBatch, rowsOf, takeRows } from "./batch.ts";
import { batchingOf, type CompileOptions, compileGraph, type Runner } from "./compile.ts";
import { floatTensor, requireFloat, typed } from "./float-tensor.ts";
import { gradientModel, refused } from "./gradient-session.ts";
import type { Model } from "./model.ts";
import { openSession } from "./open-session.ts";
import { SessionCache } from "./session-cache.ts";

/** A function from one value to another at some rows, and its derivative there. */
export interface Linearized {
  /** Its output, [n, …]. */
  readonly output: Tensor;
  /**
   * Per cotangent the gradient of Σ cotangent·output by the input: [n, …] of the output's shape → the input's shape. They share forward
   * passes, so that many at once cost less than one after the other; to the bit the same either way. signal: checked before every run; throws CfalignError("interrupted").
   */
  pull(cotangents: readonly Tensor[], signal?: AbortSignal): Promise<readonly Tensor[]>;
}

/** A model that is linearized at inputs. */
export interface Linearizer {
  /** Rows of one call. */
  readonly batch: number;
  at(input: Tensor): Promise<Linearized>;
  dispose(): Promise<void>;
}

/** Cotangents of one run at most: with 8 a forward pass is a tenth of what they cost. */
const mostCopies = 8;
/** Nodes of one session's backward passes at most, unless one has more: it takes long to open otherwise. */
const mostNodes = 2000;

/** Backward passes at one shape of the input. */
class Pulls {
  private readonly sessions = new Map<number, Promise<Session>>();

  constructor(
    private readonly model: Model,
    private readonly copies: GradientCopies,
    private readonly names: { readonly input: string; readonly cotangent: string; readonly gradient: string },
    private readonly options: CompileOptions,
  ) {}

  /** One gradient per cotangent, in as few runs as they can be in, which are equally full: the last one takes its last cotangent again. */
  async run(values: Tensor, cotangents: readonly Tensor[], signal?: AbortSignal): Promise<readonly Tensor[]> {
    const { input, cotangent, gradient } = this.names;
    const most = Math.max(1, Math.min(mostCopies, Math.floor(mostNodes / this.copies.backward)));
    const perRun = Math.ceil(cotangents.length / Math.ceil(cotangents.length / most));
    const session = await this.session(perRun);
    const places = Array.from({ length: perRun }, (_, copy) => copy);
    const gradients: Tensor[] = [];
    for (let from = 0; from < cotangents.length; from += perRun) {
      throwIfInterrupted(signal);
      const own = cotangents.slice(from, from + perRun);
      const feeds = new Map(places.map((copy) => [copyName(cotangent, copy), own[copy] ?? (own.at(-1) as Tensor)]));
      feeds.set(input, values);
      // Of a linear map no gradient reads the input.
      const read = session.inputNames.map((name) => [name, typed(feeds.get(name) as Tensor)]);
      const found = await session.run(Object.fromEntries(read));
      gradients.push(...own.map((_, copy) => floatTensor(gradient, found[copyName(gradient, copy)])));
    }
    return gradients;
  }

  async dispose(): Promise<void> {
    for (const session of this.sessions.values()) await (await session.catch(() => undefined))?.dispose();
  }

  private session(count: number): Promise<Session> {
    const opened = this.sessions.get(count);
    if (opened !== undefined) return opened;
    const session = openSession({ ...this.model, graph: this.copies.of(count) }, this.options).catch(refused);
    this.sessions.set(count, session);
    return session;
  }
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
  const names = { input, cotangent: cotangentName(output), gradient: gradientName(input) };
  const shapes = new SessionCache<Pulls>();
  let forward: Promise<Runner> | undefined;

  async function pullsAt(dims: readonly number[]): Promise<Pulls> {
    const request = { wrt: [names.input], outputs: [output], dims: { [names.input]: dims } };
    const made = await gradientModel({ ...model, graph }, request);
    const copies = gradientCopies(made.graph, { cotangents: [names.cotangent], gradients: [names.gradient] });
    return new Pulls(made, copies, names, options);
  }

  return {
    batch,
    async at(values) {
      const rows = rowsOf({ [input]: values }, [input]);
      forward ??= compileGraph({ ...model, graph }, options);
      const outputs = await (await forward).run({ [input]: values });
      return {
        output: outputs[output] as Tensor,
        async pull(cotangents, signal) {
          if (cotangents.length === 0) return [];
          const collectors = cotangents.map(() => new RowCollector(names.gradient, rows));
          for (const chunk of chunksOf(rows, batch, (count) => (fill ? batch : roundedBatch(count)))) {
            const part = takeRows(values, chunk);
            const own = cotangents.map((cotangent) => takeRows(cotangent, chunk, "zero"));
            const found = await shapes.use(
              part.dims.join(),
              () => pullsAt(part.dims),
              (pulls) => pulls.run(part, own, signal),
            );
            for (const [place, collector] of collectors.entries()) collector.put(found[place] as Tensor, chunk);
          }
          return collectors.map(({ tensor }) => tensor);
        },
      };
    },
    async dispose() {
      await shapes.dispose();
      await (await forward?.catch(() => undefined))?.dispose();
    },
  };
}
