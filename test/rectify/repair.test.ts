import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspectModel } from "../../src/engine/inspect.ts";
import { decodeForRun } from "../../src/images/decode.ts";
import { predict } from "../../src/models/prediction.ts";
import { openWorkspace, type Workspace, withClassifier } from "../../src/models/workspace.ts";
import type { RectifyOptions } from "../../src/rectify/options.ts";
import { rectify } from "../../src/rectify/rectify.ts";
import { type Rectification, rectificationSchema } from "../../src/rectify/schema.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { repairOptions } from "./repair-options.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;
let faces: string;
let path: string;
let workspace: Workspace;
let whole: Rectification;

async function toEnd(
  images: string,
  options: Pick<RectifyOptions, "out"> & Partial<RectifyOptions>,
): Promise<Rectification> {
  const steps = rectify(images, { workspace, ...repairOptions, ...options });
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value;
  }
}

beforeAll(async () => {
  folder = await temporaryFolder();
  faces = join(folder, "faces");
  path = await smallWorld();
  await drawFaces(faces, 900);
  workspace = await openWorkspace(path, { threads: 1 });
  whole = await toEnd(faces, { out: join(folder, "whole") });
}, 300_000);
afterAll(() => workspace.dispose());

const repair = () => {
  const [found] = whole.repairs;
  if (found === undefined) throw new Error("no repair");
  return found;
};
const made = (method: string) => {
  const found = repair().methods.find((each) => each.method === method);
  if (found === undefined) throw new Error(`no ${method}`);
  return found;
};

describe("a biased classifier", () => {
  test("is repaired by its last layer: its effect is gone and its worst group no worse", () => {
    const before = repair().before?.effects.find(({ feature }) => feature === "glasses");
    const { verdict, reason, effects } = made("last-layer").judged ?? {};
    expect(before?.value).toBeGreaterThan(0.2);
    expect(verdict, reason).toBe("repaired");
    expect(Math.abs(effects?.find(({ feature }) => feature === "glasses")?.value ?? 1)).toBeLessThan(0.1);
  });

  test("is given every method, one is recommended, and the advice names its file", () => {
    expect(repair().methods.map(({ method }) => method)).toEqual(["last-layer", "last-two", "project", "sum"]);
    expect(made("project").judged?.verdict).toBe("repaired");
    expect(repair().recommended).not.toBeNull();
    expect(repair().advice).toContain(made(repair().recommended ?? "").file);
    expect(repair().told).toEqual({ class: "labels", features: ["glasses"] });
  });

  test("has a file of its own size that says what was done to it and that a workspace opens", async () => {
    const { file, manifest, done } = made("last-layer");
    const [inspection] = await inspectModel(join(folder, "whole", file ?? ""));
    expect(inspection?.metadata).toEqual({ "cfalign.rectified": done });
    expect(done).toContain("fitted anew, so that it does not use glasses");
    const [original] = await inspectModel(join(path, "../biased.onnx"));
    expect(inspection?.weightBytes).toBe(original?.weightBytes);
    const more = await withClassifier(await openWorkspace(path, { threads: 1 }), join(folder, "whole", manifest ?? ""));
    expect(more.classifier("biased-last-layer").terms[0]?.model.targets).toEqual(["smiling"]);
    await more.dispose();
  });

  test("is repaired by its last layer where nobody says how, and a sum of classifiers by a sum, which is said", async () => {
    const targets = ["biased", "biased + 0.2*red"];
    const made = await toEnd(faces, { out: join(folder, "auto"), method: "auto", targets, judgePictures: 0 });
    expect(made.repairs.map(({ target, methods }) => [target, methods.map(({ method }) => method)])).toEqual([
      ["biased", ["last-layer"]],
    ]);
    expect(made.targets.map(({ target }) => target)).toEqual(["biased + 0.2*red"]);
    expect(made.notes).toContain(
      "biased + 0.2*red got a sum, as its last layer cannot be fitted: it is a sum of classifiers, which has no last layer of its own",
    );
  }, 120_000);

  test("is repaired where the feature is present, by a gate in the same file", async () => {
    const given = { method: "project", where: "present", judgePictures: 40 } as const;
    const [found] = (await toEnd(faces, { out: join(folder, "present"), ...given })).repairs;
    const { judged, file, done } = found?.methods[0] ?? {};
    expect(judged?.verdict, judged?.reason).toBe("repaired");
    expect(done).toContain("as far as it says that glasses is there");
    const [inspection] = await inspectModel(join(folder, "present", file ?? ""));
    const [original] = await inspectModel(join(path, "../biased.onnx"));
    expect(inspection?.inputs).toEqual(original?.inputs);
    expect(inspection?.outputs).toEqual(original?.outputs);
    const keptEdits = found?.shown ?? [];
    expect(keptEdits.map(({ side }) => side)).toEqual(["remove", "remove", "remove", "add", "add", "add"]);
    for (const { file, predictions } of keptEdits) {
      expect(existsSync(join(folder, "present", file))).toBe(true);
      expect(predictions.map(({ method }) => method)).toEqual([null, "project"]);
    }
  }, 120_000);

  test("is refused where a group is missing, and repaired by edited pictures of it where these are asked for", async () => {
    // Nobody smiles without glasses.
    const lines = readFileSync(join(faces, "metadata.csv"), "utf8").trim().split("\n");
    const [header = "", ...rows] = lines;
    const some = join(folder, "some");
    await mkdir(some);
    const kept: string[] = [];
    for (const line of rows) {
      const [name = "", smiling] = line.split(",");
      const decoded = await decodeForRun(readFileSync(join(faces, name)), workspace.autoencoder.image);
      if ("dropReason" in decoded) throw new Error(decoded.dropReason);
      const [[told] = []] = await predict(decoded.pixels, [workspace.classifier("glasses")]);
      const has = (told?.prediction ?? 0) > 0.5;
      if (smiling === "1" && !has) continue;
      kept.push(`${line},${has ? 1 : 0}`);
      await writeFile(join(some, name), readFileSync(join(faces, name)));
    }
    await writeFile(join(some, "metadata.csv"), [`${header},glasses`, ...kept].join("\n"));
    const on = (out: string, data: "pictures" | "pairs"): Promise<Rectification> =>
      toEnd(some, { out: join(folder, out), method: "last-layer", data, judgePictures: 20 });
    const refused = (await on("few", "pictures")).repairs[0];
    expect(refused?.methods[0]?.refused).toBe(
      "only 0 fitted pictures are smiling without glasses, and 10 are needed: give more of them, or fit to edited pictures too (data pairs)",
    );
    expect(refused?.advice).toContain("Deploy biased as it is");
    const pairs = (await on("pairs", "pairs")).repairs[0];
    const [method] = pairs?.methods ?? [];
    expect(method?.edited).toBeGreaterThan(20);
    const of = (effects: readonly { feature: string; value: number }[] | undefined) =>
      effects?.find(({ feature }) => feature === "glasses")?.value ?? Number.NaN;
    expect(Math.abs(of(method?.judged?.effects))).toBeLessThan(0.5 * of(pairs?.before?.effects));
  }, 120_000);
});

