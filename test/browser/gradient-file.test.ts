import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { platform } from "#platform";
import { createRandom } from "../../src/base/random.ts";
import { sizeOf } from "../../src/base/tensor.ts";
import { differentiate, type GradientFile } from "../../src/engine/differentiate.ts";
import type { GradientMethod } from "../../src/engine/gradient-graph.ts";
import type * as web from "../../src/platform/web-session.ts";
import { connect } from "../report/chromium.ts";
import { BrowserPage, bundle, PATIENCE_MS } from "./page.ts";

const source = join(import.meta.dirname, "../engine/fixtures/classifier-17.onnx");
const random = createRandom("gradient file");

describe("a gradient file in Chromium", { timeout: PATIENCE_MS }, () => {
  const methods: readonly GradientMethod[] = ["vjp", "input-gradients", "guided-backprop"];
  const written = new Map<GradientMethod, { file: GradientFile; bytes: Uint8Array }>();
  let opened: BrowserPage;

  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "cfalign-"));
    for (const method of methods) {
      const file = await differentiate(source, join(folder, `${method}.onnx`), { method });
      written.set(method, { file, bytes: await readFile(file.path) });
    }
    // Only onnxruntime-web and the loop that feeds it: nothing of cfalign is needed to run the file.
    const { code } = await bundle("src/platform/web-session.ts");
    const files = [...written].map(([method, { bytes }]): [string, Uint8Array] => [`/${method}.onnx`, bytes]);
    opened = await BrowserPage.open(code, await connect(inject("browser")), Object.fromEntries(files));
  }, 2 * PATIENCE_MS);
  afterAll(() => opened?.close());

  test.each(methods)("%s gives the numbers of Node", async (method) => {
    const { file, bytes } = written.get(method) as { file: GradientFile; bytes: Uint8Array };
    const feeds = file.inputs.map(({ name, dims }) => {
      const sizes = dims as readonly number[];
      return { name, dims: sizes, data: Array.from({ length: sizeOf(sizes) }, () => Math.fround(random.normal())) };
    });
    const session = await platform.createSession(bytes);
    const expected = await session.run(
      Object.fromEntries(
        feeds.map(({ name, dims, data }) => [name, { type: "float32", dims, data: Float32Array.from(data) }]),
      ),
    );
    await session.dispose();
    const found = await opened.page.evaluate(
      async ({ url, feeds }) => {
        const { cfalign } = globalThis as unknown as { cfalign: typeof web };
        const response = await fetch(url);
        const session = await cfalign.createWebSession(new Uint8Array(await response.arrayBuffer()));
        const inputs = feeds.map(({ name, dims, data }) => [
          name,
          { type: "float32" as const, dims, data: Float32Array.from(data) },
        ]);
        const outputs = await session.run(Object.fromEntries(inputs));
        await session.dispose();
        return Object.entries(outputs).map(([name, { data }]) => ({ name, data: [...(data as Float32Array)] }));
      },
      { url: `/${method}.onnx`, feeds },
    );
    expect(found.map(({ name }) => name)).toEqual(file.outputs.map(({ name }) => name));
    for (const { name, data } of found) {
      const wanted = expected[name]?.data as Float32Array;
      const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeGreaterThan(0);
      const error = Math.max(...data.map((value, i) => Math.abs(value - (wanted[i] as number))));
      expect(error / largest).toBeLessThan(1e-5);
    }
    expect(opened.errors).toEqual([]);
  });
});
