// Holds saliency maps against alignment on the built-in world: pairs of classifiers whose maps overlap while lowering one
// leaves the other where it is or raises it, and how well the similarity of maps orders all pairs. Writes the figures into
// docs/methods.md.
// Usage: node --conditions=source --import tsx scripts/measure/saliency-against-alignment.ts [faces] [seed] [positives per base] [compared maps]
import { platform } from "#platform";
import { stack } from "../../src/base/tensor.ts";
import {
  alignmentMatrix,
  type Cell,
  comparableMaps,
  mapSimilarity,
  openWorkspace,
  readImage,
  type SaliencyMethod,
  saliency,
  saliencyMethods,
  type Tensor,
} from "../../src/index.ts";
import { fitImage } from "../../src/models/fit-image.ts";
import { mean } from "../../src/statistics/moments.ts";
import { rankCorrelation } from "../../src/statistics/rank-correlation.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [faces = 200, seed = 4001, limit = 40, compared = 32] = process.argv.slice(2).map(Number);
/** Points on the path of integrated gradients. */
const steps = 16;
const planted = [
  ["smiling-eyeglasses-95", "eyeglasses"],
  ["smiling-clean", "eyeglasses"],
  ["smiling-lipstick-95", "lipstick"],
  ["smiling-clean", "lipstick"],
  ["eyeshadow-big_nose-95", "big_nose"],
  ["eyeshadow", "big_nose"],
] as const;
/** Relative change up to which nothing moved along, as the interval's upper end. */
const nothing = 0.1;

const { join } = platform.files;
const folder = join(".tmp", `saliency-${faces}-${seed}-${limit}`);
const images = await drawnFaces({ count: faces, seed, out: join(folder, "faces") });
await using workspace = await openWorkspace("cartoon-faces");
const clean = workspace.classifiers("all").filter(({ terms }) => terms[0]?.model.name === "attributes");
const others = [...new Set(planted.map(([base]) => base))].filter((name) => !clean.some((c) => c.name === name));
const bases = [...clean, ...others.map(workspace.classifier)];
const run = await alignedRun(images, {
  workspace,
  bases,
  downstream: clean,
  judges: [],
  limit,
  keepImages: 0,
  out: join(folder, "run"),
});
const { cells } = alignmentMatrix(run);

const used = run.images.filter(({ dropReason }) => dropReason === null).slice(0, compared);
const pixels = await Promise.all(used.map(({ image }) => readImage(join(images, image))));
const input = stack(await Promise.all(pixels.map((image: Tensor) => fitImage(image, workspace.autoencoder.image))));

/** Mean similarity of the maps over images, by method and pair. */
const similarity = new Map<string, { readonly cosine: number; readonly rank: number }>();
const key = (method: SaliencyMethod, a: string, b: string): string => JSON.stringify([method, a, b]);
const wanted = cells.filter(({ base, downstream }) => base !== downstream);
for (const method of saliencyMethods) {
  const maps = new Map<string, ReturnType<typeof comparableMaps>>();
  for (const classifier of bases) {
    console.error(`${method}: ${classifier.name}`);
    maps.set(classifier.name, comparableMaps((await saliency(input, { classifier, method, steps })).maps));
  }
  for (const { base, downstream } of wanted) {
    const pairs = (maps.get(base) ?? []).map((map, i) =>
      mapSimilarity(map, maps.get(downstream)?.[i] as NonNullable<typeof map>),
    );
    const average = (values: readonly (number | undefined)[]): number =>
      mean(values.filter((value) => value !== undefined));
    similarity.set(key(method, base, downstream), {
      cosine: average(pairs.map(({ cosine }) => cosine)),
      rank: average(pairs.map(({ rank }) => rank)),
    });
  }
}

const minus = (text: string): string => text.replaceAll("-", "−");
const show = (value: number | null): string => (value === null ? "—" : minus(value.toFixed(2)));
const similar = (method: SaliencyMethod, { base, downstream }: Cell) =>
  similarity.get(key(method, base, downstream)) ?? { cosine: Number.NaN, rank: Number.NaN };
/** Mean of the methods' cosines: how much the maps of a pair overlap. */
const overlap = (cell: Cell): number => mean(saliencyMethods.map((method) => similar(method, cell).cosine));
const line = (cell: Cell): string => {
  const { cosine, rank } = similar("input-gradients", cell);
  const change = `${show(cell.mean)} (${show(cell.ci?.[0] ?? null)} to ${show(cell.ci?.[1] ?? null)}, ${cell.count} images)`;
  return `| \`${cell.base}\` → \`${cell.downstream}\` | ${show(cosine)} / ${show(rank)} | ${change} |`;
};
const head = `| pair | input-gradients | relative change |\n|---|---|---|`;

const ofClean = wanted.filter(({ base }) => clean.some(({ name }) => name === base));
const byOverlap = ofClean
  .filter((cell) => cell.count >= 10 && cell.ci !== null)
  .sort((a, b) => overlap(b) - overlap(a));
const still = byOverlap.filter(({ mean: change, ci }) => (change ?? 1) <= 0 && (ci?.[1] ?? 1) < nothing).slice(0, 1);
const place = still[0] === undefined ? 0 : byOverlap.indexOf(still[0]) + 1;
const ofPlanted = planted.flatMap(([base, downstream]) =>
  wanted.filter((cell) => cell.base === base && cell.downstream === downstream),
);
const measured = wanted.filter(({ mean: change, count }) => change !== null && count >= 10);
const order = saliencyMethods.map((method) => {
  const changes = measured.map(({ mean: change }) => Math.abs(change ?? 0));
  const correlation = (values: readonly number[]): string => show(rankCorrelation(values, changes) ?? null);
  return `${method} ${correlation(measured.map((cell) => similar(method, cell).cosine))} / ${correlation(measured.map((cell) => similar(method, cell).rank))}`;
});

const text = `Mean cosine / mean rank correlation of maps, and relative change. The first is the clean pair whose maps overlap most and of which neither moves with the other (number ${place} of ${byOverlap.length} by overlap). Then come planted biases, each beside a clean classifier:

${head}
${[...still, ...ofPlanted].map(line).join("\n")}

Over all ${measured.length} pairs, Spearman's correlation of the overlap (cosine / rank) with |relative change|: ${order.join(", ")}. ${faces} faces of seed ${seed}, up to ${limit} positives per base, maps on ${used.length} faces. Written by \`scripts/measure/saliency-against-alignment.ts\`.`;

await writeMarked("docs/methods.md", "figures", text);
console.log(text);
