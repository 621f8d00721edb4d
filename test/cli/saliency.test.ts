import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saliencyOutput } from "../../src/cli/schemas.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";
import { cli } from "./cli.ts";

let [folder, world, face] = ["", "", ""];
beforeAll(async () => {
  folder = await temporaryFolder();
  world = await smallWorld();
  await drawFaces(join(folder, "faces"), 2);
  face = join(folder, "faces", "face-0000.png");
}, 60_000);

describe("saliency", () => {
  test("prints the JSON that its schema describes, and writes pictures and the map", async () => {
    const out = join(folder, "maps");
    const arguments_ = [
      "--classifier",
      "smiling + 0.3*glasses",
      "--method",
      "integrated-gradients",
      "--out",
      out,
      "--json",
    ];
    const result = await cli("saliency", face, "-w", world, ...arguments_);
    expect(result).toMatchObject({ code: 0 });
    const [map] = saliencyOutput.parse(JSON.parse(result.stdout)).maps;
    expect(map).toMatchObject({ image: basename(face), classifier: "smiling + 0.3*glasses", shape: [1, 2, 3] });
    const stem = join(out, "face-0000.smiling_0.3_glasses.integrated-gradients");
    expect(map?.files).toEqual(["overlay.png", "signed.png", "npy", "json"].map((ending) => `${stem}.${ending}`));
    expect(map?.files?.every((file) => existsSync(file))).toBe(true);
    const values = new Float32Array(Uint8Array.from(readFileSync(`${stem}.npy`).subarray(-24)).buffer);
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(map?.sum as number, 5);
    expect(JSON.parse(readFileSync(`${stem}.json`, "utf8"))).toMatchObject({ sum: map?.sum });
    expect(Math.abs(map?.completenessGap ?? 1)).toBeLessThan(1e-4);
  }, 60_000);

  test("prints a table for people", async () => {
    const { code, stdout } = await cli(
      "saliency",
      face,
      "-w",
      world,
      "--classifier",
      "red",
      "--method",
      "guided-backprop",
    );
    expect(code).toBe(0);
    expect(stdout).toContain("red by guided-backprop");
  }, 60_000);

  test.each([
    [["--method", "lrp"], '--method: expected input-gradients, integrated-gradients or guided-backprop, got "lrp"'],
    [["--baseline", "3"], '--baseline: expected a number from 0 to 1 or an image file, got "3"'],
    [
      ["--steps", "8", "--method", "input-gradients"],
      "--steps: expected with integrated-gradients only, got --method input-gradients",
    ],
    [["--steps", "0"], '--steps: expected a whole number, at least 1, got "0"'],
    [["--classifier", "smilling"], 'did you mean "smiling"?'],
    [["--baseline", "nowhere.png"], "nowhere.png"],
  ])(
    "refuses %j in one line",
    async (flags, message) => {
      const classifier = flags.includes("--classifier") ? [] : ["--classifier", "smiling"];
      const { code, stderr } = await cli("saliency", face, "-w", world, ...classifier, ...flags);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    },
    60_000,
  );

  test("without a classifier says what is missing", async () => {
    const { code, stderr } = await cli("saliency", face, "-w", world);
    expect([code, stderr]).toEqual([
      2,
      'cfalign: --classifier is missing: expected what to explain, such as "smiling"\n',
    ]);
  });
});
