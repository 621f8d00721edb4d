import { afterAll, beforeAll, expect, test } from "vitest";
import { latentProducts } from "../../src/alignment/latent-gradients.ts";
import { rowsOf, stack } from "../../src/base/tensor.ts";
import { openWorkspace, type Workspace } from "../../src/models/workspace.ts";
import { type Decomposition, decompose } from "../../src/statistics/decompose.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";

const concepts = ["smiling", "eyeglasses", "mouth_open", "beard", "lipstick", "hat"];
let workspace: Workspace;
let grams: readonly Float64Array[];

/** Lowered by eyeglasses; composed, so that its own coefficient is known. */
const against = "smiling-clean - 0.3*eyeglasses";

// Rows: clean, planted, concepts, against. Smiling faces, half of them with glasses.
beforeAll(async () => {
  workspace = await openWorkspace("cartoon-faces");
  const source = faceSource("decomposition");
  const faces = Array.from({ length: 10 }, (_, index) => {
    const face = source(index);
    return { ...face, strengths: { ...face.strengths, smiling: 1, eyeglasses: index % 2 } };
  });
  const latents = await workspace.autoencoder.encode(stack(rowsOf(await renderFaces(faces))));
  grams = await latentProducts(latents, {
    autoencoder: workspace.autoencoder,
    classifiers: workspace.classifiers(["smiling-clean", "smiling-eyeglasses-95", ...concepts, against].join(",")),
    latentScale: 16,
    draws: 2,
  });
}, 300_000);
afterAll(() => workspace?.dispose());

const decomposed = (base: number, without?: string): Decomposition =>
  decompose(grams, {
    base,
    concepts: concepts.flatMap((concept, index) => (concept === without ? [] : [index + 2])),
    resamples: 200,
  }) as Decomposition;

const shareOf = ({ shares }: Decomposition, concept: string): number =>
  shares.find((share) => share.concept === concepts.indexOf(concept) + 2)?.share ?? Number.NaN;

test("the planted eyeglasses have a share in the direction of the poisoned smile classifier, and hardly any in that of the clean one", () => {
  const [clean, planted] = [decomposed(0), decomposed(1)];
  expect(shareOf(clean, "smiling")).toBeGreaterThan(0.8);
  expect(shareOf(planted, "eyeglasses")).toBeGreaterThan(0.25);
  expect(shareOf(planted, "eyeglasses")).toBeGreaterThan(2 * Math.abs(shareOf(clean, "eyeglasses")));
});

test("a classifier that uses eyeglasses against its target has a negative share of them", () => {
  expect(shareOf(decomposed(2 + concepts.length), "eyeglasses")).toBeLessThan(-0.15);
});

test("without eyeglasses among the concepts, much of the poisoned direction is unexplained, and of the clean one no more than before", () => {
  const loss = (base: number): number =>
    decomposed(base).explained.value - decomposed(base, "eyeglasses").explained.value;
  expect(loss(1)).toBeGreaterThan(0.08);
  expect(loss(1)).toBeGreaterThan(3 * loss(0));
});
