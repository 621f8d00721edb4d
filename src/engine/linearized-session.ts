import type { ValueInfo } from "../onnx/graph.ts";
import type { Session, TypedTensor } from "../platform/platform.ts";
import { splitGradient } from "../vjp/split.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { type GradientRequest, gradientModel, refused } from "./gradient-session.ts";
import type { Model } from "./model.ts";
import { type OpenOptions, openSession } from "./open-session.ts";

type Values = Readonly<Record<string, TypedTensor>>;

/** A forward pass that was run, and what pulls cotangents back through it. */
export interface ForwardPass {
  readonly outputs: Values;
  /** cotangents: `ct:<output>` of every output. → `grad:<wrt>` */
  pull(cotangents: Values): Promise<Values>;
}

/** A model at one input shape whose forward pass is shared by many cotangents. */
export interface LinearizedSession {
  run(feeds: Values): Promise<ForwardPass>;
  dispose(): Promise<void>;
}

/** Traces, differentiates and loads a model at one input shape, its gradient graph in two sessions. */
export async function openLinearized(
  model: Model,
  request: GradientRequest,
  options: OpenOptions,
): Promise<LinearizedSession> {
  const { graph, weights } = await gradientModel(model, request);
  const { forward, kept, read, backward } = splitGradient(graph, {
    cotangents: request.outputs.map(cotangentName),
    gradients: request.wrt.map(gradientName),
  });
  const first = await openSession({ graph: forward, weights }, options).catch(refused);
  let second: Promise<Session> | undefined;
  return {
    async run(feeds) {
      const outputs = await first.run(pick(feeds, first.inputNames));
      const held = { ...pick(outputs, kept), ...pick(feeds, read) };
      return {
        outputs,
        async pull(cotangents) {
          // What kinds of values the first part gives is known once it has run.
          second ??= openSession({ graph: backward(infosOf(outputs, kept)), weights }, options).catch(refused);
          const session = await second;
          return session.run(pick({ ...held, ...cotangents }, session.inputNames));
        },
      };
    },
    async dispose() {
      await first.dispose();
      await (await second?.catch(() => undefined))?.dispose();
    },
  };
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, values[name] as TypedTensor]));
}

function infosOf(values: Values, names: readonly string[]): readonly ValueInfo[] {
  return names.map((name) => {
    const { type, dims } = values[name] as TypedTensor;
    return { name, type, dims };
  });
}
