// How much of a direction do concepts explain, and does that say how well they tell what is used? Heads with planted artefacts, decomposed
// into the garments and artefacts of a network that shares nothing with them, and of the network whose convolutions they are on; with more
// noise and more draws. Writes a table of docs/garments.md. Takes the folders that scripts/measure/measure-garments.ts left for flattened latents.
// Usage: node --conditions=source --import tsx scripts/measure/explained.ts [latents 64,128] [images 12] [folder .tmp/garments]
import { platform } from "#platform";
import { ARTEFACTS } from "../../bench/worlds/garments/artefacts.ts";
import { trainedSchema } from "../../bench/worlds/trained.ts";
import { stack } from "../../src/base/tensor.ts";
import { latentScaleOf } from "../../src/counterfactual/latent-scale.ts";
import { listImages } from "../../src/images/list-images.ts";
import { latentProducts, openWorkspace } from "../../src/index.ts";
import { encodedImages } from "../../src/prepare/encoded-images.ts";
import { decompose } from "../../src/statistics/decompose.ts";
import { mean } from "../../src/statistics/moments.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [latents = "64,128", images = "12", folder = ".tmp/garments"] = process.argv.slice(2);
const { files } = platform;
const garments = ["long_sleeves", "footwear"];
const concepts = [...garments, ...ARTEFACTS];
const heads = [
  "long_sleeves-tag-80-1",
  "long_sleeves-frame-80-1",
  "footwear-stripe-80-1",
  "footwear-stain-80-1",
  "long_sleeves-tone-20-1",
  "long_sleeves-ring-20-1",
];
const described = trainedSchema
  .array()
  .parse(JSON.parse(new TextDecoder().decode(await files.read("zoo/garments/models.json"))));
const plantedIn = (head: string): string => described.find(({ name }) => name === head)?.feature ?? "";
const networks = [
  ["garments-b", "shares nothing with the heads"],
  ["garments-a", "has the heads' convolutions"],
] as const;
const around = [
  { draws: 8, noise: 0.5 },
  { draws: 8, noise: 1 },
  { draws: 32, noise: 1 },
];

const { signal } = new AbortController();
const rows: string[][] = [];
for (const latent of latents.split(",")) {
  await using workspace = await openWorkspace(files.join(folder, `flat-${latent}`, "both.json"), { threads: 1 });
  const { autoencoder } = workspace;
  const listing = await listImages(files.join(folder, "audit-200"), 1);
  const own = [];
  for await (const some of encodedImages(listing, { autoencoder, signal }, { most: 128 })) {
    own.push(...some.map(({ latent: data }) => ({ data, dims: [1, ...autoencoder.latentDims] })));
  }
  const names = networks.flatMap(([network]) => concepts.map((concept) => `${network}/${concept}`));
  const classifiers = [...heads.map((head) => `planted/${head}`), ...names].map((name) => workspace.classifier(name));
  const latentScale = latentScaleOf(own);
  for (const { draws, noise } of around) {
    const asked = { autoencoder, classifiers, draws, noise, ...(latentScale === undefined ? {} : { latentScale }) };
    const grams = await latentProducts(stack(own.slice(0, Number(images))), asked);
    for (const [place, [network, relation]] of networks.entries()) {
      const first = heads.length + place * concepts.length;
      const found = heads.map((head, base) => {
        const decomposition = decompose(grams, { base, concepts: concepts.map((_, k) => first + k) });
        const shareOf = (concept: string): number =>
          Math.abs(decomposition?.shares[concepts.indexOf(concept)]?.share ?? 0);
        const others = ARTEFACTS.filter((artefact) => artefact !== plantedIn(head));
        return {
          explained: decomposition?.explained.value ?? 0,
          planted: shareOf(plantedIn(head)),
          other: Math.max(...others.map(shareOf)),
        };
      });
      rows.push([
        latent,
        `${network}, which ${relation}`,
        String(noise),
        String(draws),
        mean(found.map(({ explained }) => explained)).toFixed(2),
        mean(found.map(({ planted }) => planted)).toFixed(2),
        mean(found.map(({ other }) => other)).toFixed(2),
      ]);
      console.error(rows.at(-1)?.join(" | "));
    }
  }
}
const header = [
  ...["components", "concepts of", "noise", "draws", "explained part"],
  ...["share of the planted artefact", "largest of another artefact"],
];
const span = (column: number): string => {
  const values = rows.map((row) => Number(row[column]));
  return `${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)}`;
};
const text = `By components, concepts, noise and draws: the explained part is ${span(4)}, the share of the planted artefact ${span(5)}, the largest of another ${span(6)} ([explained.csv](data/explained.csv)).
Means over ${heads.length} heads, on ${images} images; shares without their sign. Written by \`scripts/measure/explained.ts\`.`;
console.log(text);
await writeMarked("docs/garments.md", "explained", text);
await writeAppendix("docs/data/explained.csv", [header, ...rows]);
