import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { conceptsOutput, trainOutput } from "../../src/cli/schemas.ts";
import { built } from "../built.ts";
import { smallWorld, temporaryFolder } from "../run/small-world.ts";
import { plantedFolder } from "../training/planted-folder.ts";
import { cli } from "./cli.ts";

const table = await plantedFolder(join(await temporaryFolder(), "planted"), 240, 32);

describe("train", () => {
  test("says which labels can be read, and makes the network a judge", { timeout: 60_000 }, async () => {
    const world = await smallWorld();
    const argv = ["train", table, "-w", world, "--size", "16", "--epochs", "100"];
    const { code, stdout, stderr } = await cli(...argv);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(
      /^label +1 +0 +AUROC \(95 % interval\)\npatch .*\ntint +\d+ +\d+ +[01]\.\d{3} \(0\.\d{3} to [01]\.\d{3}\)\n\nlearned from 160 pictures, judged on 80 others; the whole interval has to lie above 0\.75\n\d of 2 labels are targets of \S+model\.json, now in \S+\n\d+ steps; the best network was that of step \d+\n$/,
    );
    const { judges } = JSON.parse(readFileSync(world, "utf8")) as { judges: string[] };
    expect(judges.at(-1)).toBe(join("models", "witness", "model.json"));
    const json = await cli(...argv, "--columns", "tint", "--json");
    expect(trainOutput.parse(JSON.parse(json.stdout))).toMatchObject({ workspace: world, interrupted: false });
  });

  test("is part of concepts where that is asked for", { timeout: 60_000 }, async () => {
    const world = await smallWorld();
    const argv = ["concepts", table, "-w", world, "--columns", "tint", "--min-auroc", "0.5", "--train"];
    const { code, stdout } = await cli(...argv, "--json");
    const { manifest, witness } = conceptsOutput.parse(JSON.parse(stdout));
    expect([code, manifest, witness?.workspace]).toEqual([0, expect.stringContaining("concepts"), world]);
    expect(witness?.readings.map(({ label, refused }) => [label, refused])).toEqual([["tint", null]]);
    const { classifiers, judges } = JSON.parse(readFileSync(world, "utf8"));
    expect([classifiers.at(-1), judges.at(-1)]).toEqual([
      join("models", "concepts", "model.json"),
      join("models", "witness", "model.json"),
    ]);
    const refused = await cli("concepts", table, "-w", world, "--text", "w.txt", "--clip", "clip", "--train");
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("--train: expected nothing beside --text"),
    ]);
  });

  test.each([
    [["--size", "400"], /^cfalign: --size: expected a whole number of pixels from 16 to 256, got 400\n$/],
    [["--columns", "hat"], /^cfalign: columns: expected some of patch, tint, got "hat"\n$/],
    [["--epochs", "0"], /^cfalign: --epochs: expected a whole number, at least 1, got "0"\n$/],
    [
      ["--images", "30"],
      /^cfalign: .*metadata\.csv: expected a column with 15 pictures of 1 and of 0 at least, of which a third is held out, got patch \(.*\), tint \(.*\): label more pictures\n$/,
    ],
  ] as const)("refuses %j in one line", async (argv, message) => {
    const out = join(await temporaryFolder(), "none");
    const { code, stdout, stderr } = await cli("train", table, "--out", out, ...argv);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(existsSync(out)).toBe(false);
  });

  test.runIf(process.platform !== "win32")(
    "keeps the best network so far when it is interrupted",
    { timeout: 120_000 },
    async () => {
      const out = join(await temporaryFolder(), "stopped");
      const argv = ["train", table, "--out", out, "--size", "16", "--epochs", "4000", "--min-auroc", "0.5", "--json"];
      const child = spawn(process.execPath, [built("cli/main.js"), ...argv]);
      let [stdout, stderr] = ["", ""];
      child.stdout.on("data", (piece: Buffer) => {
        stdout += piece;
      });
      child.stderr.on("data", (piece: Buffer) => {
        stderr += piece;
        // The first plain line comes after ten seconds; a second signal would end it at once.
        const isTold = /training: step \d+ of \d+, loss/.test(stderr);
        if (isTold && !stderr.includes("SIGINT")) child.kill("SIGINT");
      });
      const [code] = await once(child, "close");
      expect(stderr).toContain("SIGINT: stopping with the best network so far");
      expect([code, existsSync(join(out, "model.json"))]).toEqual([130, true]);
      expect(trainOutput.parse(JSON.parse(stdout)).interrupted).toBe(true);
    },
  );
});
