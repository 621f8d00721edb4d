import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type AuditOptions, type AuditOutcome, auditClassifiers } from "../../src/pipeline/audit-classifiers.ts";
import { openRun } from "../../src/results/open-run.ts";
import { anyWardrobe, drawnGarments } from "../label/drawn-garments.ts";
import { trainTowers, writeSmallClip } from "../prepare/naming/small-clip.ts";

let root = "";
let truth: Awaited<ReturnType<typeof drawnGarments>>;
const at = (name: string): string => join(root, name);
const garments = (model: string): string => new URL(`../../zoo/garments/models/${model}`, import.meta.url).pathname;

const audit = (more: Partial<AuditOptions> = {}): Promise<AuditOutcome> =>
  auditClassifiers({
    ...{ classifiers: [garments("garments-a")], autoencoder: garments("autoencoder") },
    ...{ images: at("pictures"), out: at("audit"), words: { text: at("words.txt"), clip: at("clip") } },
    ...{ interventions: 24, limit: 20, workers: 1, now: () => performance.now() },
    ...more,
  });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cfalign-audit-words-"));
  await writeSmallClip(at("clip"), trainTowers(await anyWardrobe()), {
    ...{ files: "split", normalised: false, below: "onnx" },
  });
  truth = await drawnGarments(at("pictures"), 240);
  await writeFile(at("words.txt"), "tag: a tag / a bare ground\nring: a ring\nunicorn: a unicorn\n");
}, 120_000);

describe("words in place of labels", () => {
  test("are refused before any work where the folder of the CLIP does not hold one", async () => {
    const said: string[] = [];
    const words = { text: at("words.txt"), clip: at("pictures") };
    const tried = audit({ out: at("none"), words, say: (line) => void said.push(line) });
    await expect(tried).rejects.toThrow(/tokenizer\.json/);
    expect(await readdir(at("none/workspace")).catch(() => [])).toEqual([]);
    expect(said).toEqual([]);
  }, 60_000);

  let outcome: AuditOutcome;
  beforeAll(async () => {
    outcome = await audit();
  }, 240_000);

  test("give verdicts, of which none is clear, and what was found says that nobody has checked it", () => {
    expect(new Set(outcome.verdicts.map(({ feature }) => feature))).toEqual(new Set(["tag", "ring", "unicorn"]));
    for (const { state, sentence, feature } of outcome.verdicts) {
      expect(state, sentence).not.toBe("clear");
      if (state === "found") expect(sentence, feature).toMatch(/is named by CLIP, not checked\.$/);
    }
    const unicorn = outcome.verdicts.find(({ feature }) => feature === "unicorn");
    expect(unicorn?.sentence).toContain("its words spread the pictures no further than words that have nothing to do");
  });

  test("audit the targets that a word is about, and remember what was made of them", async () => {
    expect(new Set(outcome.verdicts.map(({ classifier }) => classifier))).toEqual(
      new Set(["garments-a/ring", "garments-a/tag"]),
    );
    const again = await audit();
    expect(again.stages.filter(({ reused }) => reused).map(({ stage }) => stage)).toContain("probes");
    expect(again.run).toBe(outcome.run);
    await writeFile(at("words.txt"), "tag: a tag / a bare ground\nring: a ring / a plain thing\n");
    const other = await audit();
    expect(other.run).not.toBe(outcome.run);
  }, 240_000);

  test("that forty judged pictures check are still clear of nothing while a probe tells its own edits, and the sentence says who told it", async () => {
    const lines = [...truth].slice(0, 40).map(([file, has]) => `${file},${has.has("tag") ? 1 : 0}`);
    await writeFile(at("pictures/metadata.csv"), ["file_name,tag", ...lines, ""].join("\n"));
    const checked = await audit();
    const run = await openRun(checked.run);
    expect(run.unchecked?.join()).not.toContain("tag");
    const tag = checked.verdicts.filter(({ feature }) => feature === "tag");
    expect(tag.length).toBeGreaterThan(0);
    for (const { state, sentence } of tag) {
      expect(state, sentence).not.toBe("clear");
      expect(sentence).not.toContain("named by CLIP");
    }
    expect(tag.map(({ sentence }) => sentence).join()).toMatch(/only a probe says|the edit moved it/);
  }, 240_000);

  test("that are judged are what a witness is trained from, and without any nothing is trained, which is said", async () => {
    const [said, tables]: [string[], string[]] = [[], []];
    const train: NonNullable<AuditOptions["train"]> = async (table) => {
      tables.push(table);
      return { manifest: null, readings: [], interrupted: false };
    };
    const say = (note: string) => said.push(note);
    await audit({ train, say });
    expect(tables).toEqual([at("pictures/metadata.csv")]);
    await rm(at("pictures/metadata.csv"));
    await audit({ train, say });
    expect(tables.length).toBe(1);
    expect(said.join("\n")).toContain("no witness is trained, and probes tell what goes: nobody has judged a picture");
  }, 240_000);
});
