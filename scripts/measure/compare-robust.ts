// Aligns the three models of zoo/cartoon-faces-robust (one poisoned set, trained by ERM, Group DRO and JTT) on faces drawn
// with a seed that no training used, compares them by `diff`, and writes the tables of docs/robust-training.md.
// Usage: node --conditions=source --import tsx scripts/measure/compare-robust.ts [faces] [seed] [positives per base]
import { readFileSync } from "node:fs";
import { platform } from "#platform";
import { diffRuns } from "../../src/audit/compare/diff.ts";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { openWorkspace } from "../../src/models/workspace.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [faces = 300, seed = 3002, limit = 100] = process.argv.slice(2).map(Number);
const [plain, ...others] = ["smiling-erm", "smiling-group-dro", "smiling-jtt"] as const;
const clean = "smiling";
const planted = "eyeglasses";
const { join } = platform.files;
const zoo = join("zoo", "cartoon-faces-robust");
const accuracies = JSON.parse(readFileSync(join(zoo, "accuracy.json"), "utf8")) as Readonly<
  Record<string, { readonly accuracy: number; readonly worstGroup: number }>
>;

const folder = join(".tmp", `compare-robust-${faces}-${seed}-${limit}`);
const images = await drawnFaces({ count: faces, seed, out: join(folder, "faces") });
await using workspace = await openWorkspace(zoo);
const run = await alignedRun(images, {
  workspace,
  bases: [plain, ...others, clean],
  // Every factor but the concept itself.
  downstream: workspace.classifiers("all").filter(({ name }) => !name.startsWith("smiling")),
  limit,
  keepImages: 0,
  out: join(folder, "run"),
});
const matrix = alignmentMatrix(run);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
/** What became of the first model's use of the feature in each other one, on images used under both. */
const outcomes = new Map(
  [...others, clean].map((name) => {
    const { cells } = diffRuns(run, run, { map: [`${plain}=${name}`] });
    const cell = cells.find(({ base, downstream }) => base.after === name && downstream.after === planted);
    const { difference: value = null, ci = null } = cell?.present ?? {};
    const difference =
      value === null || ci === null ? "" : ` (${value.toFixed(2)}, ${ci.map((end) => end.toFixed(2)).join(" to ")})`;
    return [name, `${cell?.reason ?? cell?.outcome}${difference}`] as const;
  }),
);
const models = [plain, ...others, clean].map((name) => {
  const cell = matrix.cells.find(({ base, downstream }) => base === name && downstream === planted);
  const { mean, ci, count } = cell?.present ?? { mean: null, ci: null, count: 0 };
  const figure =
    mean === null || ci === null
      ? "–"
      : `${mean.toFixed(2)} (${ci[0].toFixed(2)} to ${ci[1].toFixed(2)}), ${count} images`;
  const state = cell?.reason === null ? cell.state : `${cell?.state}: ${cell?.reason}`;
  const accuracy = accuracies[name];
  const measured = accuracy === undefined ? "– | –" : `${percent(accuracy.accuracy)} | ${percent(accuracy.worstGroup)}`;
  return `| \`${name}\` | ${measured} | ${figure} | ${state} | ${outcomes.get(name) ?? "–"} |`;
});

const text = [
  `${faces} faces of seed ${seed} (independent factors), up to ${limit} positives per base, drop ${run.options.drop}; accuracy on the zoo's test faces. Written by \`scripts/measure/compare-robust.ts\`.`,
  "",
  "| model | accuracy | worst group | RC to eyeglasses, present | state | `diff` against the first |",
  "|---|---:|---:|---|---|---|",
  ...models,
].join("\n");
await writeMarked("docs/robust-training.md", "robust", text);
console.log(text);
