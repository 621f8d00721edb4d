import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platform } from "#platform";
import { latentProducts } from "../../src/alignment/latent-gradients.ts";
import { ownLatentScale } from "../../src/counterfactual/latent-scale.ts";
import { latentShift } from "../../src/counterfactual/latent-shift.ts";
import { noiseKey } from "../../src/counterfactual/noise.ts";
import { directionParts } from "../../src/explanation/decomposition.ts";
import { type Explanation, explain } from "../../src/explanation/explain.ts";
import { explanationJson } from "../../src/explanation/json.ts";
import { wholeWay } from "../../src/interventions/counterfactual-editor.ts";
import { createQuestionHandler, type QuestionHandler } from "../../src/live/question-handler.ts";
import type { Look, Offers, ShownParts } from "../../src/live/questions.ts";
import { imageTensor } from "../../src/models/read-image.ts";
import type { ClassifierModel } from "../../src/models/types.ts";
import { openWorkspace, type Workspace, withClassifier } from "../../src/models/workspace.ts";
import type { Pixels } from "../../src/platform/platform.ts";
import { conceptSet } from "../../src/run/concept-sets.ts";
import { type Decomposition, decompose } from "../../src/statistics/decompose.ts";
import { faceSource, renderFace } from "../../src/world/render.ts";
import { drawFaces, smallWorld, temporaryFolder } from "../run/small-world.ts";

/** The face that the README explains. */
const face = () => renderFace(faceSource(7)(0));
const base = "smiling-eyeglasses-95";

