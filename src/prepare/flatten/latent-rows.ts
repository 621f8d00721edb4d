import { platform } from "#platform";
import type { Tensor } from "../../base/tensor.ts";
import type { Rows } from "./principal-basis.ts";

const mostInMemory = 2 ** 26;
const blockNumbers = 2 ** 23;

/** Latents that come one after the other, and then are gone through again and again. */
export interface LatentRows extends Rows, AsyncDisposable {}

export interface LatentRowsOptions {
  /** Numbers of a latent. */
  readonly size: number;
  /** How many latents there may be. */
  readonly expected: number;
  /** The file. */
  readonly aside: string;
  /** Numbers that are kept in memory, 2^26: 256 MiB of them. */
  readonly most?: number;
  /** Numbers of a block, 2^23: 32 MiB of them. */
  readonly block?: number;
}

/**
 * Takes latents as rows: in memory, or in a file where they are many. Disposing removes the file.
 * Errors: CfalignError("runtime") when the disk refuses.
 */
export async function latentRows(
  latents: AsyncIterable<Float32Array>,
  { size, expected, aside, most = mostInMemory, block = blockNumbers }: LatentRowsOptions,
): Promise<LatentRows> {
  const perBlock = Math.max(1, Math.floor(block / size));
  return await (expected * size <= most
    ? inMemory(latents, size, perBlock)
    : inFile(latents, size, { aside, perBlock }));
}

async function inMemory(latents: AsyncIterable<Float32Array>, size: number, perBlock: number): Promise<LatentRows> {
  const all: Float32Array[] = [];
  for await (const latent of latents) all.push(latent);
  return {
    count: all.length,
    size,
    async *blocks() {
      for (let from = 0; from < all.length; from += perBlock) {
        const some = all.slice(from, from + perBlock);
        const data = new Float32Array(some.length * size);
        for (const [i, latent] of some.entries()) data.set(latent, i * size);
        yield { data, dims: [some.length, size] };
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function inFile(
  latents: AsyncIterable<Float32Array>,
  size: number,
  { aside, perBlock }: { readonly aside: string; readonly perBlock: number },
): Promise<LatentRows> {
  const { files } = platform;
  let count = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const { buffer, byteOffset, byteLength } of latents) {
      count++;
      yield new Uint8Array(buffer, byteOffset, byteLength);
    }
  }
  await files.write(aside, bytes());
  async function* blocks(): AsyncGenerator<Tensor> {
    for (let from = 0; from < count; from += perBlock) {
      const rows = Math.min(perBlock, count - from);
      const read = await files.readRange(aside, 4 * from * size, 4 * rows * size);
      // A copy: what was read need not lie where floats may.
      yield { data: new Float32Array(read.slice().buffer), dims: [rows, size] };
    }
  }
  return { count, size, blocks, [Symbol.asyncDispose]: () => files.remove(aside) };
}
