import { platform } from "#platform";
import { sizeOf } from "../base/tensor.ts";
import { writeWholeModel } from "../engine/model-bytes.ts";
import type { ClassifierManifest } from "../models/manifest.ts";
import { floatConstant, GraphBuilder } from "../onnx/build.ts";
import type { Graph } from "../onnx/graph.ts";
import type { Line } from "./calibration.ts";
import { float32, folded, foldedSegments, headBias, headWeight, viewsOf } from "./network.ts";
import type { TrainedNetwork } from "./train-network.ts";

const image = "image";

/** A trained network, and where it goes. */
export interface WitnessFiles {
  /** Folder for `model.onnx` and `model.json`. */
  readonly out: string;
  readonly name: string;
  /** Targets by their place in the network; the others are left out. */
  readonly targets: readonly { readonly name: string; readonly index: number }[];
  readonly trained: TrainedNetwork;
}

/** Writes a network as a classifier, its calibration in its last weights. Returns the path of the manifest. */
export async function writeWitness({ out, name, targets, trained }: WitnessFiles): Promise<string> {
  const { files } = platform;
  const file = files.join(out, "model.onnx");
  await files.makeDirectory(out);
  const graph = calibrated(
    trained,
    targets.map(({ index }) => index),
  );
  await writeWholeModel({ graph, weights: new Map() }, file);
  const { size } = trained.network;
  const manifest: ClassifierManifest = {
    kind: "classifier",
    name,
    file: "model.onnx",
    sha256: await platform.sha256(await files.read(file)),
    input: {
      width: size,
      height: size,
      channels: 3,
      range: [0, 1],
      mean: [...trained.levels.mean],
      std: [...trained.levels.std],
      resize: "bilinear",
    },
    output: { activation: "sigmoid" },
    targets: targets.map((target) => target.name),
  };
  const path = files.join(out, "model.json");
  await files.write(path, `${JSON.stringify(manifest, null, 2)}\n`);
  return path;
}

function calibrated({ network, numbers, calibration }: TrainedNetwork, chosen: readonly number[]): Graph {
  const segments = foldedSegments(network);
  const views = new Map(viewsOf(numbers, segments));
  const lines = chosen.map((target) => calibration[target] as Line);
  const weight = views.get(headWeight) as Float32Array;
  const channels = weight.length / network.targets;
  views.set(
    headWeight,
    Float32Array.from(
      lines.flatMap(({ slope }, i) =>
        [...weight.subarray((chosen[i] as number) * channels, ((chosen[i] as number) + 1) * channels)].map(
          (value) => slope * value,
        ),
      ),
    ),
  );
  const bias = views.get(headBias) as Float32Array;
  views.set(
    headBias,
    Float32Array.from(lines, ({ slope, term }, i) => slope * (bias[chosen[i] as number] as number) + term),
  );
  const own = { ...network, targets: chosen.length };
  const builder = new GraphBuilder("", [image]);
  const constants = new Map(
    foldedSegments(own).map(({ name, dims }) => {
      const values = views.get(name) as Float32Array;
      if (values.length !== sizeOf(dims)) throw new RangeError(`${name}: ${values.length} numbers`);
      return [name, builder.constant(floatConstant(values, dims))];
    }),
  );
  const logits = folded(builder, own, { pictures: image, value: (name) => constants.get(name) as string });
  const { size } = network;
  return builder.graph("witness", [float32(image, ["n", 3, size, size])], [float32(logits, ["n", chosen.length])]);
}
