import type { FeaturePictures } from "../interventions/keep-pictures.ts";
import type { InterventionRow } from "../interventions/rows.ts";
import { hasPrediction, modelsOf, predictionOf } from "../models/prediction.ts";
import type { Classifier } from "../models/types.ts";
import type { KnownPicture, RepairCase, RepairContext } from "./repair-case.ts";
import { sizesIn } from "./repair-case.ts";
import { repairEffects } from "./repair-effects.ts";
import { type Predicted, repairFigures, worstGroupChange } from "./repair-figures.ts";
import { readRepairPool } from "./repair-pool.ts";
import type { JudgedRepair, Looked } from "./repair-schema.ts";
import { judgeRepair } from "./repair-verdict.ts";
import type { Split } from "./split.ts";

/** A target and its repairs on the pictures of one part: the target first. */
export interface LookedPart {
  readonly looked: readonly Looked[];
  readonly predicted: readonly (Predicted | undefined)[];
  /** What was edited, and pictures of the first edits of every feature that is repaired against. */
  readonly rows: readonly InterventionRow[];
  readonly kept: readonly FeaturePictures[];
}

/** Looks at some classifiers of a target's concept on one part: effects by interventions, and figures where classes are known. */
export async function lookAt(
  split: Split,
  classifiers: readonly Classifier[],
  { subject, context, progress }: { subject: RepairCase; context: RepairContext; progress(share: number): void },
): Promise<LookedPart> {
  const { listing, pool, settings, features, workspace, signal } = context;
  const { autoencoder } = workspace;
  const known = subject.known[split];
  const shown = await readRepairPool(
    { ...listing, rows: known.map(({ picture }) => picture.row) },
    {
      ...{ autoencoder, models: modelsOf(classifiers), wanted: [], seed: settings.seed },
      most: null,
      progress() {},
      signal,
    },
  );
  const predicted = classifiers.map((classifier) => predictedBy(classifier, known, shown.pictures));
  const rows = pool.pictures.filter((picture) => picture.split === split).map(({ row }) => row);
  const { minEffect, confidence, judgePictures } = settings;
  const kept: FeaturePictures[] = [];
  const take = async (own: FeaturePictures): Promise<void> => {
    if (subject.features.includes(own.feature)) kept.push(own);
  };
  const edits = split === "test" ? Math.ceil(settings.pictures / 2) : 0;
  const told =
    judgePictures === 0
      ? { effects: classifiers.map(() => []), rows: [] }
      : await repairEffects(
          { listing, rows, autoencoder, signal },
          {
            ...{ classifiers, concept: subject.concept, features, pictures: judgePictures },
            ...{ minEffect, confidence, progress },
            ...(edits === 0 ? {} : { keep: { edits, take } }),
          },
        );
  const looked = classifiers.map((_, index): Looked => {
    const own = predicted[index];
    return {
      effects: told.effects[index] ?? [],
      figures: own === undefined ? null : repairFigures(own, subject.groups, confidence),
    };
  });
  return { looked, predicted, rows: told.rows, kept };
}

function predictedBy(
  classifier: Classifier,
  known: readonly KnownPicture[],
  shown: readonly { readonly outputs: KnownPicture["picture"]["outputs"] }[],
): Predicted | undefined {
  const own = known.flatMap((each, place) => {
    const outputs = shown[place]?.outputs;
    return outputs === undefined || !hasPrediction(classifier, outputs)
      ? []
      : [{ ...each, prediction: predictionOf(classifier, outputs) }];
  });
  return own.length === 0
    ? undefined
    : {
        predictions: own.map(({ prediction }) => prediction),
        labels: own.map(({ label }) => label),
        groups: own.map(({ group }) => group),
      };
}

/** The verdict on a repair on the judged part; `index`: its place in what was looked at. */
export function judgedRepair(
  { looked, predicted }: Pick<LookedPart, "looked" | "predicted">,
  index: number,
  { subject, context }: { readonly subject: RepairCase; readonly context: RepairContext },
): JudgedRepair {
  const { minEffect, confidence, seed } = context.settings;
  const [before, after] = [looked[0] as Looked, looked[index] as Looked];
  const [was, is] = [predicted[0], predicted[index]];
  const asked = { groups: subject.groups, confidence, seed };
  const change = was === undefined || is === undefined ? undefined : worstGroupChange(was, is, asked);
  const sizes = sizesIn(subject, subject.known.test);
  const smallest = subject.nameOf(sizes.indexOf(Math.min(...sizes)));
  const evidence = { against: subject.features, before, after, worstGroupChange: change ?? null, minEffect, smallest };
  return { ...after, ...judgeRepair(evidence), worstGroupChange: change ?? null };
}
