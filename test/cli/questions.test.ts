import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { GraphBuilder, int } from "../../src/onnx/build.ts";
import { writeModel } from "../../src/onnx/write.ts";
import { built } from "../built.ts";
import { temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";
import { walkWorld } from "./walk-world.ts";

let folder = "";

/** Runs the command line on a pseudo-terminal; every question gets the next answer. */
async function onTerminal(
  argv: readonly string[],
  answers: readonly string[],
): Promise<{ readonly code: number | null; readonly shown: string; readonly asked: number }> {
  const command = [process.execPath, built("cli/main.js"), ...argv].join(" ");
  const child = spawn("script", ["-qec", command, "/dev/null"]);
  let [shown, asked, seen] = ["", 0, 0];
  child.stdout.on("data", (part: Buffer) => {
    shown = stripVTControlCharacters(shown + part.toString());
    if (!/^ {2}\S.*: $/m.test(shown.slice(seen))) return;
    seen = shown.length;
    child.stdin.write(answers[asked++] ?? "\u0003");
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, shown, asked };
}

/** A classifier that nothing describes: six outputs, pictures of any size. */
beforeAll(async () => {
  folder = await temporaryFolder();
  for (const name of ["asked", "left"]) {
    const b = new GraphBuilder("", ["x"]);
    const means = b.add("Flatten", [b.add("GlobalAveragePool", ["x"])], { axis: int(1) });
    const info = (value: string, dims: readonly (number | string)[]) => ({
      name: value,
      type: "float32" as const,
      dims,
    });
    const graph = b.graph("bare", [info("x", ["n", 3, "h", "w"])], [info(means, ["n", 3])]);
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "model.onnx"), writeModel(graph));
  }
});

describe("on a terminal", () => {
  test("what is missing and what is guessed is asked for, until it can be used", { timeout: 240_000 }, async () => {
    // Size; fit, filter, range twice, head, names; mean, std.
    const answers = ["6x4", "", "", "often", "-1,1", "sigmoid", "a,-,c", "0.5,0.4,0.3", ""].map((line) => `${line}\r`);
    const { code, shown, asked } = await onTerminal(["import", join(folder, "asked")], answers);
    expect([code, asked]).toEqual([0, answers.length]);
    expect(shown).toContain("input.width: nothing says the size of the pictures: give size");
    expect(shown).toContain("input.range is guessed: [0,1] (nothing says: usual)");
    expect(shown).toContain('range: expected numbers after commas, such as 0.5,0.5,0.5, got "often"');
    const { input, output, targets } = JSON.parse(readFileSync(join(folder, "asked", "model.json"), "utf8"));
    expect(input).toMatchObject({ width: 6, height: 4, fit: "stretch", range: [-1, 1], mean: [0.5, 0.4, 0.3] });
    expect(input.std).toBeUndefined();
    expect([output.activation, targets]).toEqual(["sigmoid", ["a", null, "c"]]);
  });

  test("init asks what its models leave open, and what is answered is in the manifest and the workspace", {
    timeout: 240_000,
  }, async () => {
    const world = join(folder, "world");
    await walkWorld(world, { pictures: 24 });
    rmSync(join(world, "my-model", "preprocessor_config.json"));
    const named = [
      ["--classifier", "my-model"],
      ["--autoencoder", "taesd"],
      ["--images", "photos"],
    ] as const;
    const paths = named.flatMap(([flag, name]) => [flag, join(world, name)]);
    // Activation; fit, filter, range, mean, std; range of the autoencoder.
    const answers = ["", "contain", "", "", "0.5,0.5,0.5", "0.5,0.5,0.5", "-1,1"].map((line) => `${line}\r`);
    const { code, shown, asked } = await onTerminal(
      ["init", ...paths, "--workspace", join(world, "cfalign.json")],
      answers,
    );
    expect([code, asked]).toEqual([0, answers.length]);
    expect(shown).toContain("my-model: input.mean is said nowhere: none");
    const written = (name: string) => JSON.parse(readFileSync(join(world, name), "utf8"));
    expect(written("my-model/model.json").input).toMatchObject({
      fit: "contain",
      mean: [0.5, 0.5, 0.5],
      range: [0, 1],
    });
    expect(written("taesd/model.json").input.range).toEqual([-1, 1]);
    expect(written("cfalign.json").classifiers).toEqual(["my-model/model.json"]);
  });

  test("Ctrl-C at a question ends it with 130 and one line", { timeout: 240_000 }, async () => {
    const { code, shown } = await onTerminal(["import", join(folder, "left"), "--size", "6x4"], []);
    expect(code).toBe(130);
    expect(shown).toContain("cfalign: interrupted at a question");
    expect(shown).not.toContain("    at ");
  });
});

test("elsewhere nothing is asked: guesses are marked, and what is missing is an error", async () => {
  const { code, stderr } = await cli("import", join(folder, "left"), "--overwrite");
  expect([code, stderr]).toEqual([
    2,
    `cfalign: ${join(folder, "left", "model.onnx")}: input.width: nothing says the size of the pictures: give --size\n`,
  ]);
});
