import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as AttributeType,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataLocation,
} from "onnx-buf";
import type { Random } from "../../../src/base/random.ts";

/** A broken model: the bytes of `model.onnx`, and a link beside it if there is one. */
export interface Mutant {
  readonly kind: string;
  readonly model: Uint8Array;
  /** Name in the folder → where it points to. */
  readonly link?: readonly [string, string];
}

/** Outside of every model's folder: a pipe without a writer, so that whoever opens it waits for ever. */
export const secretName = "secret";

/** What may happen to a file, by name. `secret`: absolute path of the pipe. */
export const mutations: Readonly<
  Record<string, (bytes: Uint8Array, random: Random, secret: string) => Omit<Mutant, "kind">>
> = {
  "bit flips": (bytes, random) => {
    const model = bytes.slice();
    for (let flips = 1 + random.integer(16); flips > 0; flips--) {
      const place = random.integer(model.length);
      model[place] = (model[place] as number) ^ (1 << random.integer(8));
    }
    return { model };
  },
  "bit flips in the head": (bytes, random) => {
    const model = bytes.slice();
    const place = random.integer(Math.min(400, model.length));
    model[place] = (model[place] as number) ^ (1 << random.integer(8));
    return { model };
  },
  truncation: (bytes, random) => ({ model: bytes.slice(0, random.integer(bytes.length)) }),
  "pieces swapped": (bytes, random) => {
    const model = bytes.slice();
    const [from, to, length] = [random.integer(bytes.length), random.integer(bytes.length), random.integer(64)];
    model.set(bytes.subarray(from, Math.min(from + length, bytes.length - to + from)), to);
    return { model };
  },
  "wrong shape": edit((graph, random) => {
    const tensor = pick(random, graph.initializer);
    if (tensor === undefined) return;
    const axis = random.integer(Math.max(1, tensor.dims.length));
    tensor.dims[axis] = pick(random, [0n, -1n, 2n, 7n, 2n ** 31n, 2n ** 62n, (tensor.dims[axis] ?? 1n) + 1n]) as bigint;
  }),
  "shapes exchanged": edit((graph, random) => {
    const [a, b] = [pick(random, graph.initializer), pick(random, graph.initializer)];
    if (a === undefined || b === undefined) return;
    [a.name, b.name] = [b.name, a.name];
  }),
  cycle: edit((graph, random) => {
    const first = random.integer(Math.max(1, graph.node.length));
    const second = first + random.integer(Math.max(1, graph.node.length - first));
    const [early, late] = [graph.node[first], graph.node[second]];
    if (early !== undefined && late !== undefined && early.input.length > 0) early.input[0] = late.output[0] ?? "";
  }),
  "duplicated name": edit((graph, random) => {
    const [node, other] = [pick(random, graph.node), pick(random, graph.node)];
    const tensor = pick(random, graph.initializer);
    if (node === undefined || other === undefined) return;
    if (random.integer(2) === 0 && tensor !== undefined) node.output[0] = tensor.name;
    else node.output[0] = other.output[0] ?? "";
    if (tensor !== undefined && random.integer(2) === 0) graph.initializer.push(tensor);
  }),
  "missing initializer": edit((graph, random) => {
    graph.initializer.splice(random.integer(Math.max(1, graph.initializer.length)), 1);
  }),
  "missing node": edit((graph, random) => {
    graph.node.splice(random.integer(Math.max(1, graph.node.length)), 1);
  }),
  "absurd input": edit((graph, random) => {
    const type = graph.input[0]?.type?.value;
    if (type?.case !== "tensorType") return;
    const dim = pick(random, type.value.shape?.dim ?? []);
    const size = pick(random, [0n, -5n, 65_535n, 1_000_003n, 2n ** 31n, 2n ** 40n, 2n ** 63n - 1n]) as bigint;
    if (dim !== undefined) dim.value = { case: "dimValue", value: size };
  }),
  "absurd attribute": edit((graph, random) => {
    const attribute = pick(
      random,
      graph.node.flatMap((node) => node.attribute),
    );
    if (attribute === undefined) return;
    const size = pick(random, [0n, -1n, 1000n, 100_000n, 2n ** 31n, 2n ** 62n]) as bigint;
    if (attribute.type === AttributeType.INT) attribute.i = size;
    else if (attribute.ints.length > 0) attribute.ints[random.integer(attribute.ints.length)] = size;
    else attribute.type = AttributeType.INTS;
  }),
  "absurd numbers in a constant": edit((graph, random) => {
    const tensor =
      pick(
        random,
        graph.initializer.filter(({ dataType }) => dataType === 7),
      ) ?? pick(random, graph.initializer);
    if (tensor === undefined) return;
    const bytes = tensor.rawData.slice();
    const view = new DataView(bytes.buffer);
    const value = pick(random, [-1n, 0n, 77_777n, 2n ** 33n, 2n ** 63n - 1n]) as bigint;
    if (bytes.length >= 8) view.setBigInt64(8 * random.integer(Math.floor(bytes.length / 8)), value, true);
    tensor.rawData = bytes;
  }),
  "another operator": edit((graph, random) => {
    const node = pick(random, graph.node);
    const operators = [
      "Tile",
      "Expand",
      "Range",
      "ConstantOfShape",
      "Loop",
      "If",
      "Scan",
      "Gather",
      "ScatterND",
      "MaxUnpool",
    ];
    const more = [
      "Resize",
      "Pad",
      "RoiAlign",
      "NonZero",
      "Einsum",
      "LSTM",
      "Conv",
      "TopK",
      "Attention",
      "NoSuchOperator",
    ];
    if (node !== undefined)
      node.opType = pick(random, [...operators, ...more, ...graph.node.map(({ opType }) => opType)]) as string;
  }),
  "inputs shuffled": edit((graph, random) => {
    const [node, other] = [pick(random, graph.node), pick(random, graph.node)];
    if (node === undefined || other === undefined) return;
    [node.input, other.input] = [other.input, node.input];
  }),
  "another opset": (bytes, random) => {
    const model = fromBinary(ModelProtoSchema, bytes);
    for (const opset of model.opsetImport)
      opset.version = pick(random, [-1n, 0n, 1n, 6n, 7n, 12n, 22n, 99n, 2n ** 62n]) as bigint;
    return { model: toBinary(ModelProtoSchema, model) };
  },
  "external data above the folder": external(() => `../${secretName}`),
  "external data by absolute path": external((secret) => secret),
  "external data through a link": (bytes, random, secret) => ({
    ...external(() => "weights.bin")(bytes, random, secret),
    link: ["weights.bin", secret],
  }),
  "external data through a linked folder": (bytes, random, secret) => ({
    ...external(() => `sub/${secretName}`)(bytes, random, secret),
    link: ["sub", secret.slice(0, -secretName.length - 1)],
  }),
  "external data that is not there": external(() => "nothing.bin"),
};

function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[random.integer(Math.max(1, list.length))];
}

function edit(
  change: (graph: GraphProto, random: Random) => void,
): (bytes: Uint8Array, random: Random) => Omit<Mutant, "kind"> {
  return (bytes, random) => {
    const model = fromBinary(ModelProtoSchema, bytes);
    if (model.graph !== undefined) change(model.graph, random);
    return { model: toBinary(ModelProtoSchema, model) };
  };
}

/** A weight of the model is said to be in another file. */
function external(location: (secret: string) => string) {
  return (bytes: Uint8Array, random: Random, secret: string): Omit<Mutant, "kind"> => {
    const model: ModelProto = fromBinary(ModelProtoSchema, bytes);
    const tensor = pick(random, model.graph?.initializer ?? []);
    if (tensor !== undefined) {
      tensor.rawData = new Uint8Array(0);
      tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
      tensor.externalData = [{ $typeName: "onnx.StringStringEntryProto", key: "location", value: location(secret) }];
    }
    return { model: toBinary(ModelProtoSchema, model) };
  };
}
