// Measures whether a shortcut that no feature names is found (docs/effects.md, "Modes"): models of garments with a planted artefact, which no feature names, and models without one.
// How often one of the first three modes of a model's own counterfactuals is the artefact's, and said to be unnamed; how often a mode of a control is said to be; and how often
// the alarm of what is not accounted for rings. Thresholds were chosen on the development pairs. Writes the table of the test pairs to docs/benchmark.md.
// Usage: node --conditions=source --import tsx scripts/measure/unnamed-shortcuts.ts [development] [gradient] [pictures 60] [details]
import { interventionsOf, withInterventions } from "../../bench/effects.ts";
import { alignmentRun } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import type { Subject } from "../../bench/subjects.ts";
import { ARTEFACTS, type Artefact } from "../../bench/worlds/garments/artefacts.ts";
import { photographs } from "../../bench/worlds/garments/garments-world.ts";
import { trueEffect } from "../../bench/worlds/garments/true-effect.ts";
import { readWardrobe } from "../../bench/worlds/garments/wardrobe.ts";
import { movements } from "../../src/audit/cells/movements.ts";
import { accountedFor } from "../../src/audit/effects/accounted-for.ts";
import { movedFeatures } from "../../src/audit/effects/movements.ts";
import type { OpenRun } from "../../src/index.ts";
import { modesOf } from "../../src/modes/modes.ts";
import { meanChange } from "../../src/modes/picture-change.ts";
import { changedPictures } from "../../src/modes/run-modes.ts";
import type { Mode } from "../../src/modes/schema.ts";
import { runThumbnails } from "../../src/report/thumbnails.ts";
import { shareInterval } from "../../src/statistics/binomial.ts";
import { markdownTable } from "../../test/house/markdown-table.ts";
import { writeMarked } from "../docs/write-marked.ts";

const flags = process.argv.slice(2);
const split = flags.includes("development") ? "development" : "test";
const direction = flags.includes("gradient") ? "gradient" : "path";
const pictures = Number(flags.find((flag) => /^\d+$/.test(flag)) ?? 60);
/** Pictures a feature and side that effects are measured on. */
const edited = 20;
/** True effect from which an artefact is to be found, and up to which it is not used. */
const large = 0.3;
const unused = 0.03;
/** Mean movement of the artefact's own witness, which only this script knows, from which on a mode is the artefact's. */
const shows = 0.25;

/** What became of one model. */
interface Outcome {
  readonly group: string;
  /** Place of the first mode that looks like the artefact, as far as it is drawn there, and like no other; −1 for none. */
  readonly looks: number;
  /** Place of the artefact's mode among all, from 0; −1 for none. */
  readonly place: number;
  /** Whether that mode is said to be unnamed. */
  readonly unnamed: boolean;
  /** Modes, and those that are said to be unnamed. */
  readonly modes: number;
  readonly unnamedModes: number;
  readonly alarm: boolean;
}

/** What drawing each artefact changes in a picture on average, value by value. */
const wardrobe = await readWardrobe(photographs, "t10k");
const drawn = new Map<string, Float64Array>();
for (const artefact of ARTEFACTS) drawn.set(artefact, await drawnChange(artefact));

async function drawnChange(artefact: Artefact): Promise<Float64Array> {
  // Told as predictions, the pixels have an effect, too.
  const planes = await trueEffect({
    ...{ wardrobe, artefact, seed: "truth", count: 64 },
    predict: async ({ data, dims: [count = 0] }) => {
      const size = data.length / count;
      return Array.from({ length: count }, (_, i) => [...data.subarray(i * size, (i + 1) * size)]);
    },
  });
  const area = planes.length / 3;
  return Float64Array.from(planes, (_, at) => planes[(at % 3) * area + Math.floor(at / 3)] as number);
}

/** Whether a change is most like what taking out the artefact (putting it in, where it speaks against the target) makes, of all artefacts. */
function looksLike(change: Float64Array, feature: string, effect: number): boolean {
  const likeness = [...drawn].map(([artefact, own]) => ({
    artefact,
    cosine: -cosine(change, own) * Math.sign(effect),
  }));
  const [most] = likeness.toSorted((a, b) => Math.abs(b.cosine) - Math.abs(a.cosine));
  return most?.artefact === feature && most.cosine > 0;
}

