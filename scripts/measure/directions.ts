/**
 * Which way should a counterfactual go? `node --conditions=source --import tsx scripts/measure/directions.ts [faces] [limit] [variants after ;]`.
 * Aligns planted and clean classifiers of the built-in world along every direction, on faces that nothing was trained on, and prints a table;
 * WRITE=1 writes it into docs/benchmark/directions.csv. Runs are kept in .tmp and gone on with.
 */
import { platform } from "#platform";
import {
  type AlignFolderOptions,
  alignmentMatrix,
  type Cell,
  type Matrix,
  type OpenRun,
  openWorkspace,
  trueEffects,
  type Workspace,
} from "../../src/index.ts";
import { modelsOf, outputsOf, read } from "../../src/models/prediction.ts";
import { median } from "../../src/statistics/moments.ts";
import { FACTORS, planted } from "../../src/world/factors.ts";
import { alignedRun, drawnFaces } from "../../test/world/built-in-world.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { costOfGradient } from "./cost-of-gradient.ts";

const [faces = 240, limit = 24] = process.argv.slice(2, 4).map(Number);
const only = process.argv[4]?.split(";");
const seed = 4014;

/** A path's steps × the draws of each. */
const variants: Readonly<Record<string, Pick<AlignFolderOptions, "direction" | "steps" | "draws" | "noise">>> = {
  gradient: { direction: "gradient" },
  "smoothed, 8 draws": { direction: "smoothed", draws: 8 },
  "path, 3 × 1, no noise": { direction: "path", steps: 3, draws: 1, noise: 0 },
  "path, 3 × 2": { direction: "path", steps: 3, draws: 2 },
  "path, 2 × 4": { direction: "path", steps: 2, draws: 4 },
  "path, 3 × 3": { direction: "path", steps: 3, draws: 3 },
  "path, 3 × 8": { direction: "path", steps: 3, draws: 8 },
};
const wanted = Object.entries(variants).filter(([name]) => only === undefined || only.includes(name));

/** Clean classifiers, which use none of the planted features. */
const clean = ["smiling-clean", "attributes/smiling", "attributes/eyeshadow"];
const bases = [...Object.keys(planted), ...clean];

await using workspace = await openWorkspace("cartoon-faces", { threads: 1 });
const folder = platform.files.join(".tmp", `directions-${faces}`);
const drawn = await drawnFaces({ count: faces, seed, out: platform.files.join(folder, "faces") });
const effects = await measuredEffects(workspace);
const gradientCost = await costOfGradient(workspace.autoencoder, workspace.classifier("smiling-eyeglasses-95"));

