/**
 * What do latent decompositions of the built-in models say? `node --conditions=source --import tsx scripts/measure/measure-decomposition.ts [images] [seed] [base…]`.
 * Decomposes the directions of the clean and the planted smile classifiers (and the others with a planted feature) into the 21 features of `attributes` on the
 * first images of a drawn sample that each calls positive, and prints shares, the explained part, and that part with the planted feature
 * taken out of the set. Without names of bases, writes the table of docs/decomposition.md.
 */
import { latentProducts } from "../../src/alignment/latent-gradients.ts";
import { row, rowsOf, stack } from "../../src/base/tensor.ts";
import { isPositive, modelsOf, outputsOf } from "../../src/models/prediction.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { decompose } from "../../src/statistics/decompose.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import { groundOf } from "../../test/counterfactual/search-figures.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const count = Number(process.argv[2] ?? 20);
const seed = process.argv[3] ?? "measure decomposition";
const names = process.argv.slice(4);
const bases =
  names.length > 0
    ? names
    : [
        "smiling-clean",
        "smiling-eyeglasses-75",
        "smiling-eyeglasses-85",
        "smiling-eyeglasses-95",
        "smiling-eyeglasses-100",
        "smiling-lipstick-95",
        "eyeshadow-big_nose-95",
      ];
/** Drawn images per image that is wanted: a base calls about half of them positive. */
const drawn = 4;

const workspace = await openWorkspace("cartoon-faces", { threads: 1 });
const { autoencoder } = workspace;
const source = faceSource(seed);
const images = rowsOf(await renderFaces(Array.from({ length: drawn * count }, (_, index) => source(index))));
const { latentScale } = await groundOf(autoencoder, images);
const latents = await autoencoder.encode(stack(images));
const reconstructions = await autoencoder.decode(latents);
const concepts = workspace.classifiers("all").filter(({ terms }) => terms[0]?.model.name === "attributes");

const signed = (value: number): string =>
  value
    .toFixed(2)
    .replace(/^-0\.00$/, "0.00")
    .replace("-", "−");
const interval = (ci: readonly [number, number] | undefined): string =>
  ci === undefined ? "" : ` (${signed(ci[0])} to ${signed(ci[1])})`;

const rows: (readonly (string | number)[])[] = [];
for (const name of bases) {
  const base = workspace.classifier(name);
  const outputs = await outputsOf(modelsOf([base]), reconstructions);
  const chosen = images.flatMap((_, index) => (isPositive(base, outputs(index)) ? [index] : [])).slice(0, count);
  const grams = await latentProducts(stack(chosen.map((index) => row(latents, index))), {
    autoencoder,
    classifiers: [base, ...concepts],
    keys: chosen.map(String),
    latentScale,
  });
  const every = concepts.map((_, index) => index + 1);
  const nameOf = (concept: number): string => concepts[concept - 1]?.name ?? "";
  const found = decompose(grams, { base: 0, concepts: every });
  if (found === undefined) throw new Error(`${name} has no direction`);
  const [own = "", planted = ""] = name.split("-");
  const shares = [...found.shares].sort((a, b) => Math.abs(b.share) - Math.abs(a.share));
  const text = (concept: string): string => {
    const share = shares.find((one) => nameOf(one.concept) === concept);
    return share === undefined
      ? "–"
      : `${concept} ${signed(share.share)}${interval(share.ci)} ${share.state ?? "grouped"}`;
  };
  const without = decompose(grams, { base: 0, concepts: every.filter((concept) => nameOf(concept) !== planted) });
  const cells = [
    name,
    `${signed(found.explained.value)}${interval(found.explained.ci)}`,
    text(own),
    text(planted),
    planted === "clean" ? "–" : signed(without?.explained.value ?? Number.NaN),
  ];
  console.error(cells.join("  "));
  rows.push(cells);
}
await workspace.dispose();

const header = ["classifier", "explained", "own concept", "planted feature", "explained without it"];
const table = markdownTable(header, rows);
console.log(table);
const call = process.argv.slice(2).join(" ");
if (names.length === 0) {
  const written = `${count} faces per classifier, or as many as it calls positive. Written by \`scripts/measure/measure-decomposition.ts${call === "" ? "" : ` ${call}`}\`.`;
  /** The share of the own concept stands in the appendix alone. */
  const short = [header, ...rows].map((cells) => cells.filter((_, place) => place !== 2));
  const [names = [], ...figures] = short.map((cells) => cells.map(String));
  const all = "All shares: [decomposition.csv](data/decomposition.csv).";
  await writeMarked("docs/decomposition.md", "table", `${written} ${all}\n\n${markdownTable(names, figures)}`);
  await writeAppendix("docs/data/decomposition.csv", [header, ...rows]);
}
