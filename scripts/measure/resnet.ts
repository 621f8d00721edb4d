// A network of a size that people use, with random weights: only what it costs is real.

import { createRandom } from "../../src/base/random.ts";
import { GraphBuilder, int, ints } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";

/** ResNet-50 without its thousand classes: 53 convolutions and one logit, which is centred on the pictures by `bias`. width: channels of the first convolution, 64 in ResNet-50. */
export function resnet(
  seed: string,
  {
    side,
    width,
    scale,
    bias,
  }: { readonly side: number; readonly width: number; readonly scale: number; readonly bias: number },
): Uint8Array {
  const random = createRandom(seed);
  const b = new GraphBuilder("", ["pixel_values"]);
  const conv = (x: string, [from, to, size, stride]: readonly [number, number, number, number]): string => {
    const spread = Math.sqrt(2 / (from * size * size));
    const weights = Array.from({ length: to * from * size * size }, () => spread * random.normal());
    return b.add("Conv", [x, b.float(weights, [to, from, size, size])], {
      strides: ints([stride, stride]),
      pads: ints(new Array(4).fill((size - 1) >> 1)),
    });
  };
  let x = b.add("Relu", [conv("pixel_values", [3, width, 7, 2])]);
  x = b.add("MaxPool", [x], { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) });
  let from = width;
  for (const [stage, blocks] of [3, 4, 6, 3].entries()) {
    const inner = width * 2 ** stage;
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      let y = b.add("Relu", [conv(x, [from, inner, 1, 1])]);
      y = b.add("Relu", [conv(y, [inner, inner, 3, stride])]);
      y = b.add("Mul", [conv(y, [inner, 4 * inner, 1, 1]), b.float(0.3)]);
      const skip = block === 0 ? conv(x, [from, 4 * inner, 1, stride]) : x;
      // Halved sums keep random activations in range, as batch normalisation would.
      x = b.add("Mul", [b.add("Relu", [b.add("Add", [y, skip])]), b.float(0.7)]);
      from = 4 * inner;
    }
  }
  const pooled = b.add("Flatten", [b.add("GlobalAveragePool", [x])], { axis: int(1) });
  const head = Array.from({ length: from }, () => (scale * random.normal()) / Math.sqrt(from));
  const y = b.add("Add", [b.add("MatMul", [pooled, b.float(head, [from, 1])]), b.float([bias])]);
  const info = (name: string, dims: readonly (number | string)[]) => ({ name, type: "float32", dims }) as const;
  return writeModel(b.graph("resnet", [info("pixel_values", ["n", 3, side, side])], [info(y, ["n", 1])]));
}
