// Repairs the planted models of the benchmark's worlds by every method, on the pictures of their audits, and measures by drawing what
// the planted feature does before and after: how much of its effect is left, what groups gain, and how often "repaired" is said and wrong.
// What was computed is kept below runs/, so that a later call goes on. Writes docs/rectification.md on the test pairs.
// Usage: node --conditions=source --import tsx scripts/measure/bench-repair.ts [development|test] [models of each world, or all] [last-layer|project|all]
import { openScene } from "../../bench/open-scene.ts";
import { type RepairedModel, repairedModel } from "../../bench/repairs.ts";
import { mean } from "../../src/statistics/moments.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [split = "test", most = "all", method = "all"] = process.argv.slice(2);
if (split !== "development" && split !== "test") throw new Error(`expected development or test, got ${split}`);
if (method !== "all" && method !== "last-layer" && method !== "project") throw new Error(`unknown method ${method}`);
/** A last layer asks for no autoencoder: the two worlds of faces are one. */
const worlds = ["cartoon-faces", "garments"] as const;
/** Effect from which a model is planted, and beyond which "repaired" is wrong. */
const [planted, wrong] = [0.1, 0.1];

type Row = RepairedModel & { readonly world: string };
const rows: Row[] = [];
for (const world of worlds) {
  const out = `runs/bench-${split}`;
  const opened = await openScene({ world, split, quick: false, seed: 1, threads: 1, out });
  try {
    const { subjects } = opened.scene;
    const all = subjects.filter(
      ({ kind, feature = "" }, index) =>
        kind === "planted" && Math.abs(opened.effects.get(feature)?.[index] ?? 0) >= planted,
    );
    // Spread over pairs and strengths, as they stand in order.
    const count = most === "all" ? all.length : Math.min(all.length, Number(most));
    const some = Array.from(
      { length: count },
      (_, i) => all[Math.floor((i * all.length) / count)] as (typeof all)[number],
    );
    for (const [index, subject] of some.entries()) {
      const found = await repairedModel(subject, {
        ...{ opened, out: `${out}/repairs-${world}`, method },
        progress: () => {},
      });
      rows.push(...found.map((row) => ({ world, ...row })));
      console.error(`${world}: ${index + 1} of ${count}: ${subject.classifier.name}`);
    }
  } finally {
    await opened.scene.workspace.dispose();
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
const table = worlds.flatMap((world) => {
  const own = rows.filter((row) => row.world === world);
  const methods = [...new Set(own.map((row) => row.method))];
  return [
    ...methods.map((name) =>
      tableRow(
        `${world}: ${name}`,
        own.filter((row) => row.method === name),
      ),
    ),
    ...(methods.length > 1
      ? [
          tableRow(
            `${world}: recommended`,
            own.filter((row) => row.recommended),
          ),
        ]
      : []),
  ];
});
const text = markdownTable(header, table, { numbers: true });
const models = new Set(rows.map(({ world, subject }) => `${world}/${subject}`)).size;
const about = `${models} planted models${most === "all" ? "" : `, ${most} of each world`}, ${split} pairs, 600 pictures each of which 150 are judged. Written by \`scripts/measure/bench-repair.ts ${process.argv.slice(2).join(" ")}\`.`;
if (split === "test") {
  await writeAppendix("docs/data/rectification-repairs.csv", [
    [
      "world",
      "model",
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
      ...[row.world, row.subject, row.method, row.refused ?? "", row.recommended ? "yes" : "no", row.verdict ?? ""],
      ...[row.effect.before, row.effect.after, row.told.before, row.told.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.worstGroup.before, row.worstGroup.after].map((value) => value?.toFixed(3) ?? ""),
      ...[row.accuracy.before, row.accuracy.after].map((value) => value?.toFixed(3) ?? ""),
    ]),
  ]);
  await writeMarked("docs/rectification.md", "repairs", `${text}\n\n${about}`);
} else {
  console.log(`${text}\n\n${about}`);
}
