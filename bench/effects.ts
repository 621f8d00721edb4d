import type { PredictionRow } from "../src/alignment/rows.ts";
import { effectOf } from "../src/audit/effects/effect.ts";
import { fallOf, movedFeatures } from "../src/audit/effects/movements.ts";
import { row, stack } from "../src/base/tensor.ts";
import { latentSample, latentScaleOf } from "../src/counterfactual/latent-scale.ts";
import { searchOptions, suitedTo } from "../src/counterfactual/search-options.ts";
import { type Classifier, type OpenRun, predict } from "../src/index.ts";
import type { LatentPlace } from "../src/interventions/counterfactual-editor.ts";
import { intervene } from "../src/interventions/intervene.ts";
import type { Picture } from "../src/interventions/move.ts";
import type { InterventionRow } from "../src/interventions/rows.ts";
import { conceptOf } from "../src/models/concept.ts";
import { modelsOf } from "../src/models/prediction.ts";
import type { CellEffect } from "../src/results/matrix-schema.ts";
import { effects, type Interventions } from "../src/statistics/effects.ts";
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
 * Every feature of a scene taken out of pictures and put into pictures of the audit; labels and witnesses are the features' own
 * classifiers, which share nothing with the subjects, and counterfactuals are those of the workspace's other classifiers of it. pictures: a feature and side.
 * among: which pictures of the audit there are, all by default.
 */
export function interventionsOf(
  scene: Scene,
  {
    pictures,
    among,
    counterfactuals = true,
  }: { readonly pictures: number; readonly among?: readonly number[]; readonly counterfactuals?: boolean },
): Promise<InterventionRow[]> {
  const { audit, features, subjects, identity, signal, workspace } = scene;
  const { autoencoder } = workspace;
  const places = among ?? audit.names.map((_, place) => place);
  const all = places.map((place): Picture => {
    return { image: audit.names[place] as string, pixels: row(audit.images, place), labels: {} };
  });
  const byName = new Map(all.map((picture) => [picture.image, picture]));
  const classifiers = [...features, ...subjects].map(({ classifier }) => classifier);
  const names = classifiers.map(({ name }) => name);
  const asked = { identity, names, pictures, places, spectra: "within two deviations" };
  return scene.remember(
    "interventions",
    counterfactuals
      ? {
          ...asked,
          counterfactuals,
        }
      : asked,
    async () => {
      const { rows } = await intervene(
        {
          async *all() {
            yield all;
          },
          some: async (images) => images.map((image) => byName.get(image) as Picture),
        },
        {
          features: features.map(({ name, classifier }) => ({
            ...{ name, witness: classifier },
            editors: otherTellers(scene, name),
          })),
          ...{ classifiers, pictures, signal },
          ...(counterfactuals ? { counterfactuals: { autoencoder, ...(await latentsOf(scene)) } } : {}),
          progress: (done, total) => scene.progress("interventions", done, total),
        },
      );
      return [...rows];
    },
  );
}

/** Classifiers of a feature that are neither audited nor its witness. */
function otherTellers({ workspace, features, subjects }: Scene, feature: string): readonly Classifier[] {
  const taken = new Set(modelsOf([...features, ...trained(subjects)].map(({ classifier }) => classifier)));
  return workspace
    .classifiers()
    .filter(
      (classifier) => conceptOf(classifier) === feature && !modelsOf([classifier]).some((model) => taken.has(model)),
    );
}

function trained(subjects: Scene["subjects"]): Scene["subjects"] {
  return subjects.filter(({ family }) => family === "trained");
}

/** How far apart the audit's pictures are, as a run measures it, and how far a search may go. */
async function latentsOf({
  workspace: { autoencoder },
  audit,
}: Scene): Promise<Pick<LatentPlace, "latentScale" | "maxShift">> {
  const some = audit.names.slice(0, latentSample).map((_, place) => row(audit.images, place));
  const latents = await autoencoder.encode(stack(some));
  const latentScale = latentScaleOf(some.map((_, place) => row(latents, place))) ?? Number.NaN;
  return { latentScale, maxShift: searchOptions(suitedTo(autoencoder, {})).maxShift };
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

/** What all classifiers of a scene say of some pictures of the audit, all by default, as rows of a run. */
export async function uneditedRows(
  { subjects, features, audit }: Scene,
  among: readonly number[] = [...audit.names.keys()],
): Promise<readonly PredictionRow[]> {
  const classifiers = [...features, ...subjects].map(({ classifier }) => classifier);
  const told = await predict(audit.images, classifiers);
  return among.flatMap((place) =>
    classifiers.map(({ name }, k): PredictionRow => {
      const input = told[place]?.[k]?.prediction ?? Number.NaN;
      return { image: audit.names[place] as string, classifier: name, input, reconstruction: Number.NaN };
    }),
  );
}

/** The effects of all features but a subject's target on every subject, as a matrix would tell them. predictions: of unedited pictures. */
export function effectCells(
  { subjects, features }: Scene,
  interventions: readonly InterventionRow[],
  predictions?: readonly PredictionRow[],
): EffectCell[] {
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
    ...(predictions === undefined ? {} : { predictions }),
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
