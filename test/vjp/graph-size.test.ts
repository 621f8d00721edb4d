import { expect, test } from "vitest";
import { sizeOf } from "../../src/base/tensor.ts";
import { GraphBuilder, int, ints, string } from "../../src/onnx/build.ts";
import type { Graph, Node, ValueInfo } from "../../src/onnx/graph.ts";
import { vjp } from "../../src/vjp/vjp.ts";
import { float32, traceFacts } from "./harness.ts";

const value = (name: string, dims: readonly number[]): ValueInfo => ({ name, type: "float32", dims });

/** Layers of the networks below, with weights that matter to nobody here. */
class Layers extends GraphBuilder {
  weights(...dims: readonly number[]): string {
    return this.float(
      Array.from({ length: sizeOf(dims) }, (_, i) => Math.sin(i + 1)),
      dims,
    );
  }

  conv(x: string, from: number, to: number, size: number, stride = 1, group = 1): string {
    const pad = (size - 1) / 2;
    return this.add("Conv", [x, this.weights(to, from / group, size, size), this.weights(to)], {
      pads: ints([pad, pad, pad, pad]),
      strides: ints([stride, stride]),
      group: int(group),
    });
  }

  head(x: string, channels: number): string {
    const pooled = this.add("Flatten", [this.add("GlobalAveragePool", [x])]);
    return this.add("Gemm", [pooled, this.weights(2, channels), this.weights(2)], { transB: int(1) });
  }
}

/** The parts of a ResNet: a stem with an overlapping pool, a bottleneck with a strided shortcut. */
function residual(b: Layers): string {
  const stem = b.add("MaxPool", [b.add("Relu", [b.conv("image", 3, 4, 7, 2)])], {
    kernel_shape: ints([3, 3]),
    strides: ints([2, 2]),
    pads: ints([1, 1, 1, 1]),
  });
  const inner = b.add("Relu", [b.conv(b.add("Relu", [b.conv(stem, 4, 4, 1)]), 4, 4, 3, 2)]);
  return b.head(b.add("Relu", [b.add("Add", [b.conv(inner, 4, 8, 1), b.conv(stem, 4, 8, 1, 2)])]), 8);
}

/** The parts of MobileNetV3: a strided depthwise convolution, squeeze and excitation, hard swish. */
function mobile(b: Layers): string {
  const wide = b.add("HardSwish", [b.conv("image", 3, 8, 1)]);
  const deep = b.add("HardSwish", [b.conv(wide, 8, 8, 3, 2, 8)]);
  const squeezed = b.add("Relu", [b.conv(b.add("GlobalAveragePool", [deep]), 8, 4, 1)]);
  const excited = b.add("Mul", [deep, b.add("HardSigmoid", [b.conv(squeezed, 4, 8, 1)])]);
  return b.head(b.conv(excited, 8, 4, 1), 4);
}

/** The parts of a VQGAN decoder: group norm as PyTorch writes it, swish, nearest upsampling, an average pool behind. */
function decoder(b: Layers): string {
  const grouped = b.add("Reshape", ["image", b.int([1, 3, -1])]);
  const ones = b.float([1, 1, 1]);
  const normal = b.add("InstanceNormalization", [grouped, ones, b.float([0, 0, 0])]);
  const scaled = b.add("Mul", [b.add("Reshape", [normal, b.int([1, 3, 16, 16])]), b.weights(3, 1, 1)]);
  const swish = b.add("Mul", [scaled, b.add("Sigmoid", [scaled])]);
  const up = b.add("Resize", [swish, "", b.float([1, 1, 2, 2])], {
    mode: string("nearest"),
    coordinate_transformation_mode: string("asymmetric"),
    nearest_mode: string("floor"),
  });
  const added = b.add("Add", [b.conv(up, 3, 4, 3), b.weights(4, 1, 1)]);
  return b.head(b.add("AveragePool", [added], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) }), 4);
}

function counted(nodes: readonly Node[]): string {
  const counts = new Map<string, number>();
  for (const { op } of nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${nodes.length} nodes: ${sorted.map(([op, count]) => `${op} ${count}`).join(", ")}`;
}

test.each([
  ["residual", residual],
  ["mobile", mobile],
  ["decoder", decoder],
] as const)("the gradient graph of the %s net has the nodes that it had", async (name, build) => {
  const b = new Layers();
  const output = build(b);
  const image = value("image", [1, 3, 16, 16]);
  const graph: Graph = b.graph(name, [image], [value(output, [1, 2])]);
  const facts = await traceFacts(graph, { image: float32(new Float32Array(768).fill(0.5), [1, 3, 16, 16]) });
  const backward = vjp(graph, { wrt: ["image"], outputs: [output], facts });
  const text = `${name}: ${counted(graph.nodes)}\nwith its gradient: ${counted(backward.nodes)}\n`;
  await expect(text).toMatchFileSnapshot(`snapshots/size-${name}.txt`);
});
