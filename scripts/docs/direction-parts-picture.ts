/**
 * Draws docs/images/direction-parts.webp and direction-parts-unknown.webp: `node --conditions=source --import tsx scripts/docs/direction-parts-picture.ts`.
 * One face under a smile classifier that was taught to like glasses, moved along the parts of the classifier's direction; and the same where
 * no concept knows glasses, so that they are in the residual.
 */
import { platform } from "#platform";
import { latentProducts } from "../../src/alignment/latent-gradients.ts";
import { rowsOf, stack, type Tensor } from "../../src/base/tensor.ts";
import { directionParts, drawDirectionParts, type WeightedConcept } from "../../src/explanation/decomposition.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { decompose } from "../../src/statistics/decompose.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import { groundOf } from "../../test/counterfactual/search-figures.ts";

const workspace = await openWorkspace("cartoon-faces");
const { autoencoder } = workspace;
const source = faceSource("picture of parts");
const faces = Array.from({ length: 6 }, (_, index) => {
  const face = source(index);
  return { ...face, strengths: { ...face.strengths, smiling: 1, eyeglasses: (index + 1) % 2, hat: 0 } };
});
const images = rowsOf(await renderFaces(faces));
const { latentScale } = await groundOf(autoencoder, images);
const latents = await autoencoder.encode(stack(images));
const base = workspace.classifier("smiling-eyeglasses-95");
const known = workspace.classifiers("smiling, eyeglasses, lipstick, mouth_open, rosy_cheeks");
const pictures = [
  { file: "direction-parts", concepts: known },
  { file: "direction-parts-unknown", concepts: known.filter(({ name }) => name !== "eyeglasses") },
];
for (const { file, concepts } of pictures) {
  const grams = await latentProducts(latents, { autoencoder, classifiers: [base, ...concepts], latentScale });
  const found = decompose(grams, { base: 0, concepts: concepts.map((_, index) => index + 1) });
  if (found === undefined) throw new Error(`${base.name} has no direction`);
  const weighted = concepts.map(
    (classifier, index): WeightedConcept => ({
      classifier,
      weight: found.shares[index]?.weight ?? 0,
    }),
  );
  const options = { autoencoder, base, concepts: weighted, key: "0", latentScale, shown: 2 };
  const image = images[0] as Tensor;
  const strip = await drawDirectionParts(image, await directionParts(image, options), options);
  await platform.files.write(`docs/images/${file}.webp`, await platform.encodeImage(strip, "webp"));
  console.log(`${file}: ${(100 * found.explained.value).toFixed(0)} % explained`);
}
await workspace.dispose();
