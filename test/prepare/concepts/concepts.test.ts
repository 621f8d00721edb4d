import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../../src/base/random.ts";
import { readImage } from "../../../src/models/read-image.ts";
import type { Workspace } from "../../../src/models/workspace.ts";
import { type Concepts, concepts } from "../../../src/prepare/concepts/concepts.ts";
import { drawFaces, openSmallWorld, smallWorld, temporaryFolder } from "../../run/small-world.ts";

let path = "";
let table = "";
let made: Concepts;
let after: Workspace;

beforeAll(async () => {
  path = await smallWorld();
  const folder = join(await temporaryFolder(), "faces");
  table = join(folder, "metadata.csv");
  await drawFaces(folder, 300);
  const random = createRandom("labels");
  // Beside smiling (a side of the latent) and young (every second file): what nobody can read, and what is no 0 or 1.
  const lines = readFileSync(table, "utf8").trim().split("\n");
  const more = lines.map((line, i) =>
    i === 0 ? `${line},coin,age,rare` : `${line},${random.uniform() < 0.5 ? 1 : 0},${20 + (i % 50)},${i < 6 ? 1 : 0}`,
  );
  writeFileSync(table, `${more.join("\n")}\n`);
  const workspace = await openSmallWorld(path);
  made = await concepts(table, { workspace });
  await workspace.dispose();
  after = await openSmallWorld(path);
});

