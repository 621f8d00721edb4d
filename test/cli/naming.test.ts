import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { namedConceptsOutput } from "../../src/cli/schemas.ts";
import { anyWardrobe, drawnGarments } from "../label/drawn-garments.ts";
import { trainTowers, writeSmallClip } from "../prepare/naming/small-clip.ts";
import { cli } from "./cli.ts";

let root = "";
const at = (name: string): string => join(root, name);
const name = (...more: readonly string[]) => cli("concepts", at("pictures"), "-w", at("cfalign.json"), ...more);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cfalign-naming-"));
  const zoo = new URL("../../zoo/garments/", import.meta.url).pathname;
  const model = (own: string): string => relative(root, join(zoo, "models", own, "model.json"));
  const workspace = { autoencoder: model("autoencoder"), classifiers: [model("garments-a")] };
  await writeFile(at("cfalign.json"), JSON.stringify(workspace));
  const layout = { files: "full", normalised: true, below: "onnx" } as const;
  await writeSmallClip(at("clip"), trainTowers(await anyWardrobe()), layout);
  await drawnGarments(at("pictures"), 200);
  await writeFile(at("words.txt"), "tag: a tag / a bare ground\nunicorn: a unicorn\n");
  await writeFile(at("denied.txt"), "tag / without a tag\n");
}, 120_000);

describe("cfalign concepts --text", () => {
  test("says of every word what it was found to be, and how to check it", async () => {
    const { code, stdout } = await name("--text", at("words.txt"), "--clip", at("clip"), "--no-enter");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^tag .* named by CLIP, not checked$/m);
    expect(stdout).toMatch(
      /^unicorn .* refused: spreads pictures no further than words that have nothing to do with them$/m,
    );
    expect(stdout).toContain("to check a name, judge forty pictures of it under the same name (cfalign serve --label)");
    const json = await name("--text", at("words.txt"), "--clip", at("clip"), "--no-enter", "--json");
    expect(namedConceptsOutput.parse(JSON.parse(json.stdout)).workspace).toBeNull();
  });

  test.each([
    [["--text", "words.txt"], /^cfalign: --clip is missing: expected the folder of a CLIP or SigLIP$/],
    [["--clip", "clip"], /^cfalign: --text is missing: expected a file with a feature a line$/],
    [
      ["--text", "words.txt", "--clip", "clip", "--columns", "tag"],
      /^cfalign: --columns: expected nothing beside --text, got "tag"$/,
    ],
    [
      ["--text", "words.txt", "--clip", "pictures"],
      /expected a CLIP or SigLIP as transformers\.js lays it out, found no tokenizer\.json$/,
    ],
    [["--text", "denied.txt", "--clip", "clip"], /denied\.txt: line 1: expected what is there, got "without a tag"/],
  ])("refuses %j in one line", async (flags, expected) => {
    const { code, stderr } = await name(
      ...flags.map((flag) => (/^(words|denied|clip|pictures)/.test(flag) ? at(flag) : flag)),
    );
    expect(code).toBe(2);
    expect(stderr.trimEnd()).toMatch(expected);
    expect(stderr.trimEnd()).not.toContain("\n");
  });
});

describe("cfalign audit --text", () => {
  test.each([
    [["--text", "words.txt"], /^cfalign: --clip is missing: expected the folder of a CLIP or SigLIP$/],
    [["--clip", "clip"], /^cfalign: --text is missing: expected a file with a feature a line$/],
    [
      ["--text", "words.txt", "--clip", "clip", "--labels", "photos/metadata.csv"],
      /^cfalign: --labels: expected nothing beside --text, got "photos\/metadata\.csv"$/,
    ],
    [["--text", "denied.txt", "--clip", "clip"], /denied\.txt: line 1: expected what is there, got "without a tag"/],
    [
      ["--text", "words.txt", "--clip", "pictures"],
      /expected a CLIP or SigLIP as transformers\.js lays it out, found no tokenizer\.json$/,
    ],
  ])("refuses %j in one line, and what is right goes on where it was", async (flags, expected) => {
    const garments = new URL("../../zoo/garments/models/", import.meta.url).pathname;
    const { code, stderr } = await cli(
      ...["audit", "--classifier", join(garments, "garments-a"), "--autoencoder", join(garments, "autoencoder")],
      ...["--images", at("pictures"), "--out", at("audit"), "--no-train"],
      ...flags.map((flag) => (/^(words|denied|clip|pictures)/.test(flag) ? at(flag) : flag)),
    );
    expect(code).toBe(2);
    const lines = stderr
      .trimEnd()
      .split("\n")
      .filter((line) => !/^(auditing|note): /.test(line));
    expect(lines).toEqual([expect.stringMatching(expected)]);
  });
});
