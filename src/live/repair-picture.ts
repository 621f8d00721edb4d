import { CfalignError } from "../base/errors.ts";
import type { BeforeAfter } from "../counterfactual/types.ts";
import { type Subject, subjectOf } from "../explanation/subject.ts";
import { placeOn } from "../explanation/traversal.ts";
import type { MovedFeature } from "../interventions/move.ts";
import type { Side } from "../interventions/rows.ts";
import { conceptOf } from "../models/concept.ts";
import { modelsOf, read } from "../models/prediction.ts";
import type { Autoencoder, Classifier } from "../models/types.ts";
import { editFeature } from "./edit-feature.ts";

/** Labels of one picture, by name: 0 or 1. */
export type Labels = Readonly<Record<string, number>>;

/** What a repair needs to know of one picture, whatever its coefficient. */
export interface RepairPicture {
  /** Predictions on the picture, of the target and of the classifier that is taken away from it. */
  readonly target: number;
  readonly feature: number;
  /** Whether the picture is what the target is about, and has the feature; undefined where no label says. */
  readonly isTarget: boolean | undefined;
  readonly hasFeature: boolean | undefined;
  /** The same with the feature taken out or put in, and what its witness says; undefined where it was not edited. */
  readonly edit:
    | {
        readonly side: Side;
        readonly target: BeforeAfter;
        readonly feature: BeforeAfter;
        readonly witness: BeforeAfter;
      }
    | undefined;
}

/** A target, and the feature that it is to lose. */
export interface RepairWish {
  readonly autoencoder: Autoencoder;
  readonly target: Classifier;
  readonly feature: MovedFeature;
  /** Whether the feature is to be taken out or put in, which takes most of the time. */
  readonly edit: boolean;
}

/** The classifier that a repair takes away: the first that edits the feature. Errors: CfalignError("usage") of a feature without one. */
export function takenAway({ name, editors: [first] }: MovedFeature): Classifier {
  if (first === undefined) throw new CfalignError("usage", `nothing tells "${name}"`);
  return first;
}

/** Looks at one picture for a repair. bytes: of an image file. */
export async function repairPicture(
  picture: { readonly name: string; readonly bytes: Uint8Array; readonly labels: Labels },
  { autoencoder, target, feature, edit }: RepairWish,
): Promise<RepairPicture> {
  const taken = takenAway(feature);
  const asked = [target, taken, feature.witness];
  const subject = await subjectOf(picture, { autoencoder, models: modelsOf(asked) });
  const labelOf = (name: string): boolean | undefined => {
    const label = picture.labels[name];
    return label === undefined ? undefined : label > 0.5;
  };
  return {
    target: read(target, subject.onInput).prediction,
    feature: read(taken, subject.onInput).prediction,
    isTarget: labelOf(conceptOf(target)),
    hasFeature: labelOf(feature.name),
    edit: edit ? await editOf(subject, { autoencoder, feature, asked }) : undefined,
  };
}

async function editOf(
  subject: Subject,
  {
    autoencoder,
    feature,
    asked,
  }: Pick<RepairWish, "autoencoder" | "feature"> & { readonly asked: readonly Classifier[] },
): Promise<RepairPicture["edit"]> {
  const { traversal, side } = await editFeature(subject, feature, { autoencoder, onProgress: () => {} });
  const { predictions } = await placeOn(traversal, 1, { autoencoder, classifiers: asked });
  const [target, taken, witness] = asked.map((classifier, index) => ({
    before: read(classifier, subject.onReconstruction).prediction,
    after: predictions[index] as number,
  })) as [BeforeAfter, BeforeAfter, BeforeAfter];
  return { side, target, feature: taken, witness };
}
