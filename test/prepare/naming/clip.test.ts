import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { fitImage } from "../../../src/models/fit-image.ts";
import { imageTensor } from "../../../src/models/read-image.ts";
import { type Clip, openClip } from "../../../src/prepare/naming/clip.ts";
import { controls } from "../../../src/prepare/naming/controls.ts";
import { auroc } from "../../../src/statistics/auroc.ts";
import { anyWardrobe, drawnGarments } from "../../label/drawn-garments.ts";
import { type Layout, type Towers, trainTowers, writeSmallClip } from "./small-clip.ts";

let root = "";
let towers: Towers;
let names: readonly string[];
let truth: Awaited<ReturnType<typeof drawnGarments>>;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "cfalign-clip-"));
  towers = trainTowers(await anyWardrobe());
  truth = await drawnGarments(join(root, "pictures"), 60);
  names = [...truth.keys()];
}, 120_000);

const layouts: readonly Layout[] = [
  { files: "split", normalised: false, below: "onnx" },
  { files: "split", normalised: true, below: "" },
  { files: "full", normalised: true, below: "onnx" },
  { files: "sentence", normalised: false, below: "onnx" },
  { files: "siglip", normalised: false, below: "onnx" },
];
const folderOf = ({ files, normalised, below }: Layout): string => join(root, `${files}-${normalised}-${below}`);

async function vectorsOf(clip: Clip) {
  const pictures = await Promise.all(
    names.map(async (name) => {
      const bytes = await platform.files.read(join(root, "pictures", name));
      return fitImage(imageTensor(await platform.decodeImage(bytes)), clip.frame);
    }),
  );
  return clip.embedImages(pictures);
}
const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe("a CLIP", () => {
  test.each(layouts)(
    "as $files files, normalised: $normalised, below '$below', scores pictures by what is on them",
    async (layout) => {
      const folder = folderOf(layout);
      await writeSmallClip(folder, towers, layout);
      await using clip = await openClip(folder);
      const [tag, violin] = (await clip.embedTexts(["This is a photo of a tag", "This is a photo of a violin"])) as [
        Float64Array,
        Float64Array,
      ];
      expect(dot(tag, tag)).toBeCloseTo(1, 12);
      const pictures = await vectorsOf(clip);
      const scores = pictures.map((picture) => dot(picture, tag) - dot(picture, violin));
      const of = (has: boolean) =>
        names.flatMap((name, i) => (truth.get(name)?.has("tag") === has ? [scores[i] as number] : []));
      expect(auroc(of(true), of(false))).toBeGreaterThan(0.9);
      // By hand: the sum of the vectors of a text's tokens, those before and after having none.
      const sum = Float64Array.from({ length: tag.length }, (_, k) =>
        ["this", "is", "a", "photo", "of", "a", "tag"].reduce(
          (all, word) => all + (towers.tokens.get(word)?.[k] as number),
          0,
        ),
      );
      expect(dot(sum, tag) / Math.sqrt(dot(sum, sum))).toBeCloseTo(1, 6);
    },
  );

  test("has forty control words but one, each another", () => {
    expect(new Set(controls).size).toBe(39);
  });

  test("that lacks a file, or whose files do not fit, is refused in one line", async () => {
    const folder = join(root, "refused");
    await writeSmallClip(folder, towers, layouts[0] as Layout);
    const file = (name: string): string => join(folder, name);
    await platform.files.remove(file("onnx/vision_model.onnx"));
    await expect(openClip(folder)).rejects.toThrow(/found no text_model\.onnx and vision_model\.onnx, or model\.onnx$/);
    await writeSmallClip(folder, towers, layouts[0] as Layout);
    await writeFile(file("tokenizer.json"), "{");
    await expect(openClip(folder)).rejects.toThrow(/tokenizer\.json": expected JSON, got /);
    await writeFile(file("tokenizer.json"), '{"model": 3}');
    await expect(openClip(folder)).rejects.toThrow(/tokenizer\.json: expected a tokenizer that can be read/);
    const parts = { added_tokens: [], normalizer: null, pre_tokenizer: null, decoder: null, post_processor: null };
    await writeFile(
      file("tokenizer.json"),
      JSON.stringify({ ...parts, model: { type: "WordPiece", vocab: { a: 0 } } }),
    );
    await expect(openClip(folder)).rejects.toThrow(/a tokenizer that can be read, got /);
    await platform.files.remove(file("tokenizer.json"));
    await expect(openClip(folder)).rejects.toThrow(/found no tokenizer\.json$/);
    await writeSmallClip(folder, towers, layouts[0] as Layout);
    await writeFile(file("preprocessor_config.json"), "{}");
    await expect(openClip(folder)).rejects.toThrow(/preprocessor_config\.json: expected size, mean and spread/);
  });
});