describe("classifiers from labels", () => {
  test("are targets where the interval lies above, and refused by name and number where it does not", () => {
    expect(made.readings.map(({ label, refused }) => [label, refused])).toEqual([
      ["smiling", null],
      ["young", "not-readable"],
      ["coin", "not-readable"],
      ["age", "not-0-or-1"],
      ["rare", "too-few"],
    ]);
    const [smiling, young] = made.readings;
    expect(smiling?.auroc?.ci[0]).toBeGreaterThan(0.9);
    expect(young?.auroc?.ci[0]).toBeLessThan(0.75);
    expect([made.images, made.heldOut, made.workspace]).toEqual([225, 75, path]);
  });

  test("say of pictures what the labels say, half of either kind", async () => {
    const model = after.models.find(({ name }) => name === "concepts");
    expect(model?.targets).toEqual(["smiling"]);
    const labels = readFileSync(table, "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    let right = 0;
    for (const [file = "", smiling] of labels.slice(0, 100)) {
      const { data, dims } = await readImage(join(dirname(table), file));
      const grey = { data: data.slice(0, data.length / 3), dims: [1, 1, ...dims.slice(2)] };
      const [logit = 0] = (await model?.logits(grey))?.data ?? [];
      if (logit > 0 === (smiling === "1")) right += 1;
    }
    expect(right).toBeGreaterThan(95);
  });

  test("are known as readings of the latent, and refused as judges of it", async () => {
    expect(after.models.find(({ name }) => name === "concepts")?.probeOf).toBe(after.autoencoder.hash);
    const contents = JSON.parse(readFileSync(path, "utf8")) as { classifiers: string[]; judges: string[] };
    const probe = contents.classifiers.at(-1) as string;
    const wrong = join(dirname(path), "judged.json");
    const rest = contents.classifiers.slice(0, -1);
    writeFileSync(wrong, JSON.stringify({ ...contents, classifiers: rest, judges: [...contents.judges, probe] }));
    await expect(openSmallWorld(wrong)).rejects.toThrow(
      /judges: expected classifiers that do not read the latent of \S+, got "concepts", which does: name it under classifiers/,
    );
  });

  test("are entered once, however often they are made", async () => {
    await concepts(table, { workspace: after, columns: ["smiling"] });
    const { classifiers } = JSON.parse(readFileSync(path, "utf8")) as { classifiers: string[] };
    expect(classifiers.filter((name) => name.includes("concepts"))).toHaveLength(1);
  });

  test("take another name than a model of the workspace has, and refuse to be given it", async () => {
    const world = await smallWorld();
    const folder = dirname(world);
    const contents = JSON.parse(readFileSync(world, "utf8")) as { readonly classifiers: readonly string[] };
    const [first = ""] = contents.classifiers;
    const manifest = JSON.parse(readFileSync(join(folder, first), "utf8")) as object;
    writeFileSync(join(folder, first), JSON.stringify({ ...manifest, name: "concepts" }));
    const workspace = await openSmallWorld(world);
    await expect(concepts(table, { workspace, name: "biased" })).rejects.toThrow(
      /^name: expected another than that of .*, got "biased"$/,
    );
    await concepts(table, { workspace, columns: ["smiling"] });
    await workspace.dispose();
    const again = await openSmallWorld(world);
    expect(again.models.map(({ name }) => name)).toEqual(["concepts", "biased", "colours", "concepts-2"]);
    await again.dispose();
  });

  test("are not written where nothing can be read", async () => {
    const { manifest, workspace } = await concepts(table, { workspace: after, columns: ["coin"], name: "none" });
    expect([manifest, workspace]).toEqual([null, null]);
  });
});

describe("classifiers from an inner value of another model", () => {
  test("read it, and are refused as judges of that model", async () => {
    const options = { features: "attributes:y", name: "inner", columns: ["smiling", "coin"] };
    const found = await concepts(table, { workspace: after, ...options });
    expect(found.readings.map(({ label, refused }) => [label, refused])).toEqual([
      ["smiling", null],
      ["coin", "not-readable"],
    ]);
    const again = await openSmallWorld(path);
    const [inner, attributes] = ["inner", "attributes"].map((name) =>
      again.models.find((model) => model.name === name),
    );
    expect(inner?.probeOf).toBe(attributes?.hash);
    // A line through the logits of three attributes: the label is that of the first one's sign.
    const { data, dims } = await readImage(join(dirname(table), "face-0000.png"));
    const grey = { data: data.slice(0, data.length / 3), dims: [1, 1, ...dims.slice(2)] };
    const [logits, reading] = await Promise.all([attributes?.logits(grey), inner?.logits(grey)]);
    expect(Math.sign(reading?.data[0] ?? 0)).toBe(Math.sign(logits?.data[0] ?? 0));
    await again.dispose();
    const contents = JSON.parse(readFileSync(path, "utf8")) as { classifiers: string[]; judges: string[] };
    const wrong = join(dirname(path), "judged-inner.json");
    const probe = contents.classifiers.find((name) => name.includes("inner")) as string;
    writeFileSync(
      wrong,
      JSON.stringify({ ...contents, classifiers: contents.classifiers.slice(0, 3), judges: [probe] }),
    );
    await expect(openSmallWorld(wrong)).rejects.toThrow(
      /judges: expected classifiers that do not read inner values of attributes, got "inner", which does/,
    );
  });

  test("that it does not have are refused by name", async () => {
    await expect(concepts(table, { workspace: after, features: "attributes:logit" })).rejects.toThrow(
      /^features: \S+ has no value "logit"/,
    );
    await expect(concepts(table, { workspace: after, features: "atributes:y" })).rejects.toThrow(
      'one of linear, attributes, biased, colours, concepts, inner, judge, got "atributes:y"',
    );
  });
});

describe("concepts refuses", () => {
  test("a column that the table does not have", async () => {
    await expect(concepts(table, { workspace: after, columns: ["smilling"] })).rejects.toThrow(
      'columns: expected some of smiling, young, coin, age, rare, got "smilling"',
    );
  });

  test("a table of another name", async () => {
    const other = join(mkdtempSync(join(tmpdir(), "cfalign-table-")), "labels.csv");
    writeFileSync(other, "file_name,a\n");
    await expect(concepts(other, { workspace: after })).rejects.toThrow(
      `"${other}": expected metadata.csv or metadata.jsonl beside its pictures: cfalign labels writes one from other tables`,
    );
  });
});
