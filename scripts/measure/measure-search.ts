/**
 * Measures both λ searches on the built-in world: `node --conditions=source --import tsx scripts/measure/measure-search.ts [images] [seed] [bases]`.
 * Prints evaluations per counterfactual, how many reached the drop and how exactly, earlier rebounds that a ladder of 32
 * steps finds, and how well RC of the fast search agrees with that of the reference.
 */

import { rowsOf } from "../../src/base/tensor.ts";
import { defaultSearch } from "../../src/counterfactual/search-options.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { median } from "../../src/statistics/moments.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import {
  earlierRebounds,
  groundOf,
  pairedChanges,
  pearson,
  type SearchFigures,
  searched,
  searchFigures,
  whereMoved,
} from "../../test/counterfactual/search-figures.ts";

const count = Number(process.argv[2] ?? 200);
const seed = process.argv[3] ?? "measure search";
const only = process.argv[4];
const plain = "smiling, eyeglasses, lipstick, big_nose, mouth_open, rosy_cheeks, narrow_eyes, bangs";
const planted = "smiling-eyeglasses-95, smiling-lipstick-95, eyeshadow-big_nose-95, smiling + 0.3*arched_eyebrows";

const workspace = await openWorkspace(process.env.CFALIGN_WORKSPACE ?? "cartoon-faces");
const source = faceSource(seed);
const ground = await groundOf(
  workspace.autoencoder,
  rowsOf(await renderFaces(Array.from({ length: count }, (_, index) => source(index)))),
);
const bases = workspace.classifiers(only ?? `${plain}, ${planted}`);
const downstream = workspace.classifiers(plain);
console.log(`${count} images, median latent distance ${ground.latentScale.toFixed(2)}`);

const show = (name: string, figures: SearchFigures, seconds?: number): void => {
  const { evaluations, count: n, reached, eligible, worstExcess, beyondTolerance, nearerLower, stopReasons } = figures;
  console.log(
    `${name.padEnd(34)} n ${String(n).padStart(4)}  evaluations ${evaluations.median}/${evaluations.max}  reached ${reached}/${eligible}`,
    ` drop +${worstExcess.toFixed(4)} (${beyondTolerance} beyond)  nearer lower ${nearerLower} `,
    Object.entries(stopReasons)
      .map(([reason, times]) => `${reason} ${times}`)
      .join(", "),
    seconds === undefined ? "" : ` ${(n / seconds).toFixed(1)} counterfactuals/s`,
  );
};

const results = new Map<string, Awaited<ReturnType<typeof searched>>>();
for (const search of ["fast", "reference"] as const) {
  const options = { ...defaultSearch, search, maxPixelChange: Infinity };
  const started = performance.now();
  const result = await searched(ground, bases, downstream, options);
  const seconds = (performance.now() - started) / 1000;
  results.set(search, result);
  console.log(`\n${search}: median/max evaluations`);
  for (const { name } of bases) {
    show(
      name,
      searchFigures(
        result.counterfactuals.filter(({ base }) => base === name),
        options,
      ),
    );
  }
  show("pooled", searchFigures(result.counterfactuals, options), seconds);
}

const fast = results.get("fast") as Awaited<ReturnType<typeof searched>>;
const reference = results.get("reference") as Awaited<ReturnType<typeof searched>>;
console.log("\nRC, fast against reference (Pearson, median |difference|, pairs)");
const report = (name: string, own: (base: string) => boolean, least = 0.3): void => {
  const pairs = pairedChanges(
    fast.changes.filter(({ base }) => own(base)),
    reference.changes,
    (change) => whereMoved(fast.counterfactuals, least)(change) && whereMoved(reference.counterfactuals, least)(change),
  );
  const differences = pairs.map(([a, b]) => Math.abs(a - b));
  console.log(name.padEnd(34), pearson(pairs).toFixed(4), median(differences).toFixed(4), pairs.length);
};
for (const { name } of bases) report(name, (base) => base === name);
report("pooled", () => true);
report("pooled, both at the drop", () => true, defaultSearch.drop - 0.005);

console.log("\nladders of 32 steps with an earlier rise (any, of more than 0.001) among those that moved");
let [any, real, ladders] = [0, 0, 0];
for (const base of bases) {
  const own = fast.counterfactuals.filter((row) => row.base === base.name && row.before - row.after > 0.3);
  const [a, r] = [await earlierRebounds(ground, base, own, 0), await earlierRebounds(ground, base, own, 1e-3)];
  console.log(base.name.padEnd(34), `${a}, ${r} of ${own.length}`);
  any += a;
  real += r;
  ladders += own.length;
}
console.log("pooled".padEnd(34), `${any}, ${real} of ${ladders}`);
await workspace.dispose();
