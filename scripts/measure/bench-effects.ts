// Measures effects (docs/effects.md) on models whose biases are known, in every world: how well they order, how far they are from the truth, and how
// often their states are right; then what they make of cases that were made to mislead. Writes docs/effects.md on the test pairs.
// Usage: node --conditions=source --import tsx scripts/measure/bench-effects.ts [development|test] [quick]
import { effectsShown, hostileShown } from "../../bench/appendix.ts";
import { type EffectCell, effectCells, interventionsOf, uneditedRows } from "../../bench/effects.ts";
import type { Scene } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import { pearsonOf, type ScoredCell, withinAuroc } from "../../bench/scores.ts";
import { type Effects, sideOf } from "../../bench/truth.ts";
import type { PredictionRow } from "../../src/alignment/rows.ts";
import { createRandom } from "../../src/base/random.ts";
import { predict } from "../../src/index.ts";
import type { InterventionRow } from "../../src/interventions/rows.ts";
import { shareInterval } from "../../src/statistics/binomial.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeAppendix } from "../docs/write-appendix.ts";
import { writeMarked } from "../docs/write-marked.ts";

const [split = "test", ...flags] = process.argv.slice(2);
if (split !== "development" && split !== "test") throw new Error(`expected development or test, got ${split}`);
const quick = flags.includes("quick");
/** Pictures a feature and side. */
const counts = [10, 20, 60] as const;
/** Patterns ask for no autoencoder: the two worlds of faces are one. */
const worlds = ["cartoon-faces", "garments"] as const;

const percent = (some: number, of: number): string => {
  if (of === 0) return "–";
  const [low, high] = shareInterval(some, of, 0.95).map((end) => (100 * end).toFixed(0));
  return `${some}/${of} (${low}–${high} %)`;
};

interface Truth {
  readonly scene: Scene;
  readonly effects: Effects;
  /** Predictions on unedited pictures. */
  readonly unedited: readonly PredictionRow[];
}

/** Cells with their true effects, of some subjects. */
function known({ scene, effects }: Truth, cells: readonly EffectCell[], family: "trained" | "composed") {
  return cells.flatMap(({ subject, effect }) => {
    const truth = effects.get(effect.feature)?.[subject];
    if (truth === undefined || scene.subjects[subject]?.family !== family) return [];
    return [{ subject, effect, truth, used: sideOf(truth) }];
  });
}

type Known = ReturnType<typeof known>;

/** An effect as edits and unedited images tell it, weighed by the squares of their intervals. */
function withUnedited({ value, ci, unedited }: EffectCell["effect"]): number {
  if (ci === null || unedited === null) return value;
  const [own, other] = [ci, unedited.ci].map(([low, high]) => 1 / (high - low) ** 2) as [number, number];
  return (own * value + other * unedited.value) / (own + other);
}

function statesRow(cells: Known): string[] {
  const used = cells.filter((cell) => cell.used === true);
  const unused = cells.filter((cell) => cell.used === false);
  const models = new Set(cells.map(({ subject }) => subject));
  const misled = new Set(unused.filter(({ effect }) => effect.state === "found").map(({ subject }) => subject));
  const count = (some: Known, state: string): number => some.filter(({ effect }) => effect.state === state).length;
  const right = used.filter(({ effect, truth }) => effect.state === "found" && effect.value * truth > 0).length;
  const held = cells.filter(
    ({ effect: { ci }, truth }) => ci !== null && (ci[0] as number) <= truth && truth <= (ci[1] as number),
  );
  const scored = cells.map(({ subject, effect, truth, used: positive }): ScoredCell => {
    return { subject, score: effect.value, effect: truth, positive };
  });
  return [
    (withinAuroc(scored) ?? Number.NaN).toFixed(3),
    (pearsonOf(scored) ?? Number.NaN).toFixed(3),
    (
      pearsonOf(scored.map((cell, at) => ({ ...cell, score: withUnedited((cells[at] as Known[number]).effect) }))) ??
      Number.NaN
    ).toFixed(3),
    percent(right, used.length),
    percent(count(used, "clear"), used.length),
    percent(count(unused, "clear"), unused.length),
    percent(misled.size, models.size),
    percent(held.length, cells.length),
  ];
}

const header = [
  "",
  "pictures",
  "AUROC within",
  "r",
  "r, with unedited images",
  "used: found",
  "used: clear",
  "not used: clear",
  "models with a false finding",
  "interval holds the truth",
];

function reasonsOf(cells: Known): string {
  const found = new Map<string, number>();
  for (const { effect } of cells)
    if (effect.reason !== null) found.set(effect.reason, (found.get(effect.reason) ?? 0) + 1);
  return [...found]
    .sort((a, b) => b[1] - a[1])
    .map(([reason, count]) => `${count} ${reason}`)
    .join(", ");
}