describe("the questions of the live page", () => {
  let handler: QuestionHandler;
  let offers: Offers;
  let look: Look;
  let workspace: Workspace;
  let explanation: Explanation;

  beforeAll(async () => {
    handler = createQuestionHandler();
    offers = await handler.answer("open", { workspace: "cartoon-faces" });
    look = await handler.answer("look", { name: "face", picture: await platform.encodeImage(await face(), "png") });
    workspace = await openWorkspace("cartoon-faces");
    const { autoencoder, classifier, classifiers, judges } = workspace;
    explanation = await explain(imageTensor(await face()), {
      name: "face",
      autoencoder,
      base: classifier(base),
      downstream: [...classifiers(), ...judges],
      frames: 5,
    });
  }, 120_000);
  afterAll(async () => {
    await handler[Symbol.asyncDispose]();
    await workspace.dispose();
  });

  test("prepares a base once: what is compiled is not compiled again", async () => {
    const first = await handler.answer("prepare", { base: "eyeglasses" });
    const again = await handler.answer("prepare", { base: "eyeglasses" });
    expect(again.seconds).toBeLessThan(first.seconds / 2);
    await expect(handler.answer("prepare", { base: "nobody" })).rejects.toThrow(/^unknown target "nobody"/);
  });

  test("lowers a base as explain does, and every other prediction moves as it says", async () => {
    const lowered = await handler.answer("lower", { subject: look.subject, base });
    const { basePrediction, lambda, shift, stopReason, evaluations, alignment } = explanation;
    expect(lowered).toMatchObject({ base, stopReason, evaluations });
    expect(lowered.lambda).toBeCloseTo(lambda as number, 6);
    expect(lowered.shift).toBeCloseTo(shift, 6);
    expect(lowered.before).toBeCloseTo(basePrediction.before, 6);
    expect(lowered.after).toBeCloseTo(basePrediction.after, 6);
    const others = alignment.filter(({ downstream }) => downstream !== base);
    expect(lowered.movements).toHaveLength(others.length);
    for (const { downstream, before, after, relativeChange } of others) {
      const own = lowered.movements.find(({ name }) => name === downstream);
      expect(own?.before).toBeCloseTo(before, 6);
      expect(own?.after).toBeCloseTo(after, 6);
      expect(own?.relativeChange).toBeCloseTo(relativeChange as number, 6);
    }
    const sizes = lowered.movements.map(({ relativeChange }) => Math.abs(relativeChange as number));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  test("shows the frames of explain along the way, with their predictions", async () => {
    const { traversal, end } = await handler.answer("lower", { subject: look.subject, base });
    expect(end).toEqual(await handler.answer("show", { traversal, share: 1 }));
    const { shares, predictions } = explanation.kept;
    expect(shares).toEqual([0, 0.25, 0.5, 0.75, 1]);
    for (const [place, share] of shares.entries()) {
      const shown = await handler.answer("show", { traversal, share });
      expect(shown.basePrediction).toBeCloseTo(predictions[base]?.[place] as number, 6);
      offers.classifiers.forEach(({ name }, index) => {
        expect(shown.predictions[index]).toBeCloseTo(predictions[name]?.[place] as number, 6);
      });
      expect(shown.lambda).toBeCloseTo(share * (explanation.lambda as number), 6);
    }
  });

  test("names what calls the picture positive, judges not among them", () => {
    const positive = offers.classifiers.filter(({ judge }, index) => !judge && (look.predictions[index] ?? 0) >= 0.5);
    expect(look.positive).toEqual(positive.map(({ name }) => name));
    expect(look.positive).toContain(base);
    expect(offers.classifiers.filter(({ judge }) => judge).length).toBeGreaterThan(0);
  });

  test("takes a sum of classifiers as a base, and says by which name", async () => {
    const lowered = await handler.answer("lower", { subject: look.subject, base: "0.5*eyeglasses + smiling" });
    expect(lowered.base).toBe("0.5*eyeglasses + smiling");
    expect(lowered.range).toEqual({ low: 0, high: 1.5 });
  });

  test("records a traversal as explain does", async () => {
    const { traversal } = await handler.answer("lower", { subject: look.subject, base });
    const record = await handler.answer("record", { traversal });
    const written = explanationJson(explanation);
    const own = written.alignment.filter(({ downstream }) => downstream !== base);
    expect(record.alignment.map(({ downstream }) => downstream).toSorted()).toEqual(
      own.map(({ downstream }) => downstream).toSorted(),
    );
    const { alignment: _, trace, lambda, ...rest } = record;
    expect(rest).toMatchObject({ image: "face", base, stopReason: written.stopReason, minBaseChange: 0.3 });
    expect(lambda).toBeCloseTo(written.lambda as number, 6);
    expect(rest.displacement).toBeCloseTo(written.displacement as number, 6);
    expect(trace.map(({ step }) => step)).toEqual(written.trace.map(({ step }) => step));
    expect(rest.withoutRelativeChange).toBe(written.withoutRelativeChange);
  });

  test("decomposes a direction at a picture into parts that lead where directionParts says", async () => {
    const { traversal, before } = await handler.answer("lower", { subject: look.subject, base });
    const parts = (await handler.answer("parts", { traversal })) as ShownParts;
    const { autoencoder, classifier, classifiers, judges } = workspace;
    const set = conceptSet(classifier(base), classifiers(), judges);
    const latents = await autoencoder.encode(imageTensor(await face()));
    const options = { autoencoder, latentScale: ownLatentScale(latents) };
    const key = noiseKey(imageTensor(await face()));
    const grams = await latentProducts(latents, { ...options, classifiers: [classifier(base), ...set], keys: [key] });
    const found = decompose(grams, { base: 0, concepts: set.map((_, index) => index + 1) }) as Decomposition;
    expect(parts.explained).toBeCloseTo(found.explained.value, 6);
    for (const [index, { name }] of set.entries()) {
      const share = parts.shares.find((one) => one.classifier === name)?.share ?? 0;
      expect(share).toBeCloseTo(found.shares[index]?.share as number, 6);
    }
    const concepts = set.map((one, index) => ({
      classifier: one,
      weight: found.shares[index]?.weight as number,
    }));
    const expected = await directionParts(imageTensor(await face()), {
      ...options,
      base: classifier(base),
      concepts,
      key,
      frames: 2,
    });
    expect(parts.moved.map(({ part }) => part)).toEqual(expected.map(({ part }) => part));
    for (const [index, { length, predictions }] of expected.entries()) {
      const moved = parts.moved[index];
      expect(moved?.length).toBeCloseTo(length, 6);
      expect(moved?.before).toBeCloseTo(before, 5);
      expect(moved?.after).toBeCloseTo(predictions[1] as number, 5);
    }
    expect(parts.moved.map(({ part }) => part)).toContain("residual");
  });

  test("shows which pixels a base hangs on at both ends of a traversal", async () => {
    const { traversal } = await handler.answer("lower", { subject: look.subject, base });
    const { before, after } = await handler.answer("saliency", { traversal });
    expect([before.width, after.height]).toEqual([offers.image.width, offers.image.height]);
    expect(before.data).not.toEqual(after.data);
  });

  test("draws a traversal as a strip and as the frames of an animation", async () => {
    const { traversal } = await handler.answer("lower", { subject: look.subject, base });
    const strip = await handler.answer("strip", { traversal });
    expect(strip.svg.match(/<image /g)).toHaveLength(1 + 8 + 1);
    expect(strip.svg).toContain(base);
    const frames = await handler.answer("frames", { traversal });
    expect(frames).toHaveLength(12);
    expect(new Set(frames.map(({ svg }) => svg)).size).toBe(12);
    const drawn = await Promise.all(frames.slice(0, 3).map(({ svg, ...size }) => platform.renderSvg(svg, size)));
    const gif = await handler.answer("gif", { frames: drawn });
    expect(new TextDecoder().decode(gif.subarray(0, 6))).toBe("GIF89a");
  });

  test("takes a feature out of a picture that has it, as a whole path of its classifier does, and its judge sees it go", async () => {
    const edit = await handler.answer("edit", { subject: look.subject, feature: "eyeglasses" });
    const { autoencoder, classifier } = workspace;
    const expected = await latentShift(imageTensor(await face()), {
      ...{ autoencoder, base: classifier("eyeglasses"), ...wholeWay },
    });
    expect(edit).toMatchObject({ feature: "eyeglasses", side: "remove", base: "eyeglasses" });
    expect(edit.after).toBeCloseTo(expected.basePrediction.after, 5);
    expect(edit.witness).toMatchObject({ name: "attributes-b/eyeglasses", seen: true });
    const judge = edit.movements.find(({ name }) => name === "attributes-b/eyeglasses");
    expect([edit.witness?.before, edit.witness?.after]).toEqual([judge?.before, judge?.after]);
    const fall = (name: string): number => {
      const { before, after } = edit.movements.find((one) => one.name === name) ?? { before: 0, after: 0 };
      return before - after;
    };
    expect(fall(base)).toBeGreaterThan(0.3);
    expect(Math.abs(fall("smiling-clean"))).toBeLessThan(0.15);
  });

  test("puts a feature into a picture that lacks it", async () => {
    const lacking = offers.features.find(({ editor }) => {
      const index = offers.classifiers.findIndex(({ name }) => name === editor);
      return (look.predictions[index] as number) < 0.1;
    });
    const edit = await handler.answer("edit", { subject: look.subject, feature: lacking?.name ?? "" });
    expect(edit.side).toBe("add");
    expect(edit.after).toBeGreaterThan(edit.before + 0.3);
    const halfway = await handler.answer("show", { traversal: edit.traversal, share: 0.5 });
    expect(halfway.basePrediction).toBeGreaterThan(edit.before);
    await expect(handler.answer("edit", { subject: look.subject, feature: "wings" })).rejects.toThrow(
      'unknown feature "wings"',
    );
  });

  test("lowers along a path where that is asked for, as explain does", async () => {
    const lowered = await handler.answer("lower", { subject: look.subject, base, direction: "path" });
    const { autoencoder, classifier } = workspace;
    const own = await explain(imageTensor(await face()), {
      ...{ name: "face", autoencoder, base: classifier(base), downstream: [], direction: "path" },
    });
    expect(lowered.lambda).toBeNull();
    expect(lowered.after).toBeCloseTo(own.basePrediction.after, 6);
  });

  test("tells a face from what is none by the workspace's own pictures", async () => {
    const encoded = async (pixels: Pixels) => platform.encodeImage(pixels, "png");
    const likeness = async (pixels: Pixels) => {
      const { subject } = await handler.answer("look", { name: "one", picture: await encoded(pixels) });
      return handler.answer("likeness", { subject });
    };
    const other = await renderFace(faceSource(8)(3));
    expect(await likeness(other)).toBeUndefined();
    const pictures = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => encoded(await renderFace(faceSource(7)(index)))),
    );
    expect(await handler.answer("reference", { pictures })).toEqual({ pictures: 40 });
    expect(await likeness(other)).toMatchObject({ pictures: 40, unlike: false });
    const ramp = { ...other, data: other.data.map((_, index) => index % 256) };
    expect(await likeness(ramp)).toMatchObject({ pictures: 40, unlike: true });
  });

  test("looks at a picture for a repair, and writes the sum that it is as a file that says the same", async () => {
    const picture = await platform.encodeImage(await face(), "png");
    const about = { target: base, feature: "eyeglasses", name: "face", picture, labels: { smiling: 1, eyeglasses: 1 } };
    const found = await handler.answer("repairPicture", { ...about, edit: true });
    expect(found).toMatchObject({ isTarget: true, hasFeature: true, edit: { side: "remove" } });
    const at = (name: string) => look.onInput[offers.classifiers.findIndex((one) => one.name === name)] as number;
    expect([found.target, found.feature]).toEqual([at(base), at("eyeglasses")]);
    expect((await handler.answer("repairPicture", { ...about, edit: false })).edit).toBeUndefined();

    const file = await handler.answer("repairFile", { ...about, amount: 0.4, threshold: 0.3 });
    const contents = unzipSync(new Uint8Array(await file.arrayBuffer()));
    const folder = await temporaryFolder();
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes);
    await using wider = await withClassifier(await openWorkspace("cartoon-faces"), join(folder, "model.json"));
    const model = wider.models.at(-1) as ClassifierModel;
    const [output] = (await model.logits(imageTensor(await face()))).data;
    expect(output).toBeCloseTo(found.target - 0.4 * found.feature, 5);
  });

  test("refuses what it cannot answer in a sentence, and answers the next question", async () => {
    const { subject } = look;
    await expect(handler.answer("lower", { subject, base: "smilling" })).rejects.toThrow('unknown target "smilling"');
    await expect(handler.answer("look", { name: "face", picture: new Uint8Array(9) })).rejects.toThrow("image");
    await expect(handler.answer("lower", { subject: 99, base })).rejects.toThrow("no longer remembered");
    await expect(createQuestionHandler().answer("look", { name: "face", picture: new Uint8Array(9) })).rejects.toThrow(
      "no workspace is open",
    );
    expect((await handler.answer("lower", { subject, base })).base).toBe(base);
  });
});

