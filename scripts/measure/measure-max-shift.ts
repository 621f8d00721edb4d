/**
 * How far may a counterfactual move? `node --conditions=source --import tsx scripts/measure/measure-max-shift.ts [images] [seed]`.
 * Searches the built-in world with a wide limit and prints, by shift in units of the median latent distance, how many
 * counterfactuals reached the drop there and whether an unrelated judge sees the feature go. The default of `--max-shift`
 * is where hardly any are left.
 */

import { rowsOf } from "../../src/base/tensor.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { FACTORS } from "../../src/world/factors.ts";
import { faceSource, renderFaces } from "../../src/world/render.ts";
import { groundOf, searched } from "../../test/counterfactual/search-figures.ts";

const count = Number(process.argv[2] ?? 200);
const seed = process.argv[3] ?? "measure max shift";
const widest = 3;
const edges = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 1.25, 1.5, 2, widest];

const workspace = await openWorkspace(process.env.CFALIGN_WORKSPACE ?? "cartoon-faces");
const source = faceSource(seed);
const images = rowsOf(await renderFaces(Array.from({ length: count }, (_, index) => source(index))));
const ground = await groundOf(workspace.autoencoder, images);
const bases = workspace.classifiers(FACTORS.map((factor) => `attributes/${factor}`).join(","));
const { counterfactuals, changes } = await searched(ground, bases, workspace.judges, { maxShift: widest });
await workspace.dispose();

const judgeOf = (base: string): string | undefined =>
  workspace.judges.find(({ name }) => name.endsWith(`/${base}`))?.name;
const judged = new Map(
  changes.map((change) => [JSON.stringify([change.image, change.base, change.downstream]), change]),
);

console.log(`${counterfactuals.length} counterfactuals, median latent distance ${ground.latentScale.toFixed(2)}`);
console.log("shift up to  reached  judge agrees  judge's change per base change (mean)");
let from = 0;
for (const to of edges) {
  const here = counterfactuals.filter(({ shift, before, after }) => {
    const share = shift / ground.latentScale;
    return share > from && share <= to && before - after >= 0.6;
  });
  const seen = here.flatMap(({ image, base, before, after }) => {
    const change = judged.get(JSON.stringify([image, base, judgeOf(base)]));
    return change === undefined || change.before < 0.5 ? [] : [{ change, fall: before - after }];
  });
  const agrees = seen.filter(({ change }) => change.after < 0.5).length;
  const ratio = seen.reduce((sum, { change, fall }) => sum + (change.before - change.after) / fall, 0) / seen.length;
  console.log(
    String(to).padStart(11),
    String(here.length).padStart(8),
    `${((100 * agrees) / Math.max(1, seen.length)).toFixed(1)} %`.padStart(13),
    seen.length === 0 ? "—" : ratio.toFixed(3),
  );
  from = to;
}
