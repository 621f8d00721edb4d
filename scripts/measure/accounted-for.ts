// Measures how much of a classifier's fall the features explain that were moved (docs/effects.md, "What no feature names"), on the development pairs: of clean and planted
// models whose features all have names, and of planted models whose planted feature has none. The bound is chosen by this table, which it writes: of every third model along
// the gradient, or else to the terminal.
// Usage: node --conditions=source --import tsx scripts/measure/accounted-for.ts [path] [all]
import { accountedShown } from "../../bench/appendix.ts";
import { interventionsOf, withInterventions } from "../../bench/effects.ts";
import { alignmentRun } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import type { Subject } from "../../bench/subjects.ts";
import { movements } from "../../src/audit/cells/movements.ts";
import { accountedFor, leastAccountedFor } from "../../src/audit/effects/accounted-for.ts";
import { movedFeatures } from "../../src/audit/effects/movements.ts";
import { shareInterval } from "../../src/statistics/binomial.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const flags = process.argv.slice(2);
const direction = flags.includes("path") ? "path" : "gradient";
const quick = !flags.includes("all");
/** Pictures a feature and side, and counterfactuals a model. */
const pictures = 20;
const bounds = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4];
/** Effect from which a withheld feature is much of what a model does. */
const large = 0.4;

const groups = ["all named, clean", "all named, planted", "all named, composed"] as const;
const withheld = [`withheld, effect of ${large} or more`, `withheld, a smaller one`, "withheld, composed"] as const;
type Group = (typeof groups)[number] | (typeof withheld)[number];

function namedGroup({ family, kind }: Subject): Group {
  if (family === "composed") return groups[2];
  return kind === "planted" ? groups[1] : groups[0];
}

function withheldGroup({ family }: Subject, effect: number): Group {
  if (family === "composed") return withheld[2];
  return Math.abs(effect) >= large ? withheld[0] : withheld[1];
}

const rows: string[][] = [];
for (const world of ["cartoon-faces", "garments"] as const) {
  const out = "runs/bench-development";
  const { scene, effects } = await openScene({ world, split: "development", quick, seed: 1, threads: 1, out });
  try {
    const interventions = await interventionsOf(scene, { pictures });
    const made = await alignmentRun(scene, {
      ...{ out: `${out}/accounted-${world}-${direction}${quick ? "" : "-all"}`, limit: pictures, direction },
    });
    const parts = (gone?: string): ReadonlyMap<string, number> => {
      const left = interventions.filter(({ feature }) => feature !== gone);
      const run = withInterventions(made, scene, left);
      const moved = movedFeatures(run);
      const found = moved === undefined ? [] : accountedFor(moved, movements(run), { confidence: 0.95 });
      return new Map(found.map(({ base, value }) => [base, value]));
    };
    const values = new Map<Group, number[]>([...groups, ...withheld].map((group) => [group, []]));
    const add = (group: Group, value: number | undefined): void => {
      if (value !== undefined) values.get(group)?.push(value);
    };
    const whole = parts();
    for (const subject of scene.subjects) add(namedGroup(subject), whole.get(subject.classifier.name));
    for (const gone of new Set(scene.subjects.flatMap(({ feature }) => feature ?? []))) {
      const without = parts(gone);
      for (const [place, subject] of scene.subjects.entries()) {
        const effect = effects.get(gone)?.[place] ?? 0;
        if (subject.feature !== gone || Math.abs(effect) < 0.1 || subject.kind === "decoy") continue;
        add(withheldGroup(subject, effect), without.get(subject.classifier.name));
      }
    }
    for (const [group, some] of values) if (some.length > 0) rows.push([world, group, ...told(some)]);
    console.error(world, process.cpuUsage().user / 1e6);
  } finally {
    await scene.workspace.dispose();
  }
}

/** How many, their quartiles, and how many lie below each bound. */
function told(values: readonly number[]): string[] {
  const sorted = values.toSorted((a, b) => a - b);
  const quartile = (part: number): string => (sorted[Math.round(part * (sorted.length - 1))] as number).toFixed(2);
  return [
    String(values.length),
    `${quartile(0.5)} (${quartile(0.25)} to ${quartile(0.75)})`,
    ...bounds.map((bound) => percent(values.filter((value) => value < bound).length, values.length)),
  ];
}

function percent(some: number, of: number): string {
  const [low, high] = shareInterval(some, of, 0.95).map((end) => (100 * end).toFixed(0));
  return `${some}/${of} (${low}–${high} %)`;
}

const first = ["world", "models", "count", "accounted for: median (quartiles)"];
const header = [...first, ...bounds.map((bound) => `below ${bound}`)];
if (flags.length > 0) console.log(markdownTable(header, rows));
else {
  const [shown = [], ...body] = accountedShown([header, ...rows], leastAccountedFor);
  const text = `${markdownTable(shown, body, { numbers: true })}\n\nComposed models, quartiles, other bounds: [effects-accounted.csv](data/effects-accounted.csv).`;
  await writeMarked("docs/effects.md", "accounted", text);
  await writeAppendix("docs/data/effects-accounted.csv", [header, ...rows]);
}
