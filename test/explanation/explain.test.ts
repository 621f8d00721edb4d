import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { align } from "../../src/alignment/align.ts";
import type { Tensor } from "../../src/base/tensor.ts";
import { explanationText } from "../../src/cli/explanation-text.ts";
import { latentShift } from "../../src/counterfactual/latent-shift.ts";
import { type Explanation, explain } from "../../src/explanation/explain.ts";
import { explanationJson } from "../../src/explanation/json.ts";
import { writeExplanation } from "../../src/explanation/write.ts";
import { readImage } from "../../src/models/read-image.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";

let workspace: Workspace;
let image: Tensor;
let folder = "";

beforeAll(async () => {
  folder = await temporaryFolder();
  await drawFaces(folder, 3);
  image = await readImage(join(folder, "face-0001.png"));
  workspace = await openWorkspace(await smallWorld());
});
afterAll(() => workspace.dispose());

const request = (base: string) => ({
  name: "face",
  autoencoder: workspace.autoencoder,
  base: workspace.classifier(base),
  downstream: workspace.classifiers("glasses,biased"),
});

describe("an explanation", () => {
  test("is the counterfactual of latent shift, with the alignment that align gives it", async () => {
    for (const base of ["smiling", "smiling + 0.3*glasses"]) {
      const { autoencoder, downstream } = request(base);
      const explanation = await explain(image, request(base));
      const cf = await latentShift(image, { autoencoder, base: workspace.classifier(base) });
      const aligned = await align(cf, downstream);
      expect(explanation.stopReason).toBe(cf.stopReason);
      expect(explanation.evaluations).toBe(cf.evaluations);
      expect(explanation.lambda).toBeCloseTo(cf.lambda ?? Number.NaN, 5);
      expect(explanation.basePrediction.after).toBeCloseTo(cf.basePrediction.after, 5);
      expect(explanation.alignment.map(({ downstream }) => downstream)).toEqual(["glasses", "biased"]);
      for (const [index, row] of explanation.alignment.entries()) {
        expect(row.relativeChange).toBeCloseTo(aligned[index]?.relativeChange ?? Number.NaN, 5);
      }
    }
  });

  test("encodes its image once", async () => {
    const { autoencoder } = workspace;
    let encoded = 0;
    const encode: typeof autoencoder.encode = (images) => {
      encoded++;
      return autoencoder.encode(images);
    };
    await explain(image, { ...request("smiling"), autoencoder: { ...autoencoder, encode } });
    expect(encoded).toBe(1);
  });

  test("keeps as many frames as asked, from the reconstruction to the counterfactual", async () => {
    const { kept, basePrediction } = await explain(image, { ...request("smiling"), frames: 5 });
    expect(kept.shares).toHaveLength(5);
    expect([kept.shares[0], kept.shares.at(-1)]).toEqual([0, 1]);
    expect(kept.predictions.smiling?.[0]).toBeCloseTo(basePrediction.before, 5);
    expect(kept.predictions.smiling?.at(-1)).toBeCloseTo(basePrediction.after, 5);
  });

  test("has no relative change where the base hardly moved, and says why", async () => {
    const still = await explain(image, { ...request("smiling"), maxShift: 0.01 });
    const fall = still.basePrediction.before - still.basePrediction.after;
    expect(fall).toBeGreaterThan(0);
    expect(fall).toBeLessThan(0.3);
    const json = explanationJson(still);
    expect(json.alignment.map(({ relativeChange }) => relativeChange)).toEqual([null, null]);
    expect(json.withoutRelativeChange).toBe(
      `smiling fell by ${fall.toFixed(2)}, and relative change needs a fall of more than 0.3`,
    );
    expect(explanationText(still, { bold: (text) => text, dim: (text) => text })).toContain(
      `no relative change: ${json.withoutRelativeChange} (--min-base-change)`,
    );
    const asked = await explain(image, { ...request("smiling"), maxShift: 0.01, minBaseChange: 0 });
    expect(asked.withoutRelativeChange).toBeNull();
    expect(asked.alignment[0]?.relativeChange).toBeTypeOf("number");
  });

  test("a drop that the base can never reach is refused", async () => {
    await expect(explain(image, { ...request("smiling"), drop: 2 })).rejects.toThrow(
      "drop: expected less than 1, since smiling lies between 0 and 1, got 2",
    );
    await expect(explain(image, { ...request("smiling + 0.3*glasses"), drop: 1.3 })).rejects.toThrow(
      "drop: expected less than 1.3",
    );
  });

  test("in JSON has null where the base did not move", () => {
    const explanation: Explanation = {
      image: "face",
      base: "flat",
      lambda: null,
      shift: 0,
      displacement: 0,
      length: 0,
      stopReason: "no-direction",
      evaluations: 1,
      gradients: 1,
      basePrediction: { before: 1, after: 1 },
      dominantTerm: null,
      minBaseChange: 0.3,
      withoutRelativeChange: "flat fell by 0.00",
      alignment: [{ downstream: "glasses", before: 0.2, after: 0.2, relativeChange: null }],
      trace: [{ lambda: 0, prediction: 1, step: 1, length: 0 }],
      kept: { image: "face", base: "flat", input: image, shares: [], frames: image, predictions: {} },
    };
    const json = explanationJson(explanation);
    expect(json.alignment[0]?.relativeChange).toBeNull();
    expect([json.dominantTerm, json.lambda]).toEqual([null, null]);
    expect(Object.keys(json)).not.toContain("kept");
  });

  test("is written as strip, animation, plot and JSON under names that every file system takes", async () => {
    const explanation = await explain(image, request("smiling + 0.3*glasses"));
    const paths = await writeExplanation(explanation, join(folder, "out"), "face");
    expect(paths.map((path) => platform.files.basename(path))).toEqual([
      "face.smiling_0.3_glasses.strip.png",
      "face.smiling_0.3_glasses.gif",
      "face.smiling_0.3_glasses.alignment.svg",
      "face.smiling_0.3_glasses.alignment.png",
      "face.smiling_0.3_glasses.json",
    ]);
    const strip = await platform.decodeImage(await platform.files.read(paths[0] as string));
    expect(strip.width).toBeGreaterThan(8 * strip.height * 0.5);
  });
});
