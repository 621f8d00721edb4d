import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import { picturesOf } from "../../src/suite/open-suite.ts";
import { inferenceServer } from "./inference-server.ts";
import { smallSuite } from "./small-suite.ts";

const root = join(import.meta.dirname, "../..");

const small = await smallSuite();
const { suite } = small;
afterAll(() => small.workspace.dispose());

function start(manifest: string): ChildProcess {
  const script = join(import.meta.dirname, "ask-process.ts");
  const args = ["--conditions=source", "--import", "tsx", script, suite.path, manifest];
  return spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });
}

test("killed in the middle of requests, again and again, an audit loses no answer and asks only for what nobody answered", {
  timeout: 600_000,
}, async () => {
  const models = dirname(small.workspace.path);
  // In the middle of the first request, of one after another, of several that follow each other, and of late ones: twenty.
  const moments = new Set([0, 2, 3, 4, 6, 8, 11, 12, 13, 15, 18, 20, 22, 25, 26, 30, 33, 36, 39, 42]);
  let child: ChildProcess | undefined;
  const server = await inferenceServer({
    ...{ file: join(models, "biased.onnx"), input: "x", output: "y", shape: [-1, 1, 2, 3], targets: 1 },
    fault: (request) => {
      if (moments.has(request)) child?.kill("SIGKILL");
      return undefined;
    },
  });
  try {
    const { file: _, sha256: __, ...rest } = JSON.parse(await readFile(join(models, "biased.json"), "utf8"));
    const manifest = join(small.folder, "served.json");
    await writeFile(manifest, JSON.stringify({ ...rest, url: server.url }));
    let printed = "";
    for (let attempt = 0; attempt <= moments.size; attempt++) {
      child = start(manifest);
      child.stdout?.on("data", (data: Buffer) => {
        printed += data.toString();
      });
      const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
      expect([code, signal]).toEqual(attempt < moments.size ? [null, "SIGKILL"] : [0, null]);
    }
    const batches = Math.ceil(picturesOf(suite).length / 16);
    expect(batches).toBeGreaterThan(10);
    // What was under way when the process ended is asked again, and nothing else.
    expect(server.requests).toBe(batches + moments.size);
    const { predictions } = JSON.parse(printed) as {
      readonly predictions: readonly (readonly [string, readonly number[]])[];
    };
    const exact = await askClassifier(suite, join(models, "biased.json"));
    expect(predictions).toHaveLength(picturesOf(suite).length);
    for (const [sha256, [value]] of predictions) {
      expect(Math.abs((value as number) - (exact.predictions.get(sha256)?.[0] as number))).toBeLessThan(1e-6);
    }
  } finally {
    await server.close();
  }
});
