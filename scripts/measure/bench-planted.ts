// Runs the planted benchmark and writes its figures into docs/benchmark.md: on the development pairs every variant that was
// tried, on the test pairs the chosen methods; with power their power curve alone, over a third of the planted models. A run on the test
// pairs writes the table of all worlds anew, too, from the newest run of each, once there is one of each.
// Usage: node --conditions=source --import tsx scripts/measure/bench-planted.ts development|test [pictures at the end of the power curve] [quick] [no-baselines] [power] [world=NAME] [direction=NAME] [images=COUNT]
import { platform } from "#platform";
import { plantedBenchmark } from "../../bench/planted.ts";
import { type PlantedResult, type PlantedScore, plantedSchema, type StateErrors } from "../../bench/schema.ts";
import { worldNames } from "../../bench/worlds/worlds.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
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

const show = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? "–" : value.toFixed(digits);
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  markdownTable(header, rows, { numbers: true });
const withCi = ({ value, ci }: PlantedScore["auroc"]): string =>
  ci === null ? show(value) : `${show(value)} (${ci.map((end) => show(end)).join(" to ")})`;
const nameOf = ({ name, role }: Pick<PlantedScore, "name" | "role">): string =>
  role === "oracle" ? `${name} (oracle)` : name;
const percent = (value: number | null): string => (value === null ? "–" : `${(100 * value).toFixed(1)} %`);

function scoreTable(scores: readonly PlantedScore[], full: boolean): string {
  const interval = scores.some(({ auroc }) => auroc.ci !== null) ? " (95 %)" : "";
  const auroc = `AUROC${interval}`;
  const header = ["", auroc, "pooled", "AUPRC", "TPR at 5 % FPR", `r with the true effect${interval}`, "rises"];
  return tableOf(
    full ? [...header, "false alarms", `behind the first${interval}`] : header,
    scores.map((score) => [
      nameOf(score),
      withCi(score.auroc),
      show(score.pooledAuroc),
      show(score.auprc),
      show(score.tprAt5),
      withCi(score.pearson),
      show(score.rising, 2),
      ...(full ? [percent(score.falseAlarms), score.behind.value === null ? "–" : withCi(score.behind)] : []),
    ]),
  );
}

function pairTable({ models, scores }: PlantedResult): string {
  const names = scores.map(({ name }) => name);
  const pairs = new Map<string, PlantedResult["models"][number][]>();
  for (const model of models) {
    if (model.kind !== "planted") continue;
    const key = `${model.target} ← ${model.feature}`;
    pairs.set(key, [...(pairs.get(key) ?? []), model]);
  }
  const mean = (values: readonly (number | null | undefined)[]): string => {
    const known = values.filter((value) => value !== null && value !== undefined);
    return known.length === 0 ? "–" : show(known.reduce((sum, value) => sum + value, 0) / known.length);
  };
  const byStrength = (own: readonly PlantedResult["models"][number][]): string =>
    [...new Set(own.map(({ strength }) => strength))]
      .map((strength) => {
        const some = own.filter((model) => model.strength === strength).map(({ effect }) => effect ?? 0);
        return show(some.reduce((sum, value) => sum + value, 0) / some.length, 2);
      })
      .join(" · ");
  return tableOf(
    ["pair", "true effect by strength", "counterfactuals used", ...names],
    [...pairs].map(([pair, own]) => [
      pair,
      byStrength(own),
      `${own.reduce((sum, { used }) => sum + used, 0)} of ${own.reduce((sum, { counterfactuals }) => sum + counterfactuals, 0)}`,
      ...names.map((name) => mean(own.map(({ auroc }) => auroc[name]))),
    ]),
  );
}

/** Saliency similarity and pixel counterfactuals have a section of their own among the variants: they cost most. */
const readsPixels = ({ name }: PlantedScore): boolean => /^(saliency|pixel counterfactuals)\b/.test(name);

function baselinesText({ families, images, quick }: PlantedResult): string {
  const [trained] = families;
  if (trained === undefined) throw new Error("the benchmark has no trained models");
  return [
    `${trained.models} trained models${quick ? ", a fixed third of all" : ""}; ${images.perModel} pictures each. ${writtenBy}`,
    scoreTable(trained.scores.filter(readsPixels), false),
  ].join("\n\n");
}

