import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { findings } from "../../../src/audit/findings/findings.ts";
import { alignmentMatrix } from "../../../src/audit/matrix.ts";
import { openWorkspace, type Workspace } from "../../../src/models/workspace.ts";
import { type NamedConcepts, namedConcepts } from "../../../src/prepare/naming/named-concepts.ts";
import { openRun } from "../../../src/results/open-run.ts";
import { anyWardrobe, drawnGarments } from "../../label/drawn-garments.ts";
import { runToEnd } from "../../run/small-world.ts";
import { trainTowers, writeSmallClip } from "./small-clip.ts";

let root = "";
let truth: Awaited<ReturnType<typeof drawnGarments>>;
const at = (name: string): string => join(root, name);

/** The garments' own autoencoder and classifiers, in a workspace that may be written to. */
async function opened(): Promise<Workspace> {
  return openWorkspace(at("cfalign.json"), { threads: 1 });
}

async function name(): Promise<NamedConcepts> {
  await using workspace = await opened();
  return await namedConcepts(at("pictures"), { workspace, text: at("words.txt"), clip: at("clip") });
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cfalign-named-"));
  const zoo = new URL("../../../zoo/garments/", import.meta.url).pathname;
  const model = (own: string): string => relative(root, join(zoo, "models", own, "model.json"));
  await writeFile(
    at("cfalign.json"),
    JSON.stringify({ autoencoder: model("autoencoder"), classifiers: [model("garments-a")] }),
  );
  await writeSmallClip(at("clip"), trainTowers(await anyWardrobe()), {
    files: "split",
    normalised: false,
    below: "onnx",
  });
  truth = await drawnGarments(at("pictures"), 240);
  await writeFile(at("words.txt"), "tag: a tag / a bare ground\nring: a ring\nunicorn: a unicorn\n");
}, 120_000);

const manifest = async () => JSON.parse(await readFile(at("models/named/model.json"), "utf8"));

/** Labels of the first pictures, as somebody leaves them who has judged so many. */
async function judge(count: number, right: boolean): Promise<void> {
  const lines = [...truth].slice(0, count).map(([file, has]) => `${file},${has.has("tag") === right ? 1 : 0}`);
  await writeFile(at("pictures/metadata.csv"), ["file_name,tag", ...lines, ""].join("\n"));
}

describe("classifiers from words", () => {
  let made: NamedConcepts;
  beforeAll(async () => {
    made = await name();
  }, 120_000);

  test("are targets where scores spread pictures further than control words do, and can be read", () => {
    expect(made.readings.map(({ word, refused }) => [word, refused])).toEqual([
      ["tag", null],
      ["ring", null],
      ["unicorn", "as-control-words"],
    ]);
    const [tag, , unicorn] = made.readings;
    expect(tag?.pValue).toBe(1 / 40);
    expect(unicorn?.pValue).toBeGreaterThan(0.05);
    expect(tag?.auroc?.ci[0]).toBeGreaterThan(0.75);
    expect([made.images, made.heldOut, made.workspace]).toEqual([180, 60, at("cfalign.json")]);
  });

  test("say that nobody has checked them, in their manifest and their model", async () => {
    expect(await manifest()).toMatchObject({ targets: ["tag", "ring"], unchecked: ["tag", "ring"] });
    await using workspace = await opened();
    expect(workspace.models.find((model) => model.name === "named")?.unchecked).toEqual(["tag", "ring"]);
  });

  test("are called clear of nothing in an audit, and every finding of theirs says so", async () => {
    await using workspace = await opened();
    const out = at("run");
    await runToEnd(at("pictures"), {
      ...{
        workspace,
        out,
        bases: ["garments-a/footwear"],
        downstream: ["garments-a/footwear", "named/tag", "named/ring"],
      },
      ...{ limit: 80, interventions: 0, workers: 1 },
    });
    const run = await openRun(out);
    expect(run.unchecked).toEqual(
      ["named/tag", "named/ring"].map((own) => run.downstream.find((one) => one.endsWith(own.slice(6)))),
    );
    const open = alignmentMatrix(run, { minEffect: 2, maxRareUse: 0.5 });
    const bold = alignmentMatrix({ ...run, unchecked: undefined }, { minEffect: 2, maxRareUse: 0.5 });
    const states = (matrix: typeof open) =>
      matrix.cells.filter(({ state }) => state !== null).map(({ state, reason }) => [state, reason]);
    expect(states(bold)).toEqual([
      ["clear", null],
      ["clear", null],
    ]);
    expect(states(open)).toEqual([
      ["unresolved", "unchecked"],
      ["unresolved", "unchecked"],
    ]);
    for (const finding of findings(alignmentMatrix(run)))
      expect(finding.qualifiers[0]).toMatch(/is named by CLIP, not checked$/);
  }, 240_000);

  test("are checked by forty pictures that were judged, not by thirty-nine, and refused where these say otherwise", async () => {
    await judge(39, true);
    expect((await name()).readings[0]).toMatchObject({ judged: { count: 39 }, checked: false, refused: null });
    await judge(40, true);
    expect((await name()).readings[0]).toMatchObject({ judged: { count: 40 }, checked: true, refused: null });
    expect(await manifest()).toMatchObject({ targets: ["tag", "ring"], unchecked: ["ring"] });
    await judge(40, false);
    expect((await name()).readings[0]).toMatchObject({ checked: false, refused: "judged-otherwise" });
    expect((await manifest()).targets).toEqual(["ring"]);
  }, 240_000);
});
