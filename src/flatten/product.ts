import { typed } from "../engine/float-tensor.ts";
import { openSession } from "../engine/open-session.ts";
import { GraphBuilder, int } from "../onnx/build.ts";
import type { Session } from "../platform/platform.ts";
import type { Tensor } from "../tensor.ts";

/** Products of matrices, by onnxruntime. */
export interface Products extends AsyncDisposable {
  /** A·B of [m, k] and [k, n]. */
  times(a: Tensor, b: Tensor): Promise<Tensor>;
  /** Aᵀ·B of [k, m] and [k, n]. */
  transposedTimes(a: Tensor, b: Tensor): Promise<Tensor>;
}

/** Opens two sessions of one node each. */
export async function openProducts(): Promise<Products> {
  const plain = await openGemm(0);
  const transposed = await openGemm(1);
  const run = async (session: Session, a: Tensor, b: Tensor): Promise<Tensor> => {
    const { product } = await session.run({ a: typed(a), b: typed(b) });
    return product as unknown as Tensor;
  };
  return {
    times: (a, b) => run(plain, a, b),
    transposedTimes: (a, b) => run(transposed, a, b),
    async [Symbol.asyncDispose]() {
      await plain.dispose();
      await transposed.dispose();
    },
  };
}

function openGemm(transA: 0 | 1): Promise<Session> {
  const builder = new GraphBuilder("", ["a", "b", "product"]);
  builder.nodes.push({
    name: "gemm",
    op: "Gemm",
    domain: "",
    inputs: ["a", "b"],
    outputs: ["product"],
    attributes: { transA: int(transA) },
  });
  const matrix = (name: string) => ({ name, type: "float32" as const, dims: [undefined, undefined] });
  const graph = builder.graph("product", [matrix("a"), matrix("b")], [matrix("product")]);
  return openSession({ graph, weights: new Map() });
}