function familyText({ families }: PlantedResult): string {
  return families
    .filter(({ models }) => models > 0)
    .map(({ family, models, cells, scores }) =>
      [
        family === "trained" ? "### Trained models, decoys and controls" : "### Composed models (Eq. 4)",
        `${models} models; ${cells.positive} cells with a true effect of at least 0.1, ${cells.negative} of at most 0.03, ${cells.between} between, which are left out of all but the correlation.`,
        scoreTable(
          variants ? scores.filter((score) => !readsPixels(score)) : scores,
          !variants && family === "trained",
        ),
      ].join("\n\n"),
    )
    .join("\n\n");
}

function powerText({ power: curve, powerModels, scores }: PlantedResult): string {
  const counted = scores
    .map(({ name }) => name)
    .filter((name) => curve.some(({ auroc }) => (auroc[name] ?? null) !== null));
  return [
    power ? `### Up to ${most} pictures` : "### By the number of pictures",
    `AUROC within models, over ${powerModels} planted models${powerModels < planted ? ": every third" : ""}.`,
    tableOf(
      ["pictures", ...counted],
      curve.map(({ images, auroc }) => [String(images), ...counted.map((name) => show(auroc[name]))]),
    ),
  ].join("\n\n");
}

function testText(result: PlantedResult): string {
  const { unvaried, missingConcept, scores, unused } = result;
  const names = scores.map(({ name }) => name);
  return [
    familyText(result),
    `${unused.decoys[0]} of ${unused.decoys[1]} decoys do not use their feature (true effect at most 0.03); ${unused.controls[0]} of ${unused.controls[1]} controls use nothing but their target.`,
    "### By pair",
    "AUROC within models, means over strengths and seeds.",
    pairTable(result),
    powerText(result),
    "### Where the planted feature does not vary",
    "AUROC within models when only pictures without the planted feature are looked at.",
    tableOf(names, [names.map((name) => show(unvaried[name]))]),
    "### When the concept is missing",
    `Share of the direction that the concepts explain, median over models with a true effect of at least 0.3: ${show(missingConcept.all, 2)} with all concepts, ${show(missingConcept.withoutPlanted, 2)} without the planted one, ${show(missingConcept.withoutInnocent, 2)} without an innocent one.`,
  ].join("\n\n");
}

/** What thresholds do to the states of shares. */
function statesText({ shareStates }: PlantedResult): string {
  return [
    "### States of shares",
    "Cells of trained models with a true effect of at least 0.1, and of at most 0.03, by the cosine that a concept needs (0: none is left out) and the smallest share that matters.",
    tableOf(
      ["cosine", "share", "used: found", "called clear", "unused: found", "called clear"],
      shareStates.map(({ minCosine, minShare, used, unused }) => [
        String(minCosine),
        String(minShare),
        ...[used, unused].flatMap(({ all, found, clear }) => [`${found} of ${all}`, `${clear}`]),
      ]),
    ),
  ].join("\n\n");
}

/** Of how often states are wrong: a count with its interval. */
const rateOf = ({ count, of, ci }: StateErrors["falseClear"]): string =>
  `${count} of ${of}${ci === null ? "" : ` (${ci.map((end) => percent(end)).join(" to ")})`}`;

