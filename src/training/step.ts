import type { Tensor } from "../base/tensor.ts";
import { gradientModel, loadGradient } from "../engine/gradient-session.ts";
import type { Model } from "../engine/model.ts";
import { GraphBuilder, int } from "../onnx/build.ts";
import type { TypedTensor } from "../platform/platform.ts";
import { cotangentName, gradientName } from "../vjp/vjp.ts";
import { batchNorm } from "./batch-norm.ts";
import { cut, float32, headed, learnedSegments, lengthOf, type Network, named, strided } from "./network.ts";

/** Values of the graph of a step. */
const pictures = "pictures";
const labels = "labels";
const importance = "importance";
const learned = "learned";
const loss = "loss";
const statistics = "statistics";

/** Pictures that are learned from at once. */
export interface Batch {
  /** [n, 3, size, size] */
  readonly pictures: Tensor;
  /** 1 or 0, [n, targets]. */
  readonly labels: Tensor;
  /** What each label counts in the loss, 0 where there is none, [n, targets]. */
  readonly importance: Tensor;
}

/** What a step says. */
export interface StepResult {
  readonly loss: number;
  /** ∂loss/∂learned. */
  readonly gradient: Float32Array;
  /** Of every batch norm, as `runningStatistics` has them. */
  readonly statistics: Float32Array;
}

/** Forward and backward pass of one batch, as one graph in onnxruntime. */
export interface Step {
  /** Pixels that a mean of each layer's batch norm is over. */
  readonly counts: readonly number[];
  run(learned: Float32Array, batch: Batch): Promise<StepResult>;
  dispose(): Promise<void>;
}

/** loss = Σ importance·(log(1 + e^x) − label·x) over logits x, and the means and variances of the batch norms. */
function lossModel(network: Network, batch: number): Model {
  const names = [pictures, labels, importance, learned, loss, statistics];
  const builder = new GraphBuilder("step/", names);
  const value = cut(builder, learned, learnedSegments(network));
  const seen: string[] = [];
  const maps = network.widths.reduce((before, _, layer) => {
    const convolved = strided(builder, [before, value(named(layer, "kernel"))]);
    const norm = batchNorm(builder, convolved, {
      scale: value(named(layer, "scale")),
      shift: value(named(layer, "shift")),
    });
    seen.push(norm.mean, norm.variance);
    return builder.add("Relu", [norm.value]);
  }, pictures);
  const logits = headed(builder, maps, value);
  const each = builder.add("Sub", [builder.add("Softplus", [logits]), builder.add("Mul", [labels, logits])]);
  const weighed = builder.add("Mul", [importance, each]);
  const make = (op: string, inputs: readonly string[], output: string, attributes = {}) =>
    builder.nodes.push({ name: output, op, domain: "", inputs, outputs: [output], attributes });
  make("ReduceSum", [weighed, builder.int([0, 1])], loss, { keepdims: int(0) });
  make("Concat", seen, statistics, { axis: int(0) });
  const { size, targets, widths } = network;
  const graph = builder.graph(
    "step",
    [
      float32(pictures, [batch, 3, size, size]),
      float32(labels, [batch, targets]),
      float32(importance, [batch, targets]),
      float32(learned, [lengthOf(learnedSegments(network))]),
    ],
    [float32(loss, []), float32(statistics, [2 * widths.reduce((total, width) => total + width, 0)])],
  );
  return { graph, weights: new Map() };
}

/** Opens the step of a network for batches of a size. threads: inside an operator. */
export async function openStep(
  network: Network,
  { batch, threads }: { readonly batch: number; readonly threads: number },
): Promise<Step> {
  const model = lossModel(network, batch);
  const dims = Object.fromEntries(model.graph.inputs.map((info) => [info.name, info.dims as readonly number[]]));
  const request = { wrt: [learned], outputs: [loss], also: [statistics], dims };
  const session = await loadGradient(await gradientModel(model, request), [loss], { threads });
  const one: Tensor = { data: Float32Array.of(1), dims: [] };
  let side = network.size;
  const counts = network.widths.map(() => {
    side = Math.ceil(side / 2);
    return batch * side * side;
  });
  return {
    counts,
    async run(vector, given) {
      const results = await session.run(
        new Map([
          [pictures, given.pictures],
          [labels, given.labels],
          [importance, given.importance],
          [learned, { data: vector, dims: [vector.length] }],
          [cotangentName(loss), one],
        ]),
      );
      const numbers = (name: string) => (results[name] as TypedTensor).data as Float32Array;
      return {
        loss: numbers(loss)[0] as number,
        gradient: numbers(gradientName(learned)),
        statistics: numbers(statistics),
      };
    },
    dispose: () => session.dispose(),
  };
}
