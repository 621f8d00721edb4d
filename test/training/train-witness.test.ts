import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { placeModels } from "../../src/engine/place-models.ts";
import { openClassifier } from "../../src/models/classifier-model.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { readJsonFile } from "../../src/models/json-file.ts";
import { classifierManifestSchema } from "../../src/models/manifest.ts";
import { readImage } from "../../src/models/read-image.ts";
import { trainWitness, type Witness } from "../../src/training/train-witness.ts";
import { openSmallWorld, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { plantedFolder } from "./planted-folder.ts";

let [table, folder, world] = ["", "", ""];
let made: Witness;
const quick = { size: 16, epochs: 30 };

/** The table with columns of other rules beside its own. */
function extended(columns: Readonly<Record<string, (row: number) => string>>): string {
  const [header, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  const names = Object.keys(columns);
  return `${[
    [header, ...names].join(","),
    ...lines.map((line, row) => [line, ...names.map((name) => columns[name]?.(row))].join(",")),
  ].join("\n")}\n`;
}

beforeAll(async () => {
  folder = join(await temporaryFolder(), "planted");
  table = await plantedFolder(folder, 300, 16);
  writeFileSync(
    table,
    extended({
      coin: (row) => String((row * 7919) % 13 < 6 ? 1 : 0),
      age: (row) => String(20 + (row % 50)),
      rare: (row) => (row < 6 ? "1" : "0"),
      blank: () => "",
    }),
  );
  world = await smallWorld();
  made = await trainWitness(table, { ...quick, workspace: world });
});

describe("a witness from labels", () => {
  test("reads what can be read, and refuses by name and number what cannot", () => {
    expect(made.readings.map(({ label, refused }) => [label, refused])).toEqual([
      ["patch", null],
      ["tint", null],
      ["coin", "not-readable"],
      ["age", "not-0-or-1"],
      ["rare", "too-few"],
    ]);
    const [patch, tint] = made.readings;
    expect((tint?.ones ?? 0) + (tint?.zeros ?? 0)).toBe(240);
    for (const reading of [patch, tint]) expect(reading?.auroc?.ci[0]).toBeGreaterThan(0.8);
    expect([made.images, made.heldOut, made.interrupted]).toEqual([200, 100, false]);
  });

  test("is a judge of the workspace, for the targets that it reads", async () => {
    expect(made.workspace).toBe(world);
    const workspace = await openSmallWorld(world);
    const judge = workspace.judgeModels.find(({ name }) => name === "witness");
    expect(judge?.targets).toEqual(["patch", "tint"]);
    await workspace.dispose();
  });

  test("says of pictures at the size of the workspace's what the labels say", async () => {
    const frame = { channels: 3, width: 24, height: 24 } as const;
    const out = join(await temporaryFolder(), "framed");
    const { manifest, workspace } = await trainWitness(table, { ...quick, frame, out, columns: ["patch"] });
    expect([manifest, workspace]).toEqual([join(out, "model.json"), null]);
    const path = manifest as string;
    const placements = await placeModels({});
    const model = await openClassifier(path, await readJsonFile(path, classifierManifestSchema), frame, { placements });
    const lines = readFileSync(table, "utf8").trim().split("\n").slice(1);
    let right = 0;
    const logits: number[] = [];
    for (const line of lines.slice(0, 60)) {
      const [file = "", patch] = line.split(",");
      const { data: [logit = 0] = [] } = await model.logits(await fitImage(await readImage(join(folder, file)), frame));
      logits.push(Math.abs(logit));
      if (logit > 0 === (patch === "1")) right += 1;
    }
    expect(right).toBeGreaterThan(50);
    expect(logits.sort((a, b) => a - b)[30]).toBeLessThanOrEqual(5);
    await model.dispose();
  });

  test("is entered once, however often it is trained, and the same to the byte with the same seed", async () => {
    const again = (seed: number) =>
      trainWitness(table, { ...quick, epochs: 2, workspace: world, columns: ["tint"], minAuroc: 0, seed });
    const files = [];
    for (const seed of [3, 3, 4])
      files.push(readFileSync(join((await again(seed)).manifest as string, "..", "model.onnx")));
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).not.toEqual(files[0]);
    const { judges } = JSON.parse(readFileSync(world, "utf8")) as { judges: string[] };
    expect(judges.filter((path) => path.includes("witness"))).toHaveLength(1);
  });

  test("is not written where nothing can be read", async () => {
    const own = await smallWorld();
    const { manifest, workspace } = await trainWitness(table, {
      ...quick,
      epochs: 2,
      workspace: own,
      columns: ["coin"],
    });
    expect([manifest, workspace]).toEqual([null, null]);
  });
});

describe("what cannot be trained on", () => {
  test.each([
    [
      "one kind only",
      { one: () => "1" },
      /expected a column with 15 pictures of 1 and of 0 at least, of which a third is held out, got one \(300 of 1, 0 of 0\): label more pictures$/,
    ],
    [
      "other numbers",
      { age: (row: number) => String(row) },
      /got age \(other numbers than 0 and 1\): label more pictures$/,
    ],
    ["blanks", { empty: () => "" }, /metadata\.csv: expected a column of 0 and 1, found none$/],
  ] as const)("%s is said in one line", async (_, columns, message) => {
    const other = await plantedFolder(join(await temporaryFolder(), "other"), 300, 16);
    const lines = readFileSync(other, "utf8").trim().split("\n");
    const [name = "", rule] = Object.entries(columns)[0] as [string, (row: number) => string];
    writeFileSync(other, `${lines.map((line, i) => `${line.split(",")[0]},${i === 0 ? name : rule(i)}`).join("\n")}\n`);
    await expect(trainWitness(other, { ...quick, out: join(folder, "none") })).rejects.toThrow(message);
  });

  test("sizes beyond the bounds, a taken name, and no place to write are said before a picture is read", async () => {
    const out = join(folder, "none");
    await expect(trainWitness(table, { size: 300, out })).rejects.toThrow(
      "size: expected a whole number of pixels from 16 to 256, got 300",
    );
    await expect(trainWitness(table, { workspace: world, name: "colours" })).rejects.toThrow(
      /^name: expected another than those of the workspace, got "colours", which is /,
    );
    await expect(trainWitness(table)).rejects.toThrow("out is missing: expected a folder, or a workspace");
  });
});