describe("a question handler whose audit is stopped", { timeout: 60_000 }, () => {
  let handler: QuestionHandler;
  let path: string;
  let pictures: ReadonlyMap<string, Blob>;
  const about = { bases: ["smiling"], title: "faces", version: "0" };

  beforeAll(async () => {
    path = await smallWorld();
    const folder = await temporaryFolder();
    await drawFaces(folder, 40);
    const names = (await platform.files.list(folder)).filter((name) => name.endsWith(".png"));
    const blobs = names.map(async (name) => [name, new Blob([await readFile(join(folder, name))])] as const);
    pictures = new Map(await Promise.all(blobs));
    handler = createQuestionHandler();
    await handler.answer("open", { workspace: path });
  });
  afterAll(async () => {
    await handler[Symbol.asyncDispose]();
  });

  const interrupted = expect.objectContaining({ code: "interrupted" });

  test("while its pictures are encoded does not begin, and begins when it is asked for again", async () => {
    const begun = expect(handler.answer("audit", { pictures, ...about })).rejects.toEqual(interrupted);
    await handler.answer("auditStop", undefined);
    await begun;
    expect(await handler.answer("audit", { pictures, ...about })).toMatchObject({ bases: ["smiling"] });
  });

  test("before the turn of a look has come does not look, and goes on when it is asked to", async () => {
    const { audit } = await handler.answer("audit", { pictures, ...about });
    const before = handler.answer("prepare", { base: "biased" });
    const look = expect(handler.answer("auditLook", { audit })).rejects.toEqual(interrupted);
    await handler.answer("auditStop", undefined);
    await Promise.all([before, look]);
    expect(await handler.answer("auditLook", { audit })).toMatchObject({ looked: 16 });
  });

  test("keeps the models it has where others do not open", async () => {
    const picture = pictures.values().next().value as Blob;
    const bytes = new Uint8Array(await picture.arrayBuffer());
    await expect(handler.answer("open", { workspace: join(dirname(path), "judge.json") })).rejects.toThrow(
      "judge.json",
    );
    expect((await handler.answer("look", { name: "face", picture: bytes })).predictions).toHaveLength(9);
  });
});
