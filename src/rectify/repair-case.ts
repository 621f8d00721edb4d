import type { Listing } from "../images/list-images.ts";
import type { MovedFeature } from "../interventions/move.ts";
import { conceptOf } from "../models/concept.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import type { NoLayer } from "../onnx/last-layer.ts";
import { groupCount, groupName, groupOf, groupSizes, type Label } from "./groups.ts";
import type { Layer, ReadNumbers } from "./layer.ts";
import type { RectifySettings } from "./options.ts";
import { type RepairPicture, type RepairPool, type Told, toldOf } from "./repair-pool.ts";
import type { RepairRecord } from "./repair-schema.ts";
import { type Split, splits } from "./split.ts";

/** What all repairs of a rectification are made with. */
export interface RepairContext {
  readonly workspace: Workspace;
  readonly listing: Listing;
  readonly pool: RepairPool;
  readonly settings: RectifySettings;
  /** Features that are moved, each with its witness. */
  readonly features: readonly MovedFeature[];
  /** Folder of the rectification. */
  readonly out: string;
  readonly signal: AbortSignal;
}

/** A picture whose class and features are known. */
export interface KnownPicture {
  readonly picture: RepairPicture;
  readonly label: Label;
  readonly features: readonly Label[];
  readonly group: number;
  /** What the last layer reads; undefined where there is none. */
  readonly read: ReadNumbers | undefined;
}

/** A target with the pictures that it is repaired and judged on. */
export interface RepairCase {
  readonly target: Classifier;
  readonly against: readonly Classifier[];
  readonly concept: string;
  /** Concepts of `against`. */
  readonly features: readonly string[];
  readonly told: { readonly class: Told | undefined; readonly features: readonly (Told | undefined)[] };
  readonly layer: Layer | NoLayer;
  /** By split, pictures of which all is known. */
  readonly known: Readonly<Record<Split, readonly KnownPicture[]>>;
  readonly groups: number;
  nameOf(group: number): string;
}

/** Sorts the pictures of a pool into the groups of a target. */
export function repairCase(
  target: Classifier,
  against: readonly Classifier[],
  { pool, features: moved }: Pick<RepairContext, "pool" | "features">,
  { layer, numbers }: { readonly layer: Layer | NoLayer; readonly numbers: readonly ReadNumbers[] | NoLayer },
): RepairCase {
  const concept = conceptOf(target);
  const features = against.map(conceptOf);
  const witness = moved.find(({ name }) => name === concept)?.witness;
  const told = {
    class: toldOf(concept, pool.pictures, witness?.name === target.name ? undefined : witness),
    features: against.map((feature) => toldOf(conceptOf(feature), pool.pictures, feature)),
  };
  const known = pool.pictures.flatMap((picture, place): KnownPicture[] => {
    const label = told.class?.labels[place];
    const has = told.features.map((each) => each?.labels[place]);
    if (label === undefined || !has.every((each) => each !== undefined)) return [];
    const read = "refused" in numbers ? undefined : numbers[place];
    return [{ picture, label, features: has, group: groupOf(label, has), read }];
  });
  const inSplit = (split: Split) => known.filter(({ picture }) => picture.split === split);
  return {
    ...{ target, against, concept, features, told, layer },
    known: Object.fromEntries(splits.map((split) => [split, inSplit(split)])) as unknown as RepairCase["known"],
    groups: groupCount(features.length),
    nameOf: (group) => groupName(group, concept, features),
  };
}

/** How many pictures of every group there are. */
export function sizesIn(
  { groups }: Pick<RepairCase, "groups">,
  some: readonly Pick<KnownPicture, "group">[],
): readonly number[] {
  return groupSizes(
    some.map(({ group }) => group),
    groups,
  );
}

/** Who told what, and how many pictures of which group there are. */
export function describedCase(
  subject: RepairCase,
): Pick<RepairRecord, "target" | "against" | "features" | "told" | "pictures" | "groups"> {
  const { target, against, features, told, known, groups, nameOf } = subject;
  const sizes = splits.map((split) => sizesIn(subject, known[split]));
  const [fitted = [], chosen = [], judged = []] = sizes;
  return {
    target: target.name,
    against: against.map(({ name }) => name),
    features,
    told: { class: told.class?.by ?? null, features: told.features.map((each) => each?.by ?? null) },
    pictures: { fitted: known.train.length, chosen: known.validation.length, judged: known.test.length },
    groups: Array.from({ length: groups }, (_, group) => ({
      name: nameOf(group),
      fitted: fitted[group] as number,
      chosen: chosen[group] as number,
      judged: judged[group] as number,
    })),
  };
}
