import { normalAxis, sizeOf } from "../base/tensor.ts";
import { float, int, ints } from "../onnx/build.ts";
import type { Rule, Rules } from "./rule.ts";
import type { Site } from "./site.ts";
import { sumTo } from "./unbroadcast.ts";

/** A normalization over the last axis of x written as [.., group], with the dims its scale has beside x. */
interface Normalization {
  /** Shape of x in which each group is the last axis. */
  readonly grouped: readonly number[];
  readonly epsilon: number;
  /** Shape of the scale that broadcasts against x. */
  readonly scaleDims: readonly number[];
}

const perChannel = (rank: number, channels: number): number[] =>
  Array.from({ length: rank }, (_, axis) => (axis === 1 ? channels : 1));

function instance(at: Site): Normalization {
  const [n, c, ...size] = at.shape(at.x) as [number, number, ...number[]];
  return {
    grouped: [n, c, sizeOf(size)],
    epsilon: at.float("epsilon", 1e-5),
    scaleDims: perChannel(size.length + 2, c),
  };
}

function group(at: Site): Normalization {
  const [n, c, ...size] = at.shape(at.x) as [number, number, ...number[]];
  const groups = at.int("num_groups", 1);
  return {
    grouped: [n, groups, (c / groups) * sizeOf(size)],
    epsilon: at.float("epsilon", 1e-5),
    scaleDims: perChannel(size.length + 2, c),
  };
}

function layer(at: Site): Normalization {
  const dims = at.shape(at.x);
  const axis = normalAxis(at.int("axis", -1), dims.length);
  return {
    grouped: [sizeOf(dims.slice(0, axis)), sizeOf(dims.slice(axis))],
    epsilon: at.float("epsilon", 1e-5),
    scaleDims: at.shape(at.input(1)),
  };
}

/** x − μ and 1/√(σ² + ε) over the last axis. */
function centred(at: Site, { grouped, epsilon }: Normalization) {
  const last = [grouped.length - 1];
  const x = at.reshape(at.x, grouped);
  const difference = at.sub(x, at.mean(x, last));
  const inverse = at.emit("Reciprocal", [at.sqrt(at.add(at.mean(at.square(difference), last), epsilon))]);
  return { last, inverse, difference };
}

/** A cotangent before it is multiplied by one factor per channel: [n, groups, channels, places] and [1, groups, channels, 1]. */
interface Scaled {
  readonly ct: string;
  readonly scale: string;
}

const isPlain = (at: Site): boolean => at.knownValues(1)?.every((value) => value === 1) ?? false;

/** c = ct·scale in parts where the scale is one of whole channels: the node's own, or one that comes behind, as PyTorch writes a group norm. */
function scaledByChannel(at: Site, ct: string, { grouped }: Normalization): Scaled | undefined {
  if (at.node.op === "LayerNormalization") return undefined;
  const parts = (whole: string, factor: string): Scaled | undefined => {
    const [n, channels, ...size] = at.shape(whole) as [number, number, ...number[]];
    const [rows, groups] = grouped as [number, number];
    if (n !== rows || channels % groups !== 0) return undefined;
    const perGroup = channels / groups;
    return {
      ct: at.reshape(whole, [n, groups, perGroup, sizeOf(size)]),
      scale: at.reshape(factor, [1, groups, perGroup, 1]),
    };
  };
  if (!isPlain(at)) return parts(ct, at.input(1));
  const reshape = at.maker(ct);
  const product = reshape?.op === "Reshape" ? at.maker(reshape.inputs[0] as string) : undefined;
  if (product?.op !== "Mul") return undefined;
  const [whole, factor] = product.inputs as [string, string];
  const [dims, own] = [at.shape(whole), at.shape(factor)];
  const channels = perChannel(dims.length, dims[1] ?? 1).slice(dims.length - own.length);
  return own.join() === channels.join() && own.length >= dims.length - 1 ? parts(whole, factor) : undefined;
}

/**
 * The same as `normalized` with means over channels first: c is never made, the scale goes into the one number per channel that
 * ct is multiplied by.
 */
function normalizedByChannel(at: Site, norm: Normalization, { ct, scale }: Scaled): string {
  const { inverse: r, difference } = centred(at, norm);
  const inverse = at.reshape(r, [...norm.grouped.slice(0, 2), 1, 1]);
  const d = at.reshape(difference, at.shape(ct));
  const alone = at.shape(scale)[2] === 1;
  const mean = (value: string) => at.mean(at.mul(at.mean(value, [3]), scale), alone ? [] : [2]);
  const along = [1, 2, 3].reduce((value) => at.mul(value, inverse), mean(at.mul(ct, d)));
  const shift = at.add(at.mul(d, along), at.mul(mean(ct), inverse));
  return at.reshape(at.sub(at.mul(ct, at.mul(scale, inverse)), shift), at.shape(at.x));
}