function cosine(a: Float64Array, b: Float64Array): number {
  const product = (x: Float64Array, y: Float64Array): number =>
    x.reduce((sum, value, at) => sum + value * (y[at] as number), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

const out = `runs/bench-${split}`;
const { scene, effects } = await openScene({ world: "garments", split, quick: true, seed: 1, threads: 1, out });
const outcomes: Outcome[] = [];
try {
  const interventions = await interventionsOf(scene, { pictures: edited });
  const asked = { out: `${out}/unnamed-garments-${direction}-${pictures}`, limit: pictures, direction } as const;
  const run = withInterventions(await alignmentRun(scene, asked), scene, interventions);
  console.error("aligned", process.cpuUsage().user / 1e6);
  const thumbnails = await runThumbnails(run);
  for (const [place, subject] of scene.subjects.entries()) {
    const effect = subject.feature === undefined ? 0 : (effects.get(subject.feature)?.[place] ?? 0);
    const group = groupOf(subject, effect);
    if (group === undefined) continue;
    outcomes.push(
      outcomeOf(subject, group, effect, { run, pictures: changedPictures(thumbnails, subject.classifier.name) }),
    );
  }
} finally {
  await scene.workspace.dispose();
}

function groupOf({ family, kind }: Subject, effect: number): string | undefined {
  if (Math.abs(effect) >= large) return `${family === "composed" ? "composed" : "planted"}, effect of ${large} or more`;
  if (kind === "control") return "controls";
  return kind === "decoy" && Math.abs(effect) <= unused ? "artefact seen, not used" : undefined;
}

/** A run in which no feature names what was planted. */
function without(run: OpenRun, feature: string | undefined): OpenRun {
  if (feature === undefined) return run;
  const named = (name: string): boolean => run.concepts[name] !== feature;
  return {
    ...run,
    downstream: run.downstream.filter(named),
    interventions: (run.interventions ?? []).filter((row) => row.feature !== feature),
  };
}

function outcomeOf(
  { classifier, feature }: Subject,
  group: string,
  effect: number,
  { run, pictures }: { readonly run: OpenRun; readonly pictures: ReturnType<typeof changedPictures> },
): Outcome {
  const base = classifier.name;
  const blind = without(run, feature);
  const moved = movedFeatures(blind);
  const own = movements(blind).filter((one) => one.base === base);
  const [accounted] = moved === undefined ? [] : accountedFor(moved, own, { confidence: 0.95 });
  const found = modesOf(blind)(base, pictures);
  const modes = found?.modes ?? [];
  const place = modes.findIndex((mode) => Math.sign(effect) * artefactFall(run, base, feature, mode) >= shows);
  const byImage = new Map(pictures.map((picture) => [picture.image, picture]));
  const changes = modes.map(({ images }) => meanChange(images.flatMap((image) => byImage.get(image) ?? [])));
  const looks = changes.findIndex((change) => feature !== undefined && looksLike(change, feature, effect));
  if (flags.includes("details")) {
    console.log(
      `\n${base} (${group}, ${feature ?? "nothing"} ${effect.toFixed(2)}): accounted for ${accounted?.value.toFixed(2)}`,
    );
    for (const [at, mode] of modes.entries()) {
      const like = [...drawn].map(([name, own]) => `${name} ${cosine(changes[at] as Float64Array, own).toFixed(2)}`);
      console.log(`  ${like.join(", ")}`);
      const { stability, fall, accounted: part } = mode;
      console.log(
        `  ${mode.sentence} [stable ${stability.toFixed(2)}, fall ${fall.toFixed(2)}, accounted ${part?.value.toFixed(2)} ${part?.ci?.map((end) => end.toFixed(2))}, holds ${mode.unaccountedShare?.toFixed(2)}, artefact ${artefactFall(run, base, feature, mode).toFixed(2)}]`,
      );
    }
  }
  return {
    group,
    looks,
    place,
    unnamed: modes[place]?.unnamed === true,
    modes: modes.length,
    unnamedModes: modes.filter(({ unnamed }) => unnamed).length,
    alarm: accounted?.enough === false,
  };
}

/** Mean fall of what the withheld witness says of the artefact, over the counterfactuals of a mode. */
function artefactFall(
  run: OpenRun,
  base: string,
  feature: string | undefined,
  { images }: Pick<Mode, "images">,
): number {
  const witness = scene.features.find(({ name }) => name === feature)?.classifier.name;
  const own = movements(run).find((one) => one.base === base);
  if (witness === undefined || own === undefined) return 0;
  const rows = own.changes(witness);
  const falls = own.counterfactuals.flatMap(({ image }, at) => {
    const row = rows[at] as number;
    return row < 0 || !images.includes(image)
      ? []
      : (own.table.before[row] as number) - (own.table.after[row] as number);
  });
  return falls.reduce((sum, fall) => sum + fall, 0) / Math.max(1, falls.length);
}

function rate(some: readonly Outcome[], holds: (one: Outcome) => boolean): string {
  const count = some.filter(holds).length;
  const [low, high] = shareInterval(count, some.length, 0.95).map((end) => (100 * end).toFixed(0));
  return `${count} of ${some.length} (${low} to ${high} %)`;
}

const groups = [...new Set(outcomes.map(({ group }) => group))].sort();
const table = markdownTable(
  [
    "models",
    "the artefact's mode is among the first three",
    "looks like it, and like no other artefact",
    "is said to be unnamed",
    "models with an unnamed mode",
    "alarm: too little accounted for",
  ],
  groups.map((group) => {
    const some = outcomes.filter((one) => one.group === group);
    const used = group.includes("effect");
    const dash = "–";
    return [
      group,
      used ? rate(some, ({ place }) => place >= 0 && place < 3) : dash,
      used ? rate(some, ({ looks }) => looks >= 0 && looks < 3) : dash,
      used ? rate(some, ({ unnamed }) => unnamed) : dash,
      rate(some, ({ unnamedModes }) => unnamedModes > 0),
      rate(some, ({ alarm }) => alarm),
    ];
  }),
);
if (flags.length > 0) console.log(table);
else await writeMarked("docs/benchmark.md", "unnamed", table);
