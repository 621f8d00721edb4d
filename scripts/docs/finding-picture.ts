// Draws docs/images/finding.webp from a demo run: one face, lowered for the clean smiling classifier and for the one
// that was taught to look at eyeglasses. Usage: node --conditions=source --import tsx scripts/docs/finding-picture.ts runs/demo
import { platform } from "#platform";
import { findImages } from "../../src/audit/find/find.ts";
import { row } from "../../src/base/tensor.ts";
import { explain } from "../../src/explanation/explain.ts";
import { readImage } from "../../src/models/read-image.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { drawStrip } from "../../src/pictures/strip.ts";
import { toPixels } from "../../src/platform/pixels.ts";
import { openRun } from "../../src/results/open-run.ts";

const bases = ["smiling", "smiling-eyeglasses-100"];
const run = await openRun(process.argv[2] ?? "runs/demo");
const reached = ({ baseChange }: { readonly baseChange: number }): boolean => baseChange >= run.options.drop - 0.01;
const clean = new Map(
  findImages(run, { base: "smiling", downstream: "eyeglasses", stratum: "present" })
    .images.filter(reached)
    .map((hit) => [hit.image, hit]),
);
// Of the images on which both bases fell by the drop, the one that shows the difference between the two best.
const contrast = ({ image, change }: { readonly image: string; readonly change: number }): number =>
  -change - Math.abs(clean.get(image)?.change ?? Number.POSITIVE_INFINITY);
const [found] = findImages(run, { base: "smiling-eyeglasses-100", downstream: "eyeglasses", stratum: "present" })
  .images.filter((hit) => reached(hit) && clean.has(hit.image))
  .sort((a, b) => contrast(b) - contrast(a));
if (found === undefined) throw new Error("no image with eyeglasses on which both classifiers fell by the drop");
const pixels = await readImage(platform.files.join(run.file.images.folder, found.image));
const workspace = await openWorkspace("cartoon-faces");
try {
  const rows = [];
  for (const name of bases) {
    const { kept } = await explain(pixels, {
      name: found.image,
      autoencoder: workspace.autoencoder,
      base: workspace.classifier(name),
      downstream: workspace.classifiers("eyeglasses"),
      frames: 6,
      ...(run.file.latentScale === null ? {} : { latentScale: run.file.latentScale }),
    });
    const glasses = kept.predictions.eyeglasses ?? [];
    rows.push({
      title: `eyeglasses ${glasses[0]?.toFixed(2)} → ${glasses.at(-1)?.toFixed(2)}`,
      base: name,
      input: { pixels: toPixels(kept.input) },
      frames: kept.shares.map((_, index) => ({
        pixels: toPixels(row(kept.frames, index)),
        prediction: kept.predictions[name]?.[index] ?? Number.NaN,
      })),
    });
  }
  await platform.files.makeDirectory("docs/images");
  await platform.files.write("docs/images/finding.webp", await platform.encodeImage(await drawStrip(rows), "webp"));
  console.log(found.image, found.relativeChange);
} finally {
  await workspace.dispose();
}
