import { effectOf } from "../src/audit/effects/effect.ts";
import { fallOf, movedFeatures } from "../src/audit/effects/movements.ts";
import type { CellEffect } from "../src/audit/schema.ts";
import type { OpenRun } from "../src/index.ts";
import { intervene } from "../src/interventions/intervene.ts";
import type { Picture } from "../src/interventions/move.ts";
import type { InterventionRow } from "../src/interventions/rows.ts";
import { effects, type Interventions } from "../src/statistics/effects.ts";
import { row } from "../src/tensor.ts";
import type { Draw } from "./draws.ts";
import type { Scene } from "./evidence.ts";
import type { Method } from "./method.ts";
import type { StatedCell } from "./state-errors.ts";

/** What is told of one cell of one subject. */
export interface EffectCell {
  /** By index. */
  readonly subject: number;
  readonly effect: CellEffect;
}

/**
 * Every feature of a scene taken out of pictures and put into pictures of the audit, by their patterns; labels and witnesses are the features' own
 * classifiers, which share nothing with the subjects. pictures: a feature and side. among: which pictures of the audit there are, all by default.
 */
export function interventionsOf(
  scene: Scene,
  { pictures, among }: { readonly pictures: number; readonly among?: readonly number[] },
): Promise<InterventionRow[]> {
  const { audit, features, subjects, identity, signal } = scene;
  const places = among ?? audit.names.map((_, place) => place);
  const all = places.map((place): Picture => {
    return { image: audit.names[place] as string, pixels: row(audit.images, place), labels: {} };
  });
  const byName = new Map(all.map((picture) => [picture.image, picture]));
  const classifiers = [...features, ...subjects].map(({ classifier }) => classifier);
  const names = classifiers.map(({ name }) => name);
  return scene.remember("interventions", { identity, names, pictures, places }, () =>
    intervene(
      {
        async *all() {
          yield all;
        },
        some: async (images) => images.map((image) => byName.get(image) as Picture),
      },
      {
        features: features.map(({ name, classifier }) => ({ name, witness: classifier })),
        ...{ classifiers, pictures, signal },
        progress: (done, total) => scene.progress("interventions", done, total),
      },
    ),
  );
}

/** Effects as a method: every feature's β on every subject, over a draw of the edited pictures. */
export function effectMethod({ subjects, features }: Scene, rows: readonly InterventionRow[]): Method {
  const names = subjects.map(({ classifier }) => classifier.name);
  const witnesses = features.map(({ classifier }) => classifier.name);
  const images = [...new Set(rows.map(({ image }) => image))];
  const rowsOf = images.map((image) => rows.filter((each) => each.image === image));
  const made = new WeakMap<Draw, Float64Array | undefined>();
  const drawn = (draw: Draw): Float64Array | undefined => {
    if (!made.has(draw)) {
      const some = [...draw(images.length)].flatMap((place) => rowsOf[place] ?? []);
      made.set(draw, effects(asInterventions(some, witnesses, names), { errors: false })?.values);
    }
    return made.get(draw);
  };
  return {
    name: "effect",
    role: "method",
    images: () => images,
    scores: (subject, draw) => {
      const values = drawn(draw);
      return features.map((_, k) => values?.[subject * features.length + k]);
    },
  };
}

function asInterventions(
  rows: readonly InterventionRow[],
  witnesses: readonly string[],
  names: readonly string[],
): Interventions {
  return {
    picture: new Int32Array(rows.length),
    movements: Float64Array.from(rows.flatMap((row) => witnesses.map((name) => fallOf(row, name)))),
    features: witnesses.length,
    falls: Float64Array.from(rows.flatMap((row) => names.map((name) => fallOf(row, name)))),
    classifiers: names.length,
  };
}

/** The effects of all features but a subject's target on every subject, as a matrix would tell them. */
export function effectCells({ subjects, features }: Scene, interventions: readonly InterventionRow[]): EffectCell[] {
  const names = subjects.map(({ classifier }) => classifier.name);
  const run = {
    bases: names,
    downstream: features.map(({ classifier }) => classifier.name),
    concepts: Object.fromEntries([
      ...subjects.map(({ classifier, target }) => [classifier.name, target]),
      ...features.map(({ name, classifier }) => [classifier.name, name]),
    ]),
    judges: [],
    softmaxGroups: {},
    interventions,
  };
  const moved = movedFeatures(run);
  if (moved === undefined) return [];
  return subjects.flatMap(({ classifier, target }, subject) =>
    features.flatMap(({ name: feature }) => {
      if (feature === target) return [];
      const cell = { classifier: classifier.name, feature, concept: target };
      const effect = effectOf(moved, cell, { allowed: [-0.1, 0.1], confidence: 0.95, maxRareUse: 0.1 });
      return effect === undefined ? [] : [{ subject, effect }];
    }),
  );
}

/** A run of a scene with what interventions are to it, so that its matrix makes verdicts. */
export function withInterventions(
  run: OpenRun,
  { features }: Scene,
  interventions: readonly InterventionRow[],
): OpenRun {
  const own = Object.fromEntries(features.map(({ name, classifier }) => [classifier.name, name]));
  return { ...run, concepts: { ...run.concepts, ...own }, interventions };
}

/** What effects alone say of the cells. */
export function statedByEffect(cells: readonly EffectCell[]): StatedCell[] {
  return cells.map(({ subject, effect: { feature, state, reason, value } }) => {
    return { subject, feature, state, reason: reason ?? undefined, sign: Math.sign(value) };
  });
}