/**
 * With c = ct·scale, d = x − μ and r = 1/√(σ² + ε): r·(c − mean c − d·r²·mean(c·d)), in as few passes over whole tensors as
 * there are terms; what is in brackets below has one number per group.
 */
const normalized =
  (of: (at: Site) => Normalization): Rule =>
  (ct, at) => {
    const norm = of(at);
    const scaled = scaledByChannel(at, ct, norm);
    if (scaled !== undefined) return normalizedByChannel(at, norm, scaled);
    const { last, inverse, difference } = centred(at, norm);
    const c = at.reshape(isPlain(at) ? ct : at.mul(ct, at.reshape(at.input(1), norm.scaleDims)), norm.grouped);
    const product = at.mean(at.mul(c, difference), last);
    const along = [1, 2, 3].reduce((value) => at.mul(value, inverse), product);
    const shift = at.add(at.mul(difference, along), at.mul(at.mean(c, last), inverse));
    return at.reshape(at.sub(at.mul(c, inverse), shift), at.shape(at.x));
  };

/** As above, and what comes through the mean and 1/√(σ² + ε), which are outputs too. */
const layerInput: Rule = (ct, at) => {
  const norm = layer(at);
  const [rows, count] = norm.grouped as [number, number];
  const parts = [normalized(layer)(ct, at)];
  const back = (value: string) => at.reshape(value, at.shape(at.x));
  const [meanCt, inverseCt] = [at.ct(1), at.ct(2)];
  if (meanCt !== undefined) {
    parts.push(back(at.expand(at.div(at.reshape(meanCt, [rows, 1]), count), norm.grouped)));
  }
  if (inverseCt !== undefined) {
    const { inverse, difference } = centred(at, norm);
    const cubed = at.mul(at.square(inverse), inverse);
    const factor = at.div(at.mul(at.reshape(inverseCt, [rows, 1]), cubed), -count);
    parts.push(back(at.mul(factor, difference)));
  }
  return parts.reduce((total, part) => at.add(total, part));
};

/** ct·x̂ summed to the scale. */
const scale =
  (of: (at: Site) => Normalization): Rule =>
  (ct, at) => {
    const norm = of(at);
    const { difference, inverse } = centred(at, norm);
    const standard = at.reshape(at.mul(difference, inverse), at.shape(at.x));
    return at.reshape(sumTo(at, at.mul(ct, standard), norm.scaleDims), at.shape(at.input(1)));
  };

/** ct summed to the bias. */
const bias =
  (of: (at: Site) => Normalization): Rule =>
  (ct, at) =>
    at.reshape(sumTo(at, ct, of(at).scaleDims), at.shape(at.input(2)));

const normalization3 = (of: (at: Site) => Normalization): Rules => [normalized(of), scale(of), bias(of)];

function requireEvaluation(at: Site): void {
  if (at.int("training_mode", 0) !== 0)
    throw at.error("training_mode 1 has no gradient rule; export the model in evaluation mode");
}

/** 1/√(σ² + ε) per channel of a batch norm at inference: constants, so onnxruntime folds it. */
function batchInverse(at: Site): string {
  requireEvaluation(at);
  return at.emit("Reciprocal", [at.sqrt(at.add(at.input(4), at.float("epsilon", 1e-5)))]);
}

const channelDims = (at: Site): number[] => {
  const dims = at.shape(at.x);
  return dims.length < 2 ? [1] : perChannel(dims.length, dims[1] as number);
};

/** A product c·m of one shape where c comes from a convolution: the cotangent of what an activation gave, and its slope. */
function slopedConvolution(at: Site, ct: string): readonly [c: string, m: string] | undefined {
  const product = at.maker(ct);
  if (product?.op !== "Mul") return undefined;
  const [c, m] = product.inputs as [string, string];
  return at.maker(c)?.op === "Conv" && at.shape(c).join() === at.shape(m).join() ? [c, m] : undefined;
}

// A batch norm of the cotangent without mean and bias: onnxruntime folds it into a convolution before it. An activation that
// lies between the two is only another factor, so that its slope goes behind.
const batchNorm: Rule = (ct, at) => {
  const [, channels] = at.shape(at.x);
  if (channels === undefined) return at.mul(ct, at.mul(at.input(1), batchInverse(at)));
  requireEvaluation(at);
  const none = at.constant(
    Array.from({ length: channels }, () => 0),
    [channels],
  );
  const scaled = (value: string) =>
    at.emit("BatchNormalization", [value, at.input(1), none, none, at.input(4)], {
      epsilon: float(at.float("epsilon", 1e-5)),
    });
  const sloped = slopedConvolution(at, ct);
  return sloped === undefined ? scaled(ct) : at.mul(scaled(sloped[0]), sloped[1]);
};