describe("a class of a softmax", () => {
  test("gets a row of its own, and is told from the others as before", async () => {
    const some = join(folder, "classes");
    await mkdir(some);
    const lines: string[] = ["file_name,red"];
    for (const name of readFileSync(join(faces, "metadata.csv"), "utf8").match(/face-\d+\.png/g) ?? []) {
      const decoded = await decodeForRun(readFileSync(join(faces, name)), workspace.autoencoder.image);
      if ("dropReason" in decoded) throw new Error(decoded.dropReason);
      const [[told] = []] = await predict(decoded.pixels, [workspace.classifier("red")]);
      lines.push(`${name},${(told?.prediction ?? 0) > 0.5 ? 1 : 0}`);
      await writeFile(join(some, name), readFileSync(join(faces, name)));
    }
    await writeFile(join(some, "metadata.csv"), lines.join("\n"));
    const given = { method: "last-layer", targets: ["red"], judgePictures: 0 } as const;
    const [found] = (await toEnd(some, { out: join(folder, "softmax"), ...given })).repairs;
    const { judged, manifest } = found?.methods[0] ?? {};
    // Groups weigh alike, so that the rarer class is called a little more often.
    expect(judged?.figures?.auroc?.value).toBeGreaterThan(0.98);
    expect(judged?.figures?.accuracy.value).toBeGreaterThan(0.9);
    const more = await withClassifier(
      await openWorkspace(path, { threads: 1 }),
      join(folder, "softmax", manifest ?? ""),
    );
    const model = more.models.at(-1);
    const original = more.models.find(({ name }) => name === "colours");
    const pixels = { data: Float32Array.from([0.1, 0.9, 0.3, 0.5, 0.7, 0.2]), dims: [1, 1, 2, 3] };
    const [before, after] = [await original?.logits(pixels), await model?.logits(pixels)];
    expect(after?.data.slice(1)).toEqual(before?.data.slice(1));
    expect(after?.data[0]).not.toBe(before?.data[0]);
    await more.dispose();
  }, 120_000);
});

describe("a rectification that is killed", () => {
  const start = (out: string): ChildProcess => {
    const script = join(import.meta.dirname, "repair-process.ts");
    const args = ["--conditions=source", "--import", "tsx", script, path, faces, out];
    return spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  };
  const doneIn = (out: string): number => {
    const kept = join(out, "unfinished.json");
    return existsSync(kept) ? Object.keys(JSON.parse(readFileSync(kept, "utf8")).done).length : 0;
  };

  test("after every step equals one that was not, to the byte", { timeout: 600_000 }, async () => {
    const out = join(folder, "killed");
    let kills = 0;
    // Killed between the result and the end, it is finished by the same command, too.
    const isFinished = (): boolean =>
      existsSync(join(out, "rectification.json")) && !existsSync(join(out, "unfinished.json"));
    for (let held = 0; !isFinished(); held = doneIn(out)) {
      const child = start(out);
      const exit = once(child, "exit");
      while (child.exitCode === null && doneIn(out) <= held) await wait(5);
      if (child.exitCode === null && child.kill("SIGKILL")) kills++;
      await exit;
    }
    expect(kills).toBeGreaterThan(2);
    const read = (name: string): Rectification =>
      rectificationSchema.parse(JSON.parse(readFileSync(join(folder, name, "rectification.json"), "utf8")));
    const { out: _, ...killed } = read("killed");
    const { out: __, ...uninterrupted } = read("whole");
    expect(killed).toEqual(uninterrupted);
    // A method that is refused has none.
    for (const file of repair().methods.flatMap((each) => each.file ?? [])) {
      expect(readFileSync(join(out, file)).equals(readFileSync(join(folder, "whole", file)))).toBe(true);
    }
  });

  test("does not go on as another one", async () => {
    const out = join(folder, "other");
    await mkdir(out);
    const identity = { options: { seed: 1 } };
    await writeFile(join(out, "unfinished.json"), JSON.stringify({ identity, done: {} }));
    await expect(toEnd(faces, { out })).rejects.toThrow(
      `"${join(out, "unfinished.json")}" is of another rectification, whose options differ: choose another folder (out), or remove the file`,
    );
  });
});