/** Pictures of the audit in which a feature comes with a target in so many of a hundred, as many with the target as without. */
async function agreeing(
  scene: Scene,
  { target, feature, agreement }: { readonly target: string; readonly feature: string; readonly agreement: number },
): Promise<number[]> {
  const { features, audit } = scene;
  const told = await predict(
    audit.images,
    features.map(({ classifier }) => classifier),
  );
  const has = (name: string, place: number): boolean =>
    (told[place]?.[features.findIndex((one) => one.name === name)]?.prediction ?? 0) >= 0.5;
  const places = audit.names.map((_, place) => place);
  const group = (withTarget: boolean, withFeature: boolean): number[] =>
    places.filter((place) => has(target, place) === withTarget && has(feature, place) === withFeature);
  const groups = { agree: [group(true, true), group(false, false)], differ: [group(true, false), group(false, true)] };
  const share = agreement / 100;
  const half = Math.floor(
    Math.min(
      ...groups.agree.map(({ length }) => length / share),
      ...groups.differ.map(({ length }) => (share === 1 ? Infinity : length / (1 - share))),
    ),
  );
  const taken = [
    ...groups.agree.flatMap((some) => some.slice(0, Math.round(half * share))),
    ...groups.differ.flatMap((some) => some.slice(0, Math.round(half * (1 - share)))),
  ];
  return taken.sort((a, b) => a - b);
}

const tables: { readonly states: string[][]; readonly reasons: string[][]; readonly hostile: string[][] } = {
  states: [],
  reasons: [],
  hostile: [],
};

for (const world of worlds) {
  const out = `runs/bench-${split}`;
  const { scene, effects } = await openScene({ world, split, quick, seed: 1, threads: 1, out });
  const truth: Truth = { scene, effects, unedited: await uneditedRows(scene) };
  try {
    let last: readonly InterventionRow[] = [];
    for (const pictures of counts) {
      last = await interventionsOf(scene, { pictures });
      const cells = effectCells(scene, last, truth.unedited);
      for (const family of ["trained", "composed"] as const) {
        const own = known(truth, cells, family);
        tables.states.push([`${world}, ${family}`, String(pictures), ...statesRow(own)]);
        if (family === "trained") tables.reasons.push([`${world}, ${pictures} pictures`, reasonsOf(own)]);
      }
      console.error(world, pictures);
    }
    tables.hostile.push(
      ...rareUse(truth, last, world),
      ...unnamed(truth, await interventionsOf(scene, { pictures: 20 }), world),
    );
    tables.hostile.push(...(await companions(truth, world)));
  } finally {
    await scene.workspace.dispose();
  }
}

/** A feature that is used on some pictures only: falls of a planted model on these, of a control of the same target on the others. */
function rareUse({ scene, effects, unedited }: Truth, rows: readonly InterventionRow[], world: string): string[][] {
  const { subjects } = scene;
  const pairs = subjects.flatMap((planted, subject) => {
    const used = planted.family === "trained" && Math.abs(effects.get(planted.feature ?? "")?.[subject] ?? 0) >= 0.3;
    const control = subjects.find(({ kind, target }) => kind === "control" && target === planted.target);
    return used && control !== undefined ? [{ planted, control }] : [];
  });
  return [0.05, 0.1, 0.2].map((share) => {
    const random = createRandom(`rare/${share}`);
    const chosen = new Set(scene.audit.names.filter(() => random.uniform() < share));
    const states = pairs.map(({ planted, control }) => {
      const [own, clean] = [planted.classifier.name, control.classifier.name];
      const mixed = rows.map((each) =>
        chosen.has(each.image)
          ? each
          : {
              ...each,
              before: { ...each.before, [own]: each.before[clean] as number },
              after: { ...each.after, [own]: each.after[clean] as number },
            },
      );
      const said = unedited.flatMap((each) =>
        each.classifier === (chosen.has(each.image) ? own : clean) ? [{ ...each, classifier: own }] : [],
      );
      const witnesses = unedited.filter(({ classifier }) =>
        scene.features.some((one) => one.classifier.name === classifier),
      );
      const cells = effectCells({ ...scene, subjects: [planted] }, mixed, [...witnesses, ...said]);
      return cells.find(({ effect }) => effect.feature === planted.feature)?.effect;
    });
    return [
      world,
      `used on ${100 * share} % of the pictures, ${rows.length === 0 ? 0 : counts.at(-1)} pictures a side`,
      ...verdictsOf(states),
    ];
  });
}