const batchScale: Rule = (ct, at) => {
  const dims = channelDims(at);
  const standard = at.mul(at.sub(at.x, at.reshape(at.input(3), dims)), at.reshape(batchInverse(at), dims));
  return at.reshape(sumTo(at, at.mul(ct, standard), dims), at.shape(at.input(1)));
};

const batchBias: Rule = (ct, at) => at.reshape(sumTo(at, ct, channelDims(at)), at.shape(at.input(2)));

// y = (x − μ)·scale/√(σ² + ε) + B.
const batchMean: Rule = (ct, at) => {
  const dims = channelDims(at);
  const perChannel = at.reshape(sumTo(at, ct, dims), at.shape(at.input(3)));
  return at.neg(at.mul(perChannel, at.mul(at.input(1), batchInverse(at))));
};
const batchVariance: Rule = (ct, at) => {
  const slope = at.mul(batchScale(ct, at), at.mul(at.input(1), at.square(batchInverse(at))));
  return at.mul(-0.5, slope);
};

/** x over √(variance) across some axes: as `normalized`, with σ + ε in the denominator where ε = 1e-9 is below float32. */
const meanVariance: Rule = (ct, at) => {
  const axes = at.ints("axes") ?? [0, 2, 3];
  const difference = at.sub(at.x, at.mean(at.x, axes));
  const deviation = at.sqrt(at.mean(at.square(difference), axes));
  const standard = at.div(difference, deviation);
  const along = at.mul(standard, at.mean(at.mul(ct, standard), axes));
  return at.div(at.sub(at.sub(ct, at.mean(ct, axes)), along), deviation);
};

// y = x / ‖x‖: (ct − ∂‖x‖/∂x · Σ ct·y) / ‖x‖, and 0 where onnxruntime returns 0 for a zero vector.
const lpNormalization: Rule = (ct, at) => {
  const axes = [at.int("axis", -1)];
  const p = at.int("p", 2);
  const norm = p === 1 ? at.sum(at.abs(at.x), axes) : at.sqrt(at.sum(at.square(at.x), axes));
  const along = at.mul(p === 1 ? at.sign(at.x) : at.y, at.sum(at.mul(ct, at.y), axes));
  return at.where(at.equal(norm, 0), 0, at.div(at.sub(ct, along), norm));
};

/** Sums over neighbouring channels, so many earlier and later ones: x [n, c, …]. */
const channelSums = (at: Site, value: string, [before, after]: readonly [number, number]): string => {
  const size = before + 1 + after;
  const dims = at.shape(at.x);
  const [n, c] = dims as [number, number];
  const planes = at.reshape(value, [n, 1, c, sizeOf(dims.slice(2))]);
  const averages = at.emit("AveragePool", [planes], {
    kernel_shape: ints([size, 1]),
    pads: ints([before, 0, after, 0]),
    count_include_pad: int(1),
  });
  return at.mul(at.reshape(averages, dims), size);
};

// y = x·D^−β, D = bias + α/size·Σ x²: ct·D^−β − 2αβ/size·x·Σ′(ct·y/D), Σ′ over the channels whose window holds this one.
const localResponse: Rule = (ct, at) => {
  const size = at.int("size", 1);
  const [alpha, beta, bias0] = [at.float("alpha", 1e-4), at.float("beta", 0.75), at.float("bias", 1)];
  const before = Math.floor((size - 1) / 2);
  const after = size - 1 - before;
  const d = at.add(bias0, at.mul(alpha / size, channelSums(at, at.square(at.x), [before, after])));
  const reached = channelSums(at, at.div(at.mul(ct, at.y), d), [after, before]);
  return at.sub(at.mul(ct, at.pow(d, -beta)), at.mul(at.mul((2 * alpha * beta) / size, at.x), reached));
};

/** Normalizations. Means and variances are recomputed from the input: ReduceMean is what onnxruntime does fastest. */
export const normalization = {
  BatchNormalization: [batchNorm, batchScale, batchBias, batchMean, batchVariance],
  InstanceNormalization: normalization3(instance),
  GroupNormalization: normalization3(group),
  LayerNormalization: [layerInput, scale(layer), bias(layer)],
  MeanVarianceNormalization: [meanVariance],
  LpNormalization: [lpNormalization],
  LRN: [localResponse],
} satisfies Record<string, Rules>;
