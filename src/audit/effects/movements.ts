import { counted } from "../../interventions/confirmed.ts";
import type { InterventionRow } from "../../interventions/rows.ts";
import type { RunData } from "../../results/run-data.ts";
import { groupsOf } from "../../statistics/collinearity.ts";
import type { Effects, Interventions } from "../../statistics/effects.ts";
import { effectsBy } from "../../statistics/effects-by.ts";
import { concepts } from "../cells/concepts.ts";
import { type Unedited, uneditedEffects } from "./unedited.ts";

/** The interventions of a run, as falls of features and of classifiers. */
export interface MovedFeatures {
  readonly rows: readonly InterventionRow[];
  /** Features that were moved, in the order of the rows, and the witness of each. */
  readonly features: readonly string[];
  readonly witnesses: readonly string[];
  /** Classifiers that effects are told of: those whose own concept was moved and is told by another. */
  readonly classifiers: readonly string[];
  readonly interventions: Interventions;
  /** By feature: whether it moved together with another in all interventions, so that no regression tells them apart. Classes of one softmax always do, and are not counted. */
  readonly entangled: readonly boolean[];
  /** Those features, group by group: linked by such a cosine, each with the sign of how it moves with the first. */
  readonly together: readonly (readonly { readonly feature: number; readonly sign: 1 | -1 }[])[];
  /** Whether feature k is in the regression of classifier m. */
  explains(classifier: number, feature: number): boolean;
  readonly all: Effects;
  /** The same from pictures that nobody edited; undefined where there are no predictions of them. */
  readonly unedited: Unedited | undefined;
  /** From one side's interventions alone, without errors; undefined where there are none. */
  readonly bySide: Readonly<Record<InterventionRow["side"], Effects | undefined>>;
}

/** The effects of all features on all classifiers of a run; undefined where it has no interventions. */
export function movedFeatures(
  run: Pick<RunData, "bases" | "downstream" | "judges" | "concepts" | "softmaxGroups" | "interventions"> &
    Partial<Pick<RunData, "predictions">>,
): MovedFeatures | undefined {
  const rows = counted(run.interventions ?? []);
  const witnessOf = new Map(rows.map(({ feature, witness }) => [feature, witness]));
  const features = [...witnessOf.keys()];
  const witnesses = [...witnessOf.values()];
  const { of, sameSoftmax } = concepts(run);
  const classifiers = [...new Set([...run.bases, ...run.downstream])].filter((name) => {
    const witness = witnessOf.get(of(name));
    return witness !== undefined && witness !== name;
  });
  const interventions = interventionsOf(rows, witnesses, classifiers);
  // A class of the classifier's own softmax rises where it falls, whatever the reason: it would explain all of it.
  const explains = (m: number, k: number): boolean =>
    features[k] === of(classifiers[m] as string) || !sameSoftmax(classifiers[m] as string, witnesses[k] as string);
  const all = effectsBy(interventions, explains);
  if (rows.length === 0 || all === undefined) return undefined;
  const one = (side: InterventionRow["side"]): Effects | undefined => {
    const own = rows.filter((row) => row.side === side);
    if (own.length === 0) return undefined;
    return effectsBy(interventionsOf(own, witnesses, classifiers), explains, { errors: false });
  };
  const meant = (a: number, b: number): boolean => sameSoftmax(witnesses[a] as string, witnesses[b] as string);
  const together = togetherOf(interventions, meant);
  const members = new Set(together.flatMap((group) => group.map(({ feature }) => feature)));
  return {
    ...{ rows, features, witnesses, classifiers, interventions, explains, all, together },
    entangled: features.map((_, k) => members.has(k)),
    bySide: { remove: one("remove"), add: one("add") },
    unedited: run.predictions && uneditedEffects(run.predictions, { classifiers, witnesses }, explains),
  };
}

/** Fall of a classifier's prediction by an intervention. */
export function fallOf({ before, after }: InterventionRow, classifier: string): number {
  return (before[classifier] ?? Number.NaN) - (after[classifier] ?? Number.NaN);
}

/** Features whose movements point along, or against, those of others, group by group. */
function togetherOf(
  { movements, features }: Pick<Interventions, "movements" | "features">,
  isMeant: (a: number, b: number) => boolean,
): MovedFeatures["together"] {
  const gram = new Float64Array(features * features);
  for (let at = 0; at < movements.length; at += features) {
    for (let a = 0; a < features; a++) {
      for (let b = 0; b < features; b++) {
        if (a !== b && isMeant(a, b)) continue;
        gram[a * features + b] =
          (gram[a * features + b] as number) + (movements[at + a] as number) * (movements[at + b] as number);
      }
    }
  }
  const { group, sign } = groupsOf(gram, features);
  return [...new Set(group)]
    .map((one) => group.flatMap((own, feature) => (own === one ? [{ feature, sign: sign[feature] as 1 | -1 }] : [])))
    .filter((members) => members.length > 1);
}

function interventionsOf(
  rows: readonly InterventionRow[],
  witnesses: readonly string[],
  classifiers: readonly string[],
): Interventions {
  const places = new Map<string, number>();
  for (const { image } of rows) if (!places.has(image)) places.set(image, places.size);
  return {
    picture: Int32Array.from(rows, ({ image }) => places.get(image) as number),
    movements: Float64Array.from(rows.flatMap((row) => witnesses.map((name) => fallOf(row, name)))),
    features: witnesses.length,
    falls: Float64Array.from(rows.flatMap((row) => classifiers.map((name) => fallOf(row, name)))),
    classifiers: classifiers.length,
  };
}
