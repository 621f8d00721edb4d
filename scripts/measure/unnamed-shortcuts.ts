// Measures whether a shortcut that no feature names is found (docs/effects.md, "Modes"): models of garments with a planted artefact, which no feature names, and models without one.
// How often one of the first three modes of a model's own counterfactuals is the artefact's, and said to be unnamed; how often a mode of a model is said to be in which everything
// has a name; and how often the alarm of what is not accounted for rings. Thresholds were chosen on the development pairs. Writes the table of the test pairs to docs/benchmark.md.
// Usage: node --conditions=source --import tsx scripts/measure/unnamed-shortcuts.ts [development] [gradient] [pictures 60] [details]
import { interventionsOf, withInterventions } from "../../bench/effects.ts";
import { alignmentRun } from "../../bench/evidence.ts";
import { openScene } from "../../bench/open-scene.ts";
import type { Subject } from "../../bench/subjects.ts";
import { drawnChanges, largeEffect, looksLike, withoutFeature } from "../../bench/unnamed.ts";
import { movements } from "../../src/audit/cells/movements.ts";
import { accountedFor } from "../../src/audit/effects/accounted-for.ts";
import { movedFeatures } from "../../src/audit/effects/movements.ts";
import type { OpenRun } from "../../src/index.ts";
import { modesOf } from "../../src/modes/modes.ts";
import { meanChange, type PictureChange } from "../../src/modes/picture-change.ts";
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
/** Mean movement of the artefact's own witness, which only this script knows, from which on a mode is the artefact's. */
const shows = 0.25;

/** A model, and what was planted in it. */
interface Case {
  readonly subject: Subject;
  readonly effect: number;
  readonly pictures: readonly PictureChange[];
}

/** What became of one model. */
interface Outcome {
  /** Place of the first mode in which the artefact's witness moves, and of the first that looks like it and like no other artefact, from 0; −1 for none. */
  readonly moves: number;
  readonly looks: number;
  /** Whether the first of these is said to be unnamed. */
  readonly unnamed: boolean;
  /** Whether any mode is. */
  readonly anyUnnamed: boolean;
  readonly alarm: boolean;
}

const drawn = await drawnChanges();
const groups = {
  hidden: `planted, effect of ${largeEffect} or more, the artefact has no name`,
  named: "the same, it has a name",
  controls: "controls",
} as const;
const outcomes: Record<keyof typeof groups, Outcome[]> = { hidden: [], named: [], controls: [] };
const out = `runs/bench-${split}`;
const { scene, effects } = await openScene({ world: "garments", split, quick: true, seed: 1, threads: 1, out });
try {
  const interventions = await interventionsOf(scene, { pictures: edited });
  const asked = { out: `${out}/unnamed-garments-${direction}-${pictures}`, limit: pictures, direction } as const;
  const run = withInterventions(await alignmentRun(scene, asked), scene, interventions);
  const thumbnails = await runThumbnails(run);
  for (const [place, subject] of scene.subjects.entries()) {
    const effect = subject.feature === undefined ? 0 : (effects.get(subject.feature)?.[place] ?? 0);
    const one: Case = { subject, effect, pictures: changedPictures(thumbnails, subject.classifier.name) };
    if (Math.abs(effect) >= largeEffect) {
      outcomes.hidden.push(outcomeOf(one, run, withoutFeature(run, subject)));
      outcomes.named.push(outcomeOf(one, run, run));
    } else if (subject.kind === "control") outcomes.controls.push(outcomeOf(one, run, run));
  }
} finally {
  await scene.workspace.dispose();
}

/** whole: the run with the artefact's witness; audited: what the audit sees of it. */
function outcomeOf(one: Case, whole: OpenRun, audited: OpenRun): Outcome {
  const { subject, effect, pictures } = one;
  const { feature } = subject;
  const base = subject.classifier.name;
  const moved = movedFeatures(audited);
  const own = movements(audited).filter((each) => each.base === base);
  const [accounted] = moved === undefined ? [] : accountedFor(moved, own, { confidence: 0.95 });
  const modes = modesOf(audited)(base, pictures)?.modes ?? [];
  const byImage = new Map(pictures.map((picture) => [picture.image, picture]));
  const moves = modes.findIndex((mode) => Math.sign(effect) * artefactFall(whole, subject, mode) >= shows);
  const looks = modes.findIndex(({ images }) => {
    return looksLike(meanChange(images.flatMap((image) => byImage.get(image) ?? [])), { feature, effect }, drawn);
  });
  if (flags.includes("details")) {
    console.log(
      `\n${base} (${feature ?? "nothing"} ${effect.toFixed(2)}): accounted for ${accounted?.value.toFixed(2)}`,
    );
    for (const mode of modes) {
      const fell = artefactFall(whole, subject, mode).toFixed(2);
      console.log(`  ${mode.sentence} [accounted for ${mode.accounted?.value.toFixed(2)}, artefact falls by ${fell}]`);
    }
  }
  return {
    ...{ moves, looks, alarm: accounted?.enough === false },
    unnamed: modes[moves]?.unnamed === true,
    anyUnnamed: modes.some(({ unnamed }) => unnamed),
  };
}

/** Mean fall of what the artefact's witness says, over the counterfactuals of a mode. */
function artefactFall(run: OpenRun, { classifier, feature }: Subject, { images }: Pick<Mode, "images">): number {
  const witness = scene.features.find(({ name }) => name === feature)?.classifier.name;
  const own = movements(run).find((each) => each.base === classifier.name);
  if (witness === undefined || own === undefined) return 0;
  const { before, after } = own.table;
  const rows = own.changes(witness);
  const falls = own.counterfactuals.flatMap(({ image }, at) => {
    const row = rows[at] as number;
    return row < 0 || !images.includes(image) ? [] : (before[row] as number) - (after[row] as number);
  });
  return falls.reduce((sum, fall) => sum + fall, 0) / Math.max(1, falls.length);
}

function rate(some: readonly Outcome[], holds: (one: Outcome) => boolean): string {
  const count = some.filter(holds).length;
  const [low, high] = shareInterval(count, some.length, 0.95).map((end) => (100 * end).toFixed(0));
  return `${count}/${some.length} (${low}–${high} %)`;
}

const amongFirst = (place: number): boolean => place >= 0 && place < 3;
const table = markdownTable(
  [
    "models",
    "among the first three modes, by its classifier",
    "by its look",
    "said to be unnamed",
    "models with an unnamed mode",
    "alarm: too little accounted for",
  ],
  (Object.keys(groups) as (keyof typeof groups)[]).map((group) => {
    const some = outcomes[group];
    const ofArtefact = (holds: (one: Outcome) => boolean): string => (group === "controls" ? "–" : rate(some, holds));
    return [
      groups[group],
      ofArtefact(({ moves }) => amongFirst(moves)),
      ofArtefact(({ looks }) => amongFirst(looks)),
      ofArtefact(({ unnamed }) => unnamed),
      rate(some, ({ anyUnnamed }) => anyUnnamed),
      rate(some, ({ alarm }) => alarm),
    ];
  }),
);
if (flags.length > 0) console.log(table);
else await writeMarked("docs/benchmark.md", "unnamed", table);