/** Worlds × methods, from the newest run of each world and direction on the test pairs; undefined where a world has none. */
async function worldsText(): Promise<string | undefined> {
  const { files } = platform;
  const results: PlantedResult[] = [];
  for (const name of worldNames) {
    for (const own of directions) {
      const path = resultOf(name, own);
      if (!(await files.exists(path))) continue;
      results.push(plantedSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path)))));
    }
  }
  if (worldNames.some((name) => results.every((one) => one.world !== name))) return undefined;
  // What does not depend on the direction is told once.
  const seen = new Set<string>();
  const anew = (...key: readonly string[]): boolean => {
    const known = seen.has(key.join());
    seen.add(key.join());
    return !known;
  };
  const named = (one: PlantedResult, name: string): string =>
    name === "alignment" ? `alignment, along a ${one.direction}` : name;
  const scores = results.flatMap((one) =>
    one.families.flatMap(({ family, scores: own }) =>
      own.flatMap((score) =>
        score.name !== "alignment" && !anew("score", one.world, family, score.name)
          ? []
          : [
              [
                score.world,
                family,
                named(one, nameOf(score)),
                withCi(score.auroc),
                withCi(score.pearson),
                show(score.signs.against, 2),
              ],
            ],
      ),
    ),
  );
  const states = results.flatMap((one) => [
    ...one.families.flatMap(({ family, scores: own }) =>
      own.flatMap(({ name, stateErrors }) =>
        stateErrors === null || (name !== "alignment" && !anew("states", one.world, family, name))
          ? []
          : [statesRow([one.world, family, named(one, name), String(one.images.perModel)], stateErrors)],
      ),
    ),
    ...(one.stateErrors.images > one.images.perModel
      ? [
          statesRow([one.world, "trained", named(one, "alignment"), String(one.stateErrors.images)], one.stateErrors),
          statesRow(
            [one.world, "trained", `${named(one, "alignment")}, without decomposition`, String(one.aloneErrors.images)],
            one.aloneErrors,
          ),
        ]
      : []),
  ]);
  const quickly = [...new Set(results.flatMap((one) => (one.quick ? [one.world] : [])))];
  return [
    `Test pairs${quickly.length === 0 ? "" : `; of ${quickly.join(" and ")} a fixed third of the models`}.`,
    tableOf(
      ["world", "models", "method", "AUROC (95 %)", "r with the true effect (95 %)", "sign right where used against"],
      scores,
    ),
    "### Errors of the states",
    tableOf(
      [
        "world",
        "models",
        "states of",
        "pictures",
        "used, called clear",
        "models with a false finding",
        "used and found",
        "found with the wrong sign",
        "unresolved",
        "why",
      ],
      states,
    ),
  ].join("\n\n");
}

function statesRow(of: readonly string[], errors: StateErrors): string[] {
  const { falseClear, falseFound, found, wrongSign, unresolved } = errors;
  const why = Object.entries(unresolved.reasons).map(([reason, count]) => `${count} ${reason}`);
  return [
    ...of,
    rateOf(falseClear),
    rateOf(falseFound),
    rateOf(found),
    String(wrongSign.count),
    `${unresolved.count} of ${unresolved.of}`,
    why.join(", "),
  ];
}

function resultOf(name: string, direction: string): string {
  return platform.files.join(`runs/bench-${split}`, `result-${name}-${direction}.json`);
}

const writtenBy = `Written by \`scripts/measure/bench-planted.ts ${process.argv.slice(2).join(" ")}\`.`;
const planted = result.models.filter(({ kind }) => kind === "planted").length;
const models = power
  ? `Over ${result.powerModels} of the planted models of the ${split} pairs.`
  : `${planted} planted models, ${result.unused.decoys[1]} decoys, ${result.unused.controls[1]} controls; ${result.images.perModel} pictures per model (the readings of predictions: all ${result.images.audit}), truth on ${result.images.truth} pictures.`;
const text = [
  `${models} ${result.quick ? "A fixed third of the models. " : ""}${writtenBy}`,
  power ? powerText(result) : variants ? `${familyText(result)}\n\n${statesText(result)}` : testText(result),
].join("\n\n");
const place = world === "cartoon-faces" ? "" : ` ${world}`;
await platform.files.write(
  power ? platform.files.join(`runs/bench-${split}`, `power-${world}.json`) : resultOf(world, result.direction),
  JSON.stringify(result, null, 2),
);
await writeMarked("docs/benchmark.md", `${power ? "power" : split}${place}`, text);
if (variants && baselines) await writeMarked("docs/benchmark.md", `baselines${place}`, baselinesText(result));
if (split === "test" && !power) {
  const worlds = await worldsText();
  if (worlds === undefined) console.error("the table of all worlds is left as it was: not every world was run");
  else await writeMarked("docs/benchmark.md", "worlds", worlds);
}
console.log(text);
