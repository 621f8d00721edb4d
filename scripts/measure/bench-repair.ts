// Repairs the planted models of the benchmark's worlds by every method, on the pictures of their audits, and measures by drawing what
// the planted feature does before and after: how much of its effect is left, what groups gain, and how often "repaired" is said and wrong.
// What was computed is kept below runs/, so that a later call goes on. Writes docs/rectification.md on the test pairs.
// Usage: node --conditions=source --import tsx scripts/measure/bench-repair.ts [development|test] [models of each world, or all] [last-layer|last-two|project|present|all, or some after commas, each by itself]
import { openScene } from "../../bench/open-scene.ts";
import {
  type PlantedModel,
  plantedModel,
  type RepairBench,
  type RepairedModel,
  repairedModel,
} from "../../bench/repairs.ts";
import { type Classifier, openWorkspace, predict, trueEffects } from "../../src/index.ts";
import { mean } from "../../src/statistics/moments.ts";
import type { Factor } from "../../src/world/factors.ts";
import { planted as plantedNetworks } from "../../src/world/factors.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { drawnFaces } from "../../test/world/built-in-world.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [split = "test", most = "all", method = "all"] = process.argv.slice(2);
if (split !== "development" && split !== "test") throw new Error(`expected development or test, got ${split}`);
const known = ["last-layer", "last-two", "project", "present", "all"] as const;
const asked = known.filter((name) => method.split(",").includes(name));
if (asked.length !== method.split(",").length) throw new Error(`expected some of ${known.join(", ")}, got ${method}`);
const [pairs, runs] = [split, `runs/bench-${split}`] as const;
/** Effect from which a model is planted, and beyond which "repaired" is wrong. */
const [planted, wrong] = [0.1, 0.1] as const;

type Row = RepairedModel & { readonly world: string };

/** Models of a world, and what is true of others. */
interface Sources {
  readonly models: readonly PlantedModel[];
  readonly trueEffect: RepairBench["trueEffect"];
  dispose(): Promise<void>;
}

/** Heads of the planted benchmark: two layers of 32 numbers each on a trunk that all share. */
async function headsOf(world: "cartoon-faces" | "garments"): Promise<Sources> {
  const opened = await openScene({ world, split: pairs, quick: false, seed: 1, threads: 1, out: runs });
  const { subjects } = opened.scene;
  const all = subjects.filter(
    ({ kind, feature = "" }, index) =>
      kind === "planted" && Math.abs(opened.effects.get(feature)?.[index] ?? 0) >= planted,
  );
  const models: PlantedModel[] = [];
  for (const subject of spread(all)) models.push(await plantedModel(subject, opened, `${runs}/repairs-${world}`));
  return {
    models,
    trueEffect: async (classifier, feature) => {
      const effects = await opened.trueEffects([classifier], feature);
      return effects.get(feature)?.[0] ?? Number.NaN;
    },
    dispose: () => opened.scene.workspace.dispose(),
  };
}

/** The built-in world's planted networks, trained whole, on faces in which the feature comes with the target (φ = 0.6). */
async function networks(): Promise<Sources> {
  const truth = async (classifier: Classifier, feature: string): Promise<number> => {
    const [effect] = await trueEffects({
      ...{ count: 200, seed: 8101, factors: [feature as Factor] },
      predict: async (images) => (await predict(images, [classifier])).map(([told]) => [told?.prediction as number]),
    });
    return effect?.effects[0] ?? Number.NaN;
  };
  const workspace = await openWorkspace("cartoon-faces", { threads: 1 });
  const models: PlantedModel[] = [];
  for (const [name, feature] of spread(Object.entries(plantedNetworks))) {
    const classifier = workspace.classifier(name);
    const target = classifier.terms[0]?.model.targets[0] as string;
    const correlate = [{ a: target as Factor, b: feature as Factor, phi: 0.6 }];
    const pictures = await drawnFaces({
      ...{ count: 1200, seed: 5201, correlate },
      out: `${runs}/repairs-networks/faces-${target}-${feature}`,
    });
    const effect = await truth(classifier, feature);
    models.push({ name, workspace: "cartoon-faces", target: name, against: feature, feature, pictures, effect });
  }
  return { models, trueEffect: truth, dispose: () => workspace.dispose() };
}

/** Some of a list, spread over it. */
function spread<T>(all: readonly T[]): readonly T[] {
  const count = most === "all" ? all.length : Math.min(all.length, Number(most));
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)] as T);
}

