import { rowsOf, type Tensor } from "../base/tensor.ts";
import { openSession } from "../engine/open-session.ts";
import { filled, width } from "../models/whole-calls.ts";
import { GraphBuilder } from "../onnx/build.ts";
import type { Session } from "../platform/platform.ts";

/** Pictures as sums of cosines (the orthonormal DCT-II, mirrored at the borders), and back. */
export interface CosineTransform {
  /** [1, c, h, w] each → coefficients, [1, c, h, w]: how much of cos(πu(y + ½)/h)·cos(πv(x + ½)/w) a channel has at [u, v]. */
  coefficients(pictures: readonly Tensor[]): Promise<readonly Tensor[]>;
  pictures(coefficients: readonly Tensor[]): Promise<readonly Tensor[]>;
  dispose(): Promise<void>;
}

/** Two sessions, of a product with a constant matrix from each side: C·X·Cᵀ and Cᵀ·X·C. dims: [1, c, h, w] of the pictures. */
export async function openCosineTransform(dims: readonly number[]): Promise<CosineTransform> {
  const [vertical, horizontal] = dims.slice(-2).map(cosines) as [Square, Square];
  const forth = await openProduct(vertical, transposed(horizontal));
  const back = await openProduct(transposed(vertical), horizontal);
  return {
    coefficients: (pictures) => inCalls(forth, pictures),
    pictures: (coefficients) => inCalls(back, coefficients),
    async dispose() {
      await forth.dispose();
      await back.dispose();
    },
  };
}

async function inCalls(session: Session, rows: readonly Tensor[]): Promise<readonly Tensor[]> {
  const done: Tensor[] = [];
  for (let start = 0; start < rows.length; start += width) {
    const some = rows.slice(start, start + width);
    const { y } = await session.run({ x: { type: "float32", ...filled(some) } });
    done.push(...rowsOf(y as Tensor).slice(0, some.length));
  }
  return done;
}

interface Square {
  readonly size: number;
  /** Row-major. */
  readonly values: readonly number[];
}

/** √(2/n)·cos(πu(x + ½)/n) at [u, x], and √(1/n) where u is 0. */
function cosines(size: number): Square {
  const values = Array.from({ length: size * size }, (_, at) => {
    const [u, x] = [Math.floor(at / size), at % size];
    return Math.sqrt((u === 0 ? 1 : 2) / size) * Math.cos((Math.PI * u * (x + 0.5)) / size);
  });
  return { size, values };
}

function transposed({ size, values }: Square): Square {
  return { size, values: values.map((_, at) => values[(at % size) * size + Math.floor(at / size)] as number) };
}

function openProduct(left: Square, right: Square): Promise<Session> {
  const builder = new GraphBuilder("", ["x", "y"]);
  const matrix = ({ size, values }: Square): string => builder.float(values, [size, size]);
  const rows = builder.add("MatMul", [matrix(left), "x"]);
  builder.nodes.push({
    ...{ name: "columns", op: "MatMul", domain: "", attributes: {} },
    ...{ inputs: [rows, matrix(right)], outputs: ["y"] },
  });
  const dims = [undefined, undefined, left.size, right.size];
  const of = (name: string) => ({ name, type: "float32" as const, dims });
  return openSession({ graph: builder.graph("cosines", [of("x")], [of("y")]), weights: new Map() });
}
