// Birds and mammals on water and on land (zoo/stamps.py, which draws the pictures and trains the models): what the ground does to a classifier of birds trained by ERM, Group DRO and
// JTT, and to the first repaired by its last layer. Relative change in a flattened basis of the pictures, effect by interventions, and the true effect: the same animal
// on either ground. Writes its tables into docs/robust-training.md. Usage: node --conditions=source --import tsx scripts/measure/compare-stamps.ts [folder of zoo/stamps.py=.tmp/stamps]
import { readFileSync } from "node:fs";
import { platform } from "#platform";
import { alignmentMatrix } from "../../src/audit/matrix.ts";
import { stack } from "../../src/base/tensor.ts";
import { type Classifier, flatten, openWorkspace, predict, readImage, rectify } from "../../src/index.ts";
import { writePixelModel } from "../../src/prepare/importing/pixel-model.ts";
import { mean } from "../../src/statistics/moments.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { alignedRun } from "../../test/world/built-in-world.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [data = ".tmp/stamps"] = process.argv.slice(2);
const { files } = platform;
const at = (...parts: string[]): string => files.join(data, ...parts);
const names = ["erm", "group-dro", "jtt"] as const;
const repaired = "erm-last-layer";
const threads = 1;

async function workspaceFile(name: string, autoencoder: string, more: readonly string[] = []): Promise<string> {
  const classifiers = [...names, "kinds"].map((each) => `models/${each}/model.json`);
  const contents = { autoencoder, classifiers: [...classifiers, ...more], judges: ["models/kinds-b/model.json"] };
  await files.write(at(name), JSON.stringify(contents));
  return at(name);
}

/** A basis of the audit's own pictures. */
async function basis(): Promise<string> {
  await writePixelModel(at("models", "pixels"), { side: 48, channels: 3 });
  if (await files.exists(at("models", "flat", "model.json"))) return "models/flat/model.json";
  await using workspace = await openWorkspace(await workspaceFile("pixels.json", "models/pixels/model.json"), {
    threads,
  });
  await flatten(at("audit"), { workspace, out: at("models", "flat"), enter: false });
  return "models/flat/model.json";
}

const autoencoder = await basis();
const manifest = `rectified/rectified/${repaired}/model.json`;
if (!(await files.exists(at("rectified", "rectification.json")))) {
  await using workspace = await openWorkspace(await workspaceFile("erm.json", autoencoder), { threads });
  const options = { workspace, targets: ["erm"], against: ["kinds/water"], downstream: workspace.judges };
  const steps = rectify(at("audit"), { ...options, method: "last-layer", out: at("rectified") });
  while (!(await steps.next()).done);
}
await using workspace = await openWorkspace(await workspaceFile("cfalign.json", autoencoder, [manifest]), { threads });
const all = [...names, repaired];
const classifiers = all.map((name): Classifier => workspace.classifier(name));

/** Predictions of some pictures, by picture. */
async function shown(folder: string, pictures: readonly string[]): Promise<number[][]> {
  const found: number[][] = [];
  for (let start = 0; start < pictures.length; start += 64) {
    const some = await Promise.all(
      pictures.slice(start, start + 64).map((name) => readImage(files.join(folder, name))),
    );
    found.push(...(await predict(stack(some), classifiers)).map((row) => row.map(({ prediction }) => prediction)));
  }
  return found;
}

const [, ...lines] = readFileSync(at("test", "metadata.csv"), "utf8").trim().split("\n");
const tests = lines.map((line) => line.split(",") as [string, string, string]);
const told = await shown(
  at("test"),
  tests.map(([name]) => name),
);
/** Share of pictures that a classifier is right on. */
const right = (k: number, some: (group: string) => boolean): number =>
  mean(
    tests.flatMap(([, bird, water], i) =>
      some(`${bird}${water}`) ? [(told[i]?.[k] as number) >= 0.5 === (bird === "1") ? 1 : 0] : [],
    ),
  );
const pairs = (await files.list(at("pairs", "land"))).filter((name) => name.endsWith(".png"));
const [land, water] = [await shown(at("pairs", "land"), pairs), await shown(at("pairs", "water"), pairs)];

const run = await alignedRun(at("audit"), {
  ...{ workspace, bases: all, downstream: workspace.classifiers("kinds/water,kinds/bird") },
  ...{ limit: 60, keepImages: 0, interventions: 40, out: at("run") },
});
const matrix = alignmentMatrix(run);
const ground = workspace.classifier("kinds/water").name;
const range = (ci: readonly (number | undefined)[] | null | undefined): string =>
  ci == null ? "" : ` (${ci.map((end) => end?.toFixed(2)).join(" to ")})`;
const rows = all.map((name, k) => {
  const cell = matrix.cells.find(({ base, downstream }) => base === name && downstream === ground);
  const { present, effect } = cell ?? {};
  const groups = ["00", "01", "10", "11"].map((group) => right(k, (own) => own === group));
  const truth = mean(pairs.map((_, i) => (water[i]?.[k] as number) - (land[i]?.[k] as number)));
  return [
    `\`${name}\``,
    `${(100 * right(k, () => true)).toFixed(1)} %`,
    `${(100 * Math.min(...groups)).toFixed(1)} %`,
    present?.mean == null ? "–" : `${present.mean.toFixed(2)}${range(present.ci)}`,
    effect == null ? "–" : `${effect.value.toFixed(2)}${range(effect.ci)}`,
    truth.toFixed(2),
  ];
});
const header = ["model", "accuracy", "worst group", "RC to water, present", "effect of water", "true effect"];
const { birds, mammals } = JSON.parse(readFileSync(at("stamps.json"), "utf8"));
const text = [
  markdownTable(header, rows, { numbers: true }),
  "",
  `Stamps: ${birds} birds and ${mammals} mammals. ${tests.length} test pictures, ${pairs.length} pairs, up to 60 positives a base, 40 interventions a side. Written by \`scripts/measure/compare-stamps.ts\`.`,
].join("\n");
await writeMarked("docs/robust-training.md", "stamps", text);
