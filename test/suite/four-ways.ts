import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platform } from "#platform";
import type { Answers } from "../../src/suite/answers.ts";
import { askClassifier } from "../../src/suite/ask-classifier.ts";
import type { Suite } from "../../src/suite/open-suite.ts";
import { readTable, tableOf } from "../../src/suite/table-answers.ts";
import { inferenceServer } from "./inference-server.ts";
import { int8Copy } from "./int8-copy.ts";

/** One classifier four times: its file, a copy with eight bits a number, behind a server, and by a table. */
export interface FourWays {
  readonly exact: Answers;
  readonly int8: Answers;
  readonly served: Answers;
  readonly table: Answers;
}

/** Asks a classifier of the built-in world in all ways. model: folder of its manifest; folder: where copies go. */
export async function fourWays(suite: Suite, model: string, folder: string): Promise<FourWays> {
  const manifest = JSON.parse(await readFile(join(model, "model.json"), "utf8"));
  const file = join(model, manifest.file);
  const { sha256: _, file: __, ...meaning } = manifest;
  await platform.files.makeDirectory(folder);
  await writeFile(join(folder, "model_int8.onnx"), int8Copy(await readFile(file)));
  await writeFile(join(folder, "model.json"), JSON.stringify({ ...meaning, file: "model_int8.onnx" }));
  const exact = await askClassifier(suite, model);
  const int8 = await askClassifier(suite, join(folder, "model_int8.onnx"));
  const session = await platform.createSession(await readFile(file));
  const [input, output] = [session.inputNames[0] as string, session.outputNames[0] as string];
  await session.dispose();
  const { channels = 3, height, width } = manifest.input;
  const server = await inferenceServer({
    ...{ file, input, output, shape: [-1, channels, height, width] },
    ...{ targets: manifest.targets.length, binary: true },
  });
  try {
    const path = join(folder, "served.json");
    await writeFile(path, JSON.stringify({ ...meaning, url: server.url }));
    const served = await askClassifier(suite, path);
    await writeFile(join(folder, "predictions.csv"), tableOf(suite, exact));
    return { exact, int8, served, table: await readTable(suite, join(folder, "predictions.csv")) };
  } finally {
    await server.close();
  }
}
