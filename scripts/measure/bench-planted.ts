// Runs the planted benchmark and writes its tables as CSV into docs/benchmark/: on the development pairs every variant that was
// tried, on the test pairs the chosen methods; with power their power curve alone, over a third of the planted models. A run on the test
// pairs writes the tables of all worlds anew, too, from the newest run of each, once there is one of each, and what docs/benchmark.md shows of them.
// Usage: node --conditions=source --import tsx scripts/measure/bench-planted.ts development|test [pictures at the end of the power curve] [quick] [no-baselines] [power] [world=NAME] [direction=NAME] [images=COUNT]
import { platform } from "#platform";
import {
  methodsShown,
  pairTable,
  pictureTable,
  powerRunTable,
  type Rows,
  runTable,
  scoreTable,
  statesShown,
  stateTable,
  unvariedTable,
  worldTable,
} from "../../bench/appendix.ts";
import { plantedBenchmark } from "../../bench/planted.ts";
import { type PlantedResult, type PlantedScore, plantedSchema } from "../../bench/schema.ts";
import { worldNames } from "../../bench/worlds/worlds.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [split = "development", most = "20", ...flags] = process.argv.slice(2);
if (split !== "development" && split !== "test") throw new Error(`expected development or test, got ${split}`);
const power = flags.includes("power");
const variants = split === "development" && !power;
const baselines = !flags.includes("no-baselines");
const asked = flags.find((flag) => flag.startsWith("world="))?.slice("world=".length) ?? "cartoon-faces";
const world = worldNames.find((name) => name === asked);
const directions = ["gradient", "smoothed", "path"] as const;
const direction = directions.find((name) => flags.includes(`direction=${name}`));
const perModel = flags.find((flag) => flag.startsWith("images="))?.slice("images=".length);
if (world === undefined) throw new Error(`expected one of ${worldNames.join(", ")}, got ${asked}`);

let last = "";
const result = await plantedBenchmark({
  world,
  split,
  variants,
  quick: flags.includes("quick"),
  baselines,
  // Choosing among variants needs no intervals, nor does a curve.
  ...(variants || power ? { intervals: false } : {}),
  ...(perModel === undefined ? {} : { images: Number(perModel) }),
  ...(direction === undefined ? {} : { direction }),
  most: Number(most),
  // Figures of a run depend on the threads in their last digits.
  threads: 1,
  out: `runs/bench-${split}`,
  now: () => performance.now(),
  progress(stage, done, total) {
    const share = `${stage}: ${Math.floor((10 * done) / total)}0 %`;
    if (share !== last) console.error(share);
    last = share;
  },
});

/** Saliency similarity and pixel counterfactuals have a table of their own among the variants: they cost most. */
const readsPixels = ({ name }: PlantedScore): boolean => /^(saliency|pixel counterfactuals)\b/.test(name);

function resultOf(name: string, own: string): string {
  return platform.files.join(`runs/bench-${split}`, `result-${name}-${own}.json`);
}

/** The newest run of each world and direction on the test pairs; undefined where a world has none. */
async function resultsOfWorlds(): Promise<readonly PlantedResult[] | undefined> {
  const { files } = platform;
  const results: PlantedResult[] = [];
  for (const name of worldNames) {
    for (const own of directions) {
      const path = resultOf(name, own);
      if (!(await files.exists(path))) continue;
      results.push(plantedSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path)))));
    }
  }
  return worldNames.some((name) => results.every((one) => one.world !== name)) ? undefined : results;
}

function shown([header = [], ...rows]: Rows): string {
  const text = (cells: Rows[number]): readonly string[] => cells.map((cell) => cell ?? "");
  return markdownTable(text(header), rows.map(text), { numbers: true });
}

const written = `scripts/measure/bench-planted.ts ${process.argv.slice(2).join(" ")}`;
await platform.files.write(
  power ? platform.files.join(`runs/bench-${split}`, `power-${world}.json`) : resultOf(world, result.direction),
  JSON.stringify(result, null, 2),
);
const tables: Readonly<Record<string, Rows>> = {
  run: power ? powerRunTable(result, written) : runTable(result, written),
  ...(power
    ? { pictures: pictureTable(result) }
    : variants
      ? {
          scores: scoreTable(result, (score) => !readsPixels(score)),
          ...(baselines ? { pixels: scoreTable(result, readsPixels) } : {}),
        }
      : {
          scores: scoreTable(result, () => true),
          pairs: pairTable(result),
          pictures: pictureTable(result),
          unvaried: unvariedTable(result),
        }),
};
for (const [name, rows] of Object.entries(tables)) {
  await writeAppendix(`docs/benchmark/${power ? "power" : split}-${world}/${name}.csv`, rows);
}
if (split === "test" && !power) {
  const results = await resultsOfWorlds();
  if (results === undefined) console.error("the tables of all worlds are left as they were: not every world was run");
  else {
    const [worlds, states] = [worldTable(results), stateTable(results)];
    await writeAppendix("docs/benchmark/worlds.csv", worlds);
    await writeAppendix("docs/benchmark/states.csv", states);
    await writeMarked("docs/benchmark.md", "worlds", shown(methodsShown(worlds)));
    await writeMarked("docs/benchmark.md", "states", shown(statesShown(states)));
  }
}
