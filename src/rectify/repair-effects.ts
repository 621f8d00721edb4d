import { effectOf } from "../audit/effects/effect.ts";
import { movedFeatures } from "../audit/effects/movements.ts";
import type { Listing } from "../images/list-images.ts";
import { pictureSource } from "../images/picture-source.ts";
import { type Interventions, intervene } from "../interventions/intervene.ts";
import type { FeaturePictures, KeptPictures } from "../interventions/keep-pictures.ts";
import type { MovedFeature } from "../interventions/move.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import type { ListingRow } from "../results/schema.ts";
import { asTold } from "./as-told.ts";
import type { RepairEffect } from "./repair-schema.ts";

/** Share of pictures that may use a feature whose effect is clear, as in an audit. */
const maxRareUse = 0.1;

/** Where pictures of one part are, and how they are read. */
export interface Part {
  readonly listing: Listing;
  readonly rows: readonly ListingRow[];
  readonly autoencoder: Autoencoder;
  readonly signal: AbortSignal;
}

/** What is to be shown the edited pictures of a part. */
export interface Shown {
  /** About the same concept, and moved by it. */
  readonly classifiers: readonly Classifier[];
  readonly concept: string;
  readonly features: readonly MovedFeature[];
  /** Edited pictures a feature and side. */
  readonly pictures: number;
  readonly minEffect: number;
  readonly confidence: number;
  /** Who keeps pictures of edits. */
  readonly keep?: KeptPictures;
  progress(share: number): void;
}

/** Effects on every classifier, and the edits that they are told from. */
export interface EditedPart {
  readonly effects: readonly (readonly RepairEffect[])[];
  readonly rows: readonly InterventionRow[];
}

/** What every feature does to every classifier, by interventions on pictures of one part; none of a feature that was not moved or that the classifier tells itself. */
export async function repairEffects(part: Part, shown: Shown): Promise<EditedPart> {
  const { classifiers, concept, features, minEffect, confidence } = shown;
  const witnesses = features.map(({ witness }) => witness);
  const all = [...new Map([...classifiers, ...witnesses].map((each) => [each.name, each])).values()];
  const { rows } = await edits(part, { ...shown, classifiers: all });
  const names = classifiers.map(({ name }) => name);
  const moved = movedFeatures({
    ...{ bases: names, downstream: witnesses.map(({ name }) => name), judges: [], softmaxGroups: softmaxGroups(all) },
    concepts: Object.fromEntries([
      ...features.map(({ name, witness }) => [witness.name, name]),
      ...names.map((name) => [name, concept]),
    ]),
    interventions: rows,
  });
  if (moved === undefined) return { effects: names.map(() => []), rows };
  const effects = names.map((classifier) =>
    features.flatMap(({ name: feature, witness }): RepairEffect[] => {
      if (feature === concept || witness.name === classifier) return [];
      const options = { allowed: [-minEffect, minEffect], confidence, maxRareUse } as const;
      const effect = effectOf(moved, { classifier, feature, concept }, options);
      if (effect === undefined) return [];
      const { value, ci, count } = effect;
      const { state, reason } = asTold(effect, witness);
      return [{ feature, witness: witness.name, value, ci: ci as RepairEffect["ci"], state, reason, count }];
    }),
  );
  return { effects, rows };
}

/** Pictures of a part with features taken out and put in, as pictures: of every feature's first edits a side. */
export async function editedPictures(
  part: Part,
  shown: Pick<Shown, "features" | "pictures" | "progress">,
): Promise<readonly FeaturePictures[]> {
  const kept: FeaturePictures[] = [];
  const keep = { edits: shown.pictures, take: async (own: FeaturePictures): Promise<void> => void kept.push(own) };
  await edits(part, { ...shown, classifiers: [], keep });
  return kept;
}

function edits(
  { listing, rows, autoencoder, signal }: Part,
  shown: Pick<Shown, "classifiers" | "features" | "pictures" | "progress" | "keep">,
): Promise<Interventions> {
  const { classifiers, features, pictures, keep } = shown;
  return intervene(pictureSource(listing, rows, { autoencoder, signal }), {
    ...{ features, classifiers, pictures, signal },
    ...(keep === undefined ? {} : { keep }),
    progress: (done, total) => shown.progress(done / total),
  });
}

function softmaxGroups(classifiers: readonly Classifier[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    classifiers.flatMap(({ name, terms: [term, ...others] }) =>
      term?.model.activation === "softmax" && others.length === 0 ? [[name, term.model.name]] : [],
    ),
  );
}