const sources = {
  "whole networks": networks,
  "heads on faces": () => headsOf("cartoon-faces"),
  "heads on garments": () => headsOf("garments"),
} as const;
const rows: Row[] = [];
for (const [world, open] of Object.entries(sources)) {
  const { models, trueEffect, dispose } = await open();
  const out = `${runs}/repairs-${world.replaceAll(" ", "-")}`;
  try {
    for (const [index, model] of models.entries()) {
      for (const name of asked) {
        const found = await repairedModel(model, { out, method: name, trueEffect });
        rows.push(...found.map((row) => ({ world, ...row })));
      }
      console.error(`${world}: ${index + 1} of ${models.length}: ${model.name}`);
    }
  } finally {
    await dispose();
  }
}

const figure = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? "–" : value.toFixed(2);
const meanOf = (values: readonly (number | null)[]): string => {
  const known = values.filter((value) => value !== null);
  return figure(known.length === 0 ? undefined : mean(known));
};

/** Of a method, or of what was recommended. */
function tableRow(name: string, some: readonly Row[]): string[] {
  const made = some.filter(({ effect }) => effect.after !== null);
  const left = made.map(({ effect }) => Math.abs((effect.after as number) / effect.before));
  const said = made.filter(({ verdict }) => verdict === "repaired");
  const misled = said.filter(({ effect }) => Math.abs(effect.after as number) > wrong);
  const verdicts = ["repaired", "better", "unresolved", "worse", "nothing to repair"].flatMap((verdict) => {
    const times = made.filter((each) => each.verdict === verdict).length;
    return times === 0 ? [] : [`${times} ${verdict}`];
  });
  return [
    name,
    `${made.length} of ${some.length}`,
    meanOf(made.map(({ effect }) => Math.abs(effect.before))),
    meanOf(made.map(({ effect }) => Math.abs(effect.after as number))),
    `${left.filter((part) => part <= 0.2).length} of ${made.length}`,
    `${meanOf(made.map(({ worstGroup }) => worstGroup.before))} → ${meanOf(made.map(({ worstGroup }) => worstGroup.after))}`,
    `${meanOf(made.map(({ accuracy }) => accuracy.before))} → ${meanOf(made.map(({ accuracy }) => accuracy.after))}`,
    verdicts.join(", "),
    `${misled.length} of ${said.length}`,
  ];
}

const header = [
  "",
  "files",
  "mean true effect before",
  "after",
  "reduced by 80 %",
  "worst group",
  "accuracy",
  "verdicts",
  "repaired, and wrong",
];
const table = Object.keys(sources).flatMap((world) => {
  const own = rows.filter((row) => row.world === world);
  const methods = [...new Set(own.map((row) => row.method))];
  return [
    ...methods.map((name) =>
      tableRow(
        `${world}: ${name}`,
        own.filter((row) => row.method === name),
      ),
    ),
    ...(asked.includes("all")
      ? [
          tableRow(
            `${world}: recommended`,
            own.filter((row) => row.recommended && row.method !== "present"),
          ),
          tableRow(
            `${world}: default`,
            own.filter((row) => row.byDefault && row.method !== "present"),
          ),
        ]
      : []),
  ];
});
const text = markdownTable(header, table, { numbers: true });
const models = new Set(rows.map(({ world, subject }) => `${world}/${subject}`)).size;
const about = `${models} planted models${most === "all" ? "" : `, ${most} of each world`}, ${split} pairs, a quarter of 1200 pictures (networks) or 600 (heads) is judged. Written by \`scripts/measure/bench-repair.ts ${process.argv.slice(2).join(" ")}\`.`;
if (split === "test") {
  await writeAppendix("docs/data/rectification-repairs.csv", [
    [
      "world",
      "model",
      "method",
      "refused",
      "recommended",
      "default",
      "verdict",
      "effect before",
      "effect after",
      "told before",
      "told after",
      "worst group before",
      "worst group after",
      "accuracy before",
      "accuracy after",
    ],
    ...rows.map((row) => [
      ...[
        row.world,
        row.subject,
        row.method,
        row.refused ?? "",
        asked.includes("all") && row.recommended ? "yes" : "",
        asked.includes("all") && row.byDefault ? "yes" : "",
        row.verdict ?? "",
      ],
      ...[row.effect.before, row.effect.after, row.told.before, row.told.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.worstGroup.before, row.worstGroup.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.accuracy.before, row.accuracy.after].map((value) => value?.toFixed(3) ?? ""),
    ]),
  ]);
  await writeMarked("docs/rectification.md", "repairs", `${text}\n\n${about}`);
} else {
  console.log(`${text}\n\n${about}`);
}
