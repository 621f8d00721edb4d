import { CfalignError } from "../base/errors.ts";
import { sizeOf, type Tensor } from "../base/tensor.ts";

/** Rows of one call: `from` inclusive, `to` exclusive, run at `size` ≥ to − from. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** 1, 2, 4, 8 or 16: the batch that `rows` ≤ 16 are padded to, so that at most five shapes ever occur. */
export function roundedBatch(rows: number): number {
  return 2 ** Math.ceil(Math.log2(rows));
}

/** Splits n rows into calls of at most `batch`; `sizeOfCall` says what a call of so many rows is padded to. */
export function chunksOf(rows: number, batch: number, sizeOfCall: (rows: number) => number): Chunk[] {
  const chunks: Chunk[] = [];
  for (let from = 0; from < rows; from += batch) {
    const to = Math.min(rows, from + batch);
    chunks.push({ from, to, size: sizeOfCall(to - from) });
  }
  return chunks;
}

/** Rows of a chunk, padded to its size with copies of the last row (or zeros). A whole tensor is handed on as it is. */
export function takeRows(tensor: Tensor, { from, to, size }: Chunk, pad: "last" | "zero" = "last"): Tensor {
  const [rows = 1, ...rest] = tensor.dims;
  if (from === 0 && to === rows && size === rows) return tensor;
  const stride = sizeOf(rest);
  const data = new Float32Array(size * stride);
  data.set(tensor.data.subarray(from * stride, to * stride));
  if (pad === "last") {
    const last = tensor.data.subarray((to - 1) * stride, to * stride);
    for (let row = to - from; row < size; row++) data.set(last, row * stride);
  }
  return { data, dims: [size, ...rest] };
}

/** Collects the rows of one output over calls. */
export class RowCollector {
  private data: Float32Array | undefined;
  private rest: readonly number[] = [];

  constructor(
    private readonly name: string,
    private readonly rows: number,
  ) {}

  /** Stores what a chunk gave, without its padding. Errors: CfalignError("input") for an output without batch axis. */
  put(tensor: Tensor, { from, to, size }: Chunk): void {
    if (tensor.dims[0] !== size) {
      throw new CfalignError(
        "input",
        `output "${this.name}" has shape [${tensor.dims.join(", ")}] for a batch of ${size}: expected the batch as first axis`,
        { where: this.name },
      );
    }
    if (from === 0 && to === this.rows && size === this.rows) {
      this.data = tensor.data;
      this.rest = tensor.dims.slice(1);
      return;
    }
    const stride = tensor.data.length / size;
    this.rest = tensor.dims.slice(1);
    this.data ??= new Float32Array(this.rows * stride);
    this.data.set(tensor.data.subarray(0, (to - from) * stride), from * stride);
  }

  get tensor(): Tensor {
    return { data: this.data ?? new Float32Array(0), dims: [this.rows, ...this.rest] };
  }
}

/** The number of rows that all feeds share. Errors: CfalignError("usage") for a missing, unknown or ill-shaped one, or when rows differ. */
export function rowsOf(
  feeds: Readonly<Record<string, Tensor>>,
  names: readonly string[],
  expected: number | undefined = undefined,
): number {
  const unknown = Object.keys(feeds).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new CfalignError(
      "usage",
      `unknown input "${unknown}": expected ${names.map((name) => `"${name}"`).join(", ")}`,
    );
  }
  let rows = expected;
  for (const name of names) {
    const tensor = feeds[name];
    if (tensor === undefined) throw new CfalignError("usage", `no value for input "${name}"`, { where: name });
    const { data, dims } = tensor;
    if (data.length !== sizeOf(dims)) {
      throw new CfalignError(
        "usage",
        `"${name}" has ${data.length} numbers, its shape [${dims.join(", ")}] needs ${sizeOf(dims)}`,
        { where: name },
      );
    }
    rows ??= dims[0] ?? 0;
    if (rows !== dims[0] || rows === 0) {
      throw new CfalignError("usage", `"${name}" has ${dims[0] ?? 0} rows, expected ${rows || "at least one"}`, {
        where: name,
      });
    }
  }
  return rows ?? 0;
}