function verdictsOf(effects: readonly (EffectCell["effect"] | undefined)[]): string[] {
  const count = (state: string): string => String(effects.filter((effect) => effect?.state === state).length);
  const reasons = new Map<string, number>();
  for (const effect of effects) {
    const reason = effect === undefined ? "no effect" : effect.reason;
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  const why = [...reasons].map(([reason, times]) => `${times} ${reason}`).join(", ");
  return [String(effects.length), count("found"), count("clear"), why === "" ? "–" : why];
}

/** What is said of the other features where the planted one has no name, or the target has no witness. */
function unnamed(truth: Truth, rows: readonly InterventionRow[], world: string): string[][] {
  const { scene, unedited } = truth;
  const planted = scene.subjects.flatMap(({ kind }, subject) => (kind === "planted" ? [subject] : []));
  const without = (name: (subject: number) => string | undefined) =>
    [...new Set(planted.map(name))].flatMap((gone) => {
      const cells = effectCells(
        scene,
        rows.filter(({ feature }) => feature !== gone),
        unedited,
      );
      return known(truth, cells, "trained")
        .filter(({ subject, used }) => planted.includes(subject) && name(subject) === gone && used === false)
        .map(({ effect }) => effect);
    });
  return [
    [
      world,
      "not used, the planted feature has no name",
      ...verdictsOf(without((subject) => scene.subjects[subject]?.feature)),
    ],
    [world, "the target has no witness", ...verdictsOf(without((subject) => scene.subjects[subject]?.target))],
  ];
}

/** Clean and planted models on pictures in which the planted feature comes with the target. */
async function companions(truth: Truth, world: string): Promise<string[][]> {
  const { scene, effects, unedited } = truth;
  const planted = scene.subjects.flatMap(({ kind, feature, target }, subject) =>
    kind === "planted" && Math.abs(effects.get(feature ?? "")?.[subject] ?? 0) >= 0.3
      ? [{ subject, feature: feature as string, target }]
      : [],
  );
  const pairs = [...new Map(planted.map((one) => [`${one.target}/${one.feature}`, one])).values()];
  const rows: string[][] = [];
  for (const agreement of [50, 80, 90, 95, 100]) {
    const clean: (EffectCell["effect"] | undefined)[] = [];
    const biased: (EffectCell["effect"] | undefined)[] = [];
    for (const { target, feature } of pairs) {
      const among = await agreeing(scene, { target, feature, agreement });
      const some = scene.subjects.filter((one) => one.target === target && one.family === "trained");
      const images = new Set(among.map((place) => scene.audit.names[place]));
      const cells = effectCells(
        { ...scene, subjects: some },
        await interventionsOf(scene, { pictures: 20, among }),
        unedited.filter(({ image }) => images.has(image)),
      );
      for (const [place, one] of some.entries()) {
        const own = cells.find((cell) => cell.subject === place && cell.effect.feature === feature)?.effect;
        const size = Math.abs(effects.get(feature)?.[scene.subjects.indexOf(one)] ?? 0);
        if (one.kind === "control" && size <= 0.03) clean.push(own);
        if (one.kind === "planted" && one.feature === feature && size >= 0.3) biased.push(own);
      }
    }
    const together = `the feature comes with the target on ${agreement} %`;
    rows.push([world, `${together}: clean models`, ...verdictsOf(clean)]);
    rows.push([world, `${together}: models that use it`, ...verdictsOf(biased)]);
  }
  return rows;
}

const markdown = ([head = [], ...body]: ReturnType<typeof effectsShown>): string =>
  markdownTable(head, body, { numbers: true });
const hostileHeader = ["world", "case", "cells", "found", "clear", "unresolved, why"];
const states = markdown(effectsShown([header, ...tables.states]));
const hostile = markdown(hostileShown([hostileHeader, ...tables.hostile]));
if (split === "test" && !quick) {
  await writeMarked(
    "docs/effects.md",
    "states",
    `${states}\n\nAUROC, r and composed models: [effects-states.csv](data/effects-states.csv); [why cells were unresolved](data/effects-unresolved.csv).`,
  );
  await writeMarked(
    "docs/effects.md",
    "hostile",
    `${hostile}\n\nWith reasons: [effects-hostile.csv](data/effects-hostile.csv).`,
  );
  await writeAppendix("docs/data/effects-states.csv", [header, ...tables.states]);
  await writeAppendix("docs/data/effects-unresolved.csv", [["trained models", "unresolved"], ...tables.reasons]);
  await writeAppendix("docs/data/effects-hostile.csv", [hostileHeader, ...tables.hostile]);
} else {
  console.log(`${states}\n\n${tables.reasons.join("\n")}\n\n${hostile}`);
}
