// Repairs the planted models of the benchmark's worlds by every method, on the pictures of their audits, and measures by drawing what
// the planted feature does before and after: how much of its effect is left, what groups gain, and how often "repaired" is said and wrong.
// What was computed is kept below runs/, so that a later call goes on. Writes docs/rectification.md on the test pairs.
// Usage: node --conditions=source --import tsx scripts/measure/bench-repair.ts [development|test] [models of each world, or all] [auto|project|present|all, or some after commas, each by itself; project:2 for as many models as two of each world]
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
const known = ["auto", "project", "present", "all"] as const;
const asked = method.split(",").map((word) => {
  const [name, own = most] = word.split(":");
  const found = known.find((each) => each === name);
  if (found === undefined) throw new Error(`expected some of ${known.join(", ")}, got ${word}`);
  return { name: found, most: own };
});
const [pairs, runs] = [split, `runs/bench-${split}`] as const;
/** Effect from which a model is planted, and beyond which "repaired" is wrong. */
const [planted, wrong] = [0.1, 0.1] as const;

type Run = (typeof asked)[number]["name"];
type Row = RepairedModel & { readonly world: string; readonly run: Run };

/** Models of a world, each opened when it is needed, and what is true of others. */
interface Sources {
  readonly models: readonly (() => Promise<PlantedModel>)[];
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
  return {
    models: all.map((subject) => () => plantedModel(subject, opened, `${runs}/repairs-${world}`)),
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
  const models = Object.entries(plantedNetworks).map(([name, feature]) => async (): Promise<PlantedModel> => {
    const classifier = workspace.classifier(name);
    const target = classifier.terms[0]?.model.targets[0] as string;
    const correlate = [{ a: target as Factor, b: feature as Factor, phi: 0.6 }];
    const pictures = await drawnFaces({
      ...{ count: 1200, seed: 5201, correlate },
      out: `${runs}/repairs-networks/faces-${target}-${feature}`,
    });
    const effect = await truth(classifier, feature);
    const found = { name, workspace: "cartoon-faces", target: name, against: feature, feature, pictures, effect };
    return { ...found, ledger: workspace.judges.length };
  });
  return { models, trueEffect: truth, dispose: () => workspace.dispose() };
}

/** Some of a list, spread over it by the golden section, so that fewer are among more. */
function spread<T>(all: readonly T[], most: string): readonly T[] {
  const count = most === "all" ? all.length : Math.min(all.length, Number(most));
  const places = new Set<number>();
  for (let i = 1; places.size < count; i++) places.add(Math.floor((((i * (Math.sqrt(5) - 1)) / 2) % 1) * all.length));
  return [...places].map((place) => all[place] as T);
}

const sources = {
  "heads on faces": () => headsOf("cartoon-faces"),
  "heads on garments": () => headsOf("garments"),
  "whole networks": networks,
} as const;
const rows: Row[] = [];
for (const [world, open] of Object.entries(sources)) {
  const { models, trueEffect, dispose } = await open();
  const out = `${runs}/repairs-${world.replaceAll(" ", "-")}`;
  try {
    for (const { name, most } of asked) {
      const some = spread(models, most);
      for (const [index, open] of some.entries()) {
        const model = await open();
        const found = await repairedModel(model, { out, method: name, trueEffect });
        rows.push(...found.map((row) => ({ world, run: name, ...row })));
        console.error(`${world}, ${name}: ${index + 1} of ${some.length}: ${model.name}`);
      }
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
/** What is told of every way of asking: its methods, and what it recommends. */
const told: Readonly<Record<Run, readonly (readonly [string, (row: Row) => boolean])[]>> = {
  auto: [
    ["last-layer", ({ method }) => method === "last-layer"],
    ["last-two", ({ method }) => method === "last-two"],
    ["the default", ({ recommended }) => recommended],
  ],
  project: [["project", () => true]],
  present: [["project, where present", () => true]],
  all: [
    ["sum", ({ method }) => method === "sum"],
    ["recommended of all", ({ recommended }) => recommended],
  ],
};
const table = Object.keys(sources).flatMap((world) =>
  asked.flatMap(({ name }) =>
    told[name].flatMap(([words, is]) => {
      const some = rows.filter((row) => row.world === world && row.run === name && is(row));
      return some.length === 0 ? [] : [tableRow(`${world}: ${words}`, some)];
    }),
  ),
);
/** What a method does to models that use the feature much, and what accuracy it costs. */
function toll(method: string): string {
  const made = rows.filter((row) => row.run === "auto" && row.method === method && row.effect.after !== null);
  const much = made.filter(({ effect }) => Math.abs(effect.before) >= 0.3);
  const reduced = much.filter(({ effect }) => Math.abs((effect.after as number) / effect.before) <= 0.2);
  const lost = made.filter(({ accuracy }) => (accuracy.before ?? 0) - (accuracy.after ?? 0) > 0.01);
  return `${method} took four fifths of effects of 0.3 or more from ${reduced.length} of ${much.length} files, and more than a point of accuracy from ${lost.length} of ${made.length}`;
}
/** The document shows what is asked for without an option; effects before and after in one column, what is wrong in a sentence. */
const shown = [header, ...table].flatMap((cells) => {
  const [name = "", files = "", before = "", after = "", ...others] = cells;
  if (name !== "" && !/: the default$/.test(name)) return [];
  return [[name, files, cells === header ? "mean true effect" : `${before} → ${after}`, ...others.slice(0, -1)]];
});
const text = markdownTable(shown[0] ?? [], shown.slice(1), { numbers: true });
const repaired = rows.filter(({ verdict, effect }) => verdict === "repaired" && effect.after !== null);
const misled = repaired.filter(({ effect }) => Math.abs(effect.after as number) > wrong).length;
const models = new Set(rows.map(({ world, subject }) => `${world}/${subject}`)).size;
const about = `${models} planted models${most === "all" ? "" : `, at most ${most} of each world`}, ${split} pairs; of ${repaired.length} files called *repaired* ${misled} were wrong. ${["last-layer", "last-two"].map(toll).join(". ")}. A quarter of 1200 pictures (networks) or 600 (heads) is judged. Written by \`scripts/measure/bench-repair.ts ${process.argv.slice(2).join(" ")}\`.`;
if (split === "test") {
  await writeAppendix("docs/data/rectification-repairs.csv", [
    [
      "world",
      "model",
      "asked for",
      "method",
      "refused",
      "recommended",
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
        row.run,
        row.method,
        row.refused ?? "",
        row.recommended ? "yes" : "",
        row.verdict ?? "",
      ],
      ...[row.effect.before, row.effect.after, row.told.before, row.told.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.worstGroup.before, row.worstGroup.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.accuracy.before, row.accuracy.after].map((value) => value?.toFixed(3) ?? ""),
    ]),
  ]);
  await writeAppendix("docs/data/rectification-methods.csv", [header, ...table]);
  const all =
    "All methods: [rectification-methods.csv](data/rectification-methods.csv), all files: [rectification-repairs.csv](data/rectification-repairs.csv).";
  await writeMarked("docs/rectification.md", "repairs", `${text}\n\n${about} ${all}`);
} else {
  console.log(`${text}\n\n${about}`);
}
