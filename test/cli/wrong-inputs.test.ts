import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { temporaryFolder } from "../run/small-world.ts";
import { type CliResult, cli } from "./cli.ts";
import { type WalkWorldOptions, walkWorld } from "./walk-world.ts";

let folder = "";
beforeEach(async () => {
  folder = await temporaryFolder();
});

const at = (...path: readonly string[]): string => join(folder, ...path);

async function init(options: WalkWorldOptions = {}, more: readonly string[] = []): Promise<CliResult> {
  await walkWorld(folder, { pictures: 64, ...options });
  return start(more);
}

function start(more: readonly string[] = []): Promise<CliResult> {
  const given = ["--classifier", at("my-model"), "--autoencoder", at("taesd"), "--images", at("photos")];
  return cli("init", ...given, "--workspace", at("cfalign.json"), ...more);
}

/** The one line of an error, with the folder left out. */
function lineOf({ stderr }: CliResult): string {
  const lines = stderr.trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  return (lines[0] as string).replaceAll(`${folder}/`, "");
}

describe("one line tells", () => {
  test("a folder without pictures", async () => {
    await walkWorld(folder, { pictures: 0 });
    const result = await start();
    expect([result.code, lineOf(result)]).toEqual([
      2,
      'cfalign: "photos": expected images, found none that can be used among 1 files (PNG, JPEG, WebP, GIF and TIFF can be)',
    ]);
  });

  test("a folder of pictures that is not there", async () => {
    await walkWorld(folder, { pictures: 2 });
    const result = await cli(
      "init",
      "--classifier",
      at("my-model"),
      "--autoencoder",
      at("taesd"),
      "--images",
      at("none"),
    );
    expect([result.code, lineOf(result)]).toEqual([
      2,
      'cfalign: "none": expected a folder with images, got nothing there',
    ]);
  });

  test("a size that the files do not take", async () => {
    const result = await init({}, ["--size", "30"]);
    expect([result.code, lineOf(result)]).toEqual([
      2,
      "cfalign: taesd/model.json: input: expected channels × height × width as the decoder gives them (3 × 28 × 28), got 3 × 30 × 30",
    ]);
  });

  test("a classifier whose outputs are no numbers", async () => {
    const result = await init({ logitFactor: Number.NaN });
    expect([result.code, lineOf(result)]).toEqual([
      3,
      'cfalign: my-model/model.json: output "patch" is NaN, expected a finite number: check range, mean and std',
    ]);
  });

  test("an encoder whose latents are no numbers", async () => {
    const result = await init({ encoderFactor: Number.NaN });
    expect([result.code, lineOf(result)]).toEqual([
      2,
      "cfalign: taesd: its encoder gives NaN, expected finite numbers: check range and the files it was exported to",
    ]);
  });

  test("a decoder that takes a latent of another shape than the encoder gives", async () => {
    const result = await init({ decoderChannels: 4 });
    expect([result.code, lineOf(result)]).toEqual([
      2,
      "cfalign: taesd/model.json: decoder: expected a file for latents of 3 × 8 × 8 as the encoder gives them, got taesd/decoder.onnx for [n, 4, h, w]: they are no pair, or were exported for different sizes",
    ]);
  });

  test("a classifier that cannot be differentiated", async () => {
    const result = await init({ undifferentiable: true });
    expect(result.code).toBe(1);
    const stops = result.stdout.split("\n").filter((line) => line.startsWith("stop"));
    expect(stops).toHaveLength(1);
    expect(stops[0]).toMatch(
      /^stop {5}my-model: forward only: audited by pairs \(cfalign suite audit\), and no base of cfalign align: .*\(Unique: the length of its output depends on the data\).* To do: name it under judges, export it again, or take its gradient by differences \(cfalign import\); see cfalign inspect$/,
    );
  });

  test("a table with other file names", async () => {
    expect((await init()).code).toBe(0);
    const table = at("photos", "metadata.csv");
    writeFileSync(table, readFileSync(table, "utf8").replaceAll("photo-", "picture-"));
    const result = await cli("concepts", table, "--workspace", at("cfalign.json"));
    expect([result.code, lineOf(result)]).toEqual([
      2,
      'cfalign: metadata.csv: none of its 64 file names is in the folder, such as "picture-000.png"',
    ]);
  });

  test("a model of which only a half was written", async () => {
    await walkWorld(folder, { pictures: 2 });
    const file = at("my-model", "onnx", "model.onnx");
    truncateSync(file, Math.floor(readFileSync(file).length / 2));
    const result = await start();
    expect([result.code, lineOf(result)]).toEqual([
      2,
      "cfalign: my-model/onnx/model.onnx: not an ONNX model: premature EOF",
    ]);
  });

  test("a folder without a model", async () => {
    await walkWorld(folder, { pictures: 2 });
    mkdirSync(at("empty"));
    const result = await cli(
      "init",
      "--classifier",
      at("empty"),
      "--autoencoder",
      at("taesd"),
      "--images",
      at("photos"),
    );
    expect([result.code, lineOf(result)]).toEqual([2, "cfalign: empty: expected an ONNX file, got none"]);
  });
});
