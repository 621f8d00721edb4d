import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { latentRows } from "../../../src/prepare/flatten/latent-rows.ts";

const size = 1000;
const count = 37;

async function* latents(): AsyncGenerator<Float32Array> {
  const random = createRandom("latents");
  const direction = Float32Array.from({ length: size }, () => random.normal());
  for (let row = 0; row < count; row++) {
    const along = random.normal();
    yield direction.map((value, i) => 3 + along * value + (i % 7 === row % 7 ? 0.5 : 0));
  }
}

test("latents in a file are the rows that they are in memory, and leave nothing behind", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cfalign-latents-"));
  const options = { size, expected: count, aside: join(folder, "latents.part"), block: 16_500 };
  const inMemory = await latentRows(latents(), options);
  const inFile = await latentRows(latents(), { ...options, most: size });
  expect(readdirSync(folder)).toEqual(["latents.part"]);
  expect([inFile.count, inFile.size]).toEqual([count, size]);
  const sizes: (readonly number[])[] = [];
  const other = inMemory.blocks()[Symbol.asyncIterator]();
  for await (const block of inFile.blocks()) {
    const { data, dims } = (await other.next()).value;
    sizes.push(block.dims);
    expect(block.dims).toEqual(dims);
    expect(Buffer.compare(Buffer.from(block.data.buffer), Buffer.from(data.buffer))).toBe(0);
  }
  expect(sizes).toEqual([
    [16, size],
    [16, size],
    [5, size],
  ]);
  await inFile[Symbol.asyncDispose]();
  expect(readdirSync(folder)).toEqual([]);
});
