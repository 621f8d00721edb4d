import { CfalignError } from "../base/errors.ts";
import { inParallel } from "../base/in-parallel.ts";
import { loadImages } from "../images/image-source.ts";
import type { Listing } from "../images/list-images.ts";
import { leastMoved, leastMovement } from "../interventions/confirmed.ts";
import type { LatentPlace } from "../interventions/counterfactual-editor.ts";
import type { FeaturePictures } from "../interventions/keep-pictures.ts";
import type { MovedFeature } from "../interventions/move.ts";
import { predictionsOn } from "../interventions/predictions-on.ts";
import type { InterventionRow, Side } from "../interventions/rows.ts";
import { fitImage } from "../models/fit-image.ts";
import { imageTensor } from "../models/read-image.ts";
import type { Classifier } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import type { Pixels } from "../platform/platform.ts";
import type { Roles } from "../run/roles.ts";
import { membersOf } from "../run/roles.ts";
import { intervened, movedFeatures } from "../run/run-interventions.ts";
import { seldomSeen } from "../words/suite.ts";
import { balanced, type Candidate } from "./balance.ts";
import { pictureSize, sizedPicture } from "./picture-size.ts";

/** An edit that its witness confirmed, as the suite will keep it. */
export interface ConfirmedEdit extends Candidate, Pick<InterventionRow, "feature" | "image" | "side" | "editor"> {
  readonly files: PairFiles;
  /** By classifier, on the picture as it was and as it was edited. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

/** The files of a pair. */
export type PairFiles =
  | { readonly before: Uint8Array; readonly after: Uint8Array }
  /** Of images that stay where they are: hashes of the pixels, and differences to the image; none where the image itself is the picture before. */
  | {
      readonly pixels: { readonly before: string; readonly after: string };
      readonly differences: { readonly before?: Uint8Array; readonly after: Uint8Array };
    };

/** How a pair becomes files. original: the image as it was, where that is not the picture before. */
export type PairEncoder = (before: Pixels, after: Pixels, original?: () => Promise<Pixels>) => Promise<PairFiles>;

/** What became of the edits of one feature. */
export interface FeatureEdits {
  readonly feature: MovedFeature;
  readonly made: Readonly<Record<Side, number>>;
  /** Those that a witness confirmed; of all editors in the order in which they are to be taken. */
  readonly confirmed: Readonly<Record<Side, readonly ConfirmedEdit[]>>;
}

export interface EditMakings {
  readonly roles: Roles;
  readonly listing: Listing;
  readonly workspace: Workspace;
  /** Where the run made counterfactuals of what no pattern moves; undefined where it made none. */
  readonly counterfactuals: Pick<LatentPlace, "latentScale" | "maxShift"> | undefined;
  /** Pictures a feature and side. */
  readonly pictures: number;
  readonly size: number | undefined;
  readonly encode: PairEncoder;
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Edits of all features with what a run would say of them. */
export interface MadeEdits {
  readonly features: readonly FeatureEdits[];
  readonly rows: readonly InterventionRow[];
  /** By feature whose pattern was not enough: why there are no counterfactuals of it. */
  readonly withoutEditor: Readonly<Record<string, string>>;
}

/**
 * Makes a run's edits anew, brings them to the size and the 8 bits in which a suite keeps them, and shows these to all classifiers: an edit counts whose witness
 * saw the feature go or come on the pictures as they will be.
 */
export async function confirmedEdits(makings: EditMakings): Promise<MadeEdits> {
  const { roles, workspace, counterfactuals, pictures, signal, progress } = makings;
  const { autoencoder } = workspace;
  const features = movedFeatures(roles);
  const found: FeatureEdits[] = [];
  const { rows, withoutEditor } = await intervened(
    { ...makings, autoencoder },
    {
      classifiers: [...new Set(features.map(({ witness }) => witness))],
      ...{ pictures, signal, progress },
      ...(counterfactuals === undefined ? {} : { counterfactuals: { autoencoder, ...counterfactuals } }),
      keep: {
        edits: pictures,
        take: async (taken) => {
          found.push(await confirmedOf(taken, features, makings));
        },
      },
    },
  );
  const names = [...new Set(found.map(({ feature }) => feature.name))];
  return {
    features: names.map((name) => ofAllEditors(found.filter(({ feature }) => feature.name === name))),
    ...{ rows, withoutEditor },
  };
}

/** Edits of one feature by all editors that were tried on it: those that a run counts. */
function ofAllEditors(tried: readonly FeatureEdits[]): FeatureEdits {
  const of = (side: Side) => {
    const made = tried.filter((edits) => edits.made[side] > 0);
    const share = (edits: FeatureEdits): number => edits.confirmed[side].length / edits.made[side];
    const best = made.reduce<FeatureEdits | undefined>(
      (a, b) => (a === undefined || share(b) > share(a) ? b : a),
      undefined,
    );
    return made.filter((edits) => edits === best || share(edits) >= leastMoved);
  };
  const sum = (side: Side): number => of(side).reduce((total, { made }) => total + made[side], 0);
  const all = (side: Side) => balanced(of(side).flatMap(({ confirmed }) => confirmed[side]));
  return {
    feature: (tried[0] as FeatureEdits).feature,
    made: { remove: sum("remove"), add: sum("add") },
    confirmed: { remove: all("remove"), add: all("add") },
  };
}

async function confirmedOf(
  { feature: name, editor, edits }: FeaturePictures,
  features: readonly MovedFeature[],
  { roles, listing, workspace, size: longest, encode, signal }: EditMakings,
): Promise<FeatureEdits> {
  const { image: frame } = workspace.autoencoder;
  const size = pictureSize(frame, longest);
  const members = membersOf(roles);
  const feature = features.find((each) => each.name === name);
  if (feature === undefined) throw new CfalignError("internal", `no feature "${name}" in the run`);
  const made = { remove: 0, add: 0 };
  const drafts = await inParallel(edits, 4, async ({ image, side, before, after }) => {
    made[side] += 1;
    return { image, side, before: await sizedPicture(before, size), after: await sizedPicture(after, size) };
  });
  const shown = await inParallel(
    drafts.flatMap(({ before, after }) => [before, after]),
    4,
    (pixels) => fitImage(imageTensor(pixels), frame),
  );
  const told = await predictionsOn(shown, (some) => some, members, { signal });
  const original = async (image: string): Promise<Pixels> => {
    const rows = listing.rows.filter((row) => row.image === image);
    const [found] = await loadImages(listing, rows, { autoencoder: workspace.autoencoder, signal });
    if (found?.pixels === undefined) throw new CfalignError("internal", `no picture of "${image}"`);
    return sizedPicture(found.pixels, size);
  };
  const confirmed: Record<Side, ConfirmedEdit[]> = { remove: [], add: [] };
  for (const [place, { image, side, before, after }] of drafts.entries()) {
    const predictions = [told[2 * place], told[2 * place + 1]] as readonly [readonly number[], readonly number[]];
    if (predictions.flat().some(Number.isNaN)) continue;
    const [was, is] = predictions.map((values) => byName(members, values)) as [
      Record<string, number>,
      Record<string, number>,
    ];
    const fall = (was[feature.witness.name] as number) - (is[feature.witness.name] as number);
    if ((side === "remove" ? fall : -fall) <= leastMovement) continue;
    confirmed[side].push({
      ...{ feature: name, image, side, editor, before: was, after: is },
      has: features.filter((each) => each !== feature).map(({ witness }) => (was[witness.name] as number) >= 0.5),
      files: await encode(before, after, editor === "counterfactual" ? () => original(image) : undefined),
    });
  }
  return { feature, made, confirmed };
}

/** Why a feature is not to be in a suite: pairs that a witness confirmed are no sample of edits of which it confirmed few. undefined where it is. */
export function leftOut({ made, confirmed }: FeatureEdits): string | undefined {
  const low = (["remove", "add"] as const).find((side) => confirmed[side].length < leastMoved * made[side]);
  if (low === undefined) return undefined;
  return seldomSeen(low, confirmed[low].length, made[low]);
}

function byName(classifiers: readonly Classifier[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(classifiers.map(({ name }, place) => [name, values[place] as number]));
}
