import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { openSession } from "../../src/engine/open-session.ts";
import { float, floatConstant, GraphBuilder } from "../../src/onnx/build.ts";
import { epsilon, foldNorms, follow, runningStatistics } from "../../src/training/batch-norm.ts";
import { initialNumbers } from "../../src/training/initial.ts";
import { float32, headed, learnedSegments, named, networkFor, strided, viewsOf } from "../../src/training/network.ts";
import { openReader } from "../../src/training/reader.ts";
import { plantedPictures } from "./planted.ts";

describe("batch norms", () => {
  test("folded into the convolutions say what onnxruntime's BatchNormalization says behind them", async () => {
    const random = createRandom("folding");
    const network = networkFor(16, 2);
    const segments = learnedSegments(network);
    const learned = initialNumbers(network, random).map((value) => value + 0.1 * random.normal());
    const views = viewsOf(learned, segments);
    const running = runningStatistics(network).map((value) => value + 0.4 * random.uniform());
    const source = plantedPictures(5, 16);
    const levels = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
    const reader = await openReader(network, source, { levels, threads: 1 });
    const found = await reader.read(foldNorms(network, views, running), [0, 1, 2, 3, 4]);
    await reader.dispose();

    const builder = new GraphBuilder("plain/", ["pictures"]);
    const constant = (values: Float32Array, dims?: readonly number[]) => builder.constant(floatConstant(values, dims));
    const value = (name: string) =>
      constant(views.get(name) as Float32Array, segments.find((segment) => segment.name === name)?.dims);
    let at = 0;
    const maps = network.widths.reduce((before, width, layer) => {
      const [mean, variance] = [running.slice(at, at + width), running.slice(at + width, at + 2 * width)];
      at += 2 * width;
      const inputs = [
        strided(builder, [before, value(named(layer, "kernel"))]),
        value(named(layer, "scale")),
        value(named(layer, "shift")),
        constant(mean),
        constant(variance),
      ];
      return builder.add("Relu", [builder.add("BatchNormalization", inputs, { epsilon: float(epsilon) })]);
    }, "pictures");
    const logits = headed(builder, maps, value);
    const graph = builder.graph("plain", [float32("pictures", [5, 3, 16, 16])], [float32(logits, [5, 2])]);
    const session = await openSession({ graph, weights: new Map() }, { optimization: "disabled" });
    const data = Float32Array.from(source.pixels, (level) => level / 255);
    const { [logits]: expected } = await session.run({ pictures: { type: "float32", data, dims: [5, 3, 16, 16] } });
    await session.dispose();
    found.flat().forEach((logit, i) => {
      expect(logit).toBeCloseTo(Number(expected?.data[i]), 4);
    });
  });

  test("follow the batches by a tenth, variances as of more pictures than the batch", () => {
    const network = { size: 16, widths: [1, 2], targets: 1 };
    const running = runningStatistics(network);
    expect([...running]).toEqual([0, 1, 0, 0, 1, 1]);
    follow(running, Float32Array.of(2, 5, 1, -1, 3, 0), network, [5, 3]);
    const expected = [0.2, 0.9 + 0.1 * 5 * (5 / 4), 0.1, -0.1, 0.9 + 0.1 * 3 * 1.5, 0.9];
    running.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
  });
});