/** By base and feature, the mean change of the prediction when the feature alone goes from absent to present. */
async function measuredEffects(workspace: Workspace): Promise<ReadonlyMap<string, number>> {
  const classifiers = workspace.classifiers(bases.join(","));
  const found = await trueEffects({
    count: 64,
    seed: "directions",
    predict: async (images) => {
      const outputs = await outputsOf(modelsOf(classifiers), images);
      return Array.from({ length: images.dims[0] ?? 0 }, (_, image) =>
        classifiers.map((classifier) => read(classifier, outputs(image)).prediction),
      );
    },
  });
  return new Map(
    found.flatMap(({ factor, effects }) =>
      classifiers.map(({ name }, index): [string, number] => [`${name}\n${factor}`, effects[index] as number]),
    ),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const number = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : value
        .toFixed(digits)
        .replace(/^-(0\.0*)$/, "$1")
        .replace("-", "−");

/** Work of a search in decodings: evaluations, and gradients at what they cost. */
function work({ counterfactuals }: Pick<OpenRun, "counterfactuals">): number {
  return mean(counterfactuals.map(({ evaluations, gradients }) => evaluations + gradientCost * (gradients ?? 0)));
}

/** Rows of the table about single bases. */
function ofBases(matrix: Matrix): (readonly [string, string])[] {
  return bases.flatMap((base) => {
    const { name } = workspace.classifier(base);
    const row = matrix.rows.find((one) => one.base === name);
    const cell = matrix.cells.find((one) => one.base === name && one.downstream === planted[base]);
    const reached = [`${base}: reached`, `${row?.reached} of ${row?.eligible}`] as const;
    return cell === undefined
      ? [reached]
      : [
          reached,
          [`→ ${planted[base]}, present (judge)`, `${number(cell.present.mean)} (${number(cell.judge?.mean)})`],
        ];
  });
}

/** Rows about all of them. A cell counts as used from a true effect of 0.1 and as unused up to 0.03, as in the planted benchmark. */
function ofAll(matrix: Matrix): (readonly [string, string])[] {
  const size = ({ base, downstream }: Cell): number => Math.abs(effects.get(`${base}\n${downstream}`) ?? 0);
  const cells = matrix.cells.filter(({ state }) => state !== null);
  const used = cells.filter((cell) => size(cell) >= 0.1);
  const unused = cells.filter((cell) => size(cell) <= 0.03);
  const count = (some: readonly Cell[], state: Cell["state"]): number =>
    some.filter((cell) => cell.state === state).length;
  const sizes = unused.flatMap(({ mean }) => mean ?? []).map(Math.abs);
  const sum = (pick: (row: Matrix["rows"][number]) => number): number =>
    matrix.rows.reduce((all, row) => all + pick(row), 0);
  const survived = (name: keyof Matrix["rows"][number]["survival"]): string => {
    const shares = matrix.rows.flatMap(({ survival }) => survival[name] ?? []);
    return number(
      shares.reduce((all, one) => all + one.share * one.count, 0) / sum((row) => row.survival[name]?.count ?? 0),
    );
  };
  return [
    ["reached, share of all that could", number(sum((row) => row.reached) / sum((row) => row.eligible))],
    ["used features: found, called clear", `${count(used, "found")} of ${used.length}, ${count(used, "clear")}`],
    ["not used: found, called clear", `${count(unused, "found")} of ${unused.length}, ${count(unused, "clear")}`],
    ["not used: mean size of RC, largest", `${number(mean(sizes), 3)}, ${number(Math.max(...sizes))}`],
    ["share of the fall that the judge sees", survived("judge")],
    ["left after JPEG, after encoding again", `${survived("jpeg")}, ${survived("reencoded")}`],
  ];
}

/** Rows about the searches. */
function ofSearches(run: OpenRun, plain: number): (readonly [string, string])[] {
  const { counterfactuals } = run;
  const bend = counterfactuals.flatMap(({ displacement, length }) =>
    displacement === null || length === null || displacement === 0 ? [] : [length / displacement],
  );
  return [
    ["displacement, median", number(median(counterfactuals.flatMap(({ displacement }) => displacement ?? [])))],
    ["length / displacement, median", number(median(bend))],
    ["evaluations, mean", number(mean(counterfactuals.map(({ evaluations }) => evaluations)), 1)],
    ["gradients, mean", number(mean(counterfactuals.map(({ gradients }) => gradients ?? 0)), 1)],
    ["work of the search, times the gradient's", number(work(run) / plain, 1)],
  ];
}

const columns: (readonly (readonly [string, string])[])[] = [];
let plain = Number.NaN;
for (const [name, variant] of wanted) {
  const out = platform.files.join(folder, `${limit}-${name.replaceAll(/[^a-z0-9]+/g, "-")}`);
  const downstream = FACTORS.map((factor) => `attributes/${factor}`);
  const options = { workspace, bases, downstream, out, limit, keepImages: 0, robustness: true, ...variant };
  const run = await alignedRun(drawn, options, (done, total) => console.error(`${name}: ${done} of ${total}`));
  if (variant.direction === "gradient") plain = work(run);
  const matrix = alignmentMatrix(run);
  columns.push([...ofBases(matrix), ...ofAll(matrix), ...ofSearches(run, plain)]);
}

const same = (label: string, value: string): readonly string[] => [label, ...wanted.map(() => value)];
const rows = [
  ["", ...wanted.map(([name]) => name)],
  ...(columns[0] ?? []).map(([label], index) => [label, ...columns.map((column) => column[index]?.[1] ?? "–")]),
  same("faces", String(faces)),
  same("images a base, at most", String(limit)),
  same("a gradient costs, evaluations", number(gradientCost, 1)),
];
if (process.env.WRITE === "1") await writeAppendix("docs/benchmark/directions.csv", rows);
console.log(rows.map((cells) => cells.join(" | ")).join("\n"));
