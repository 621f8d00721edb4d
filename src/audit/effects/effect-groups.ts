import type { InterventionRow } from "../../interventions/rows.ts";
import type { Matrix } from "../../results/matrix-schema.ts";
import type { Effects, Interventions } from "../../statistics/effects.ts";
import { effectsBy } from "../../statistics/effects-by.ts";
import { type EffectOptions, effectOf } from "./effect.ts";
import type { MovedFeatures } from "./movements.ts";

/** What features that always move together do to a base, told as one. */
export type EffectGroup = NonNullable<Matrix["effectGroups"]>[number];

/**
 * The effects of features that no regression tells apart, as groups: the fall of a classifier when all of a group go. A classifier whose own feature is in a group has none of it.
 * concepts: what classifiers are about.
 */
export function effectGroups(
  moved: MovedFeatures,
  concepts: Readonly<Record<string, string>>,
  options: EffectOptions,
): EffectGroup[] {
  return moved.together.flatMap((members) => {
    const { name, features, merged } = mergedOf(moved, members);
    return moved.classifiers.flatMap((base): EffectGroup[] => {
      const concept = concepts[base] ?? base;
      if (features.includes(concept)) return [];
      const effect = effectOf(merged, { classifier: base, feature: name, concept }, options);
      return effect === undefined ? [] : [{ base, features, effect }];
    });
  });
}

interface Merged {
  readonly name: string;
  readonly features: string[];
  readonly merged: MovedFeatures;
}

/** Interventions in which some features are one: its movement is their mean, those turned around that move against the first. */
function mergedOf(moved: MovedFeatures, members: MovedFeatures["together"][number]): Merged {
  const { features, witnesses, rows, interventions, classifiers } = moved;
  const [first] = members as [(typeof members)[number]];
  const names = members.map(({ feature }) => features[feature] as string);
  const name = listed(members.map(({ sign }, at) => `${sign < 0 ? "no " : ""}${names[at]}`));
  const others = features.flatMap((_, k) => (members.some(({ feature }) => feature === k) ? [] : [k]));
  const signOf = new Map(members.map(({ feature, sign }) => [features[feature] as string, sign]));
  const renamed = rows.map((row): InterventionRow => {
    const sign = signOf.get(row.feature);
    if (sign === undefined) return row;
    const turned = row.side === "remove" ? "add" : "remove";
    return { ...row, feature: name, side: sign < 0 ? turned : row.side };
  });
  const movement = (row: number, k: number): number => interventions.movements[row * features.length + k] as number;
  const movements = renamed.flatMap((_, row) => [
    members.reduce((sum, { feature, sign }) => sum + (sign * movement(row, feature)) / members.length, 0),
    ...others.map((k) => movement(row, k)),
  ]);
  const joined: Interventions = {
    ...interventions,
    movements: Float64Array.from(movements),
    features: 1 + others.length,
  };
  const explains: MovedFeatures["explains"] = (m, k) =>
    k === 0 ? members.every(({ feature }) => moved.explains(m, feature)) : moved.explains(m, others[k - 1] as number);
  const entangled = [false, ...others.map((k) => moved.entangled[k] as boolean)];
  return {
    name,
    features: names,
    merged: {
      rows: renamed,
      features: [name, ...others.map((k) => features[k] as string)],
      witnesses: [witnesses[first.feature] as string, ...others.map((k) => witnesses[k] as string)],
      ...{ classifiers, interventions: joined, explains, entangled, together: [] },
      all: effectsBy(joined, explains) as Effects,
      unedited: undefined,
      bySide: {
        remove: oneSide(renamed, joined, { explains, side: "remove" }),
        add: oneSide(renamed, joined, { explains, side: "add" }),
      },
    },
  };
}

function oneSide(
  rows: readonly InterventionRow[],
  { picture, movements, features, falls, classifiers }: Interventions,
  { explains, side }: Pick<MovedFeatures, "explains"> & Pick<InterventionRow, "side">,
): Effects | undefined {
  const own = rows.flatMap((row, index) => (row.side === side ? [index] : []));
  if (own.length === 0) return undefined;
  const rowsOf = (values: Float64Array, width: number): Float64Array =>
    Float64Array.from(own.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)]));
  return effectsBy(
    {
      picture: Int32Array.from(own, (row) => picture[row] as number),
      ...{ movements: rowsOf(movements, features), features, falls: rowsOf(falls, classifiers), classifiers },
    },
    explains,
    { errors: false },
  );
}

/** "eyeglasses or hat", "eyeglasses, hat or beard" */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
