import { CfalignError } from "../errors.ts";
import { inParallel } from "../images/in-parallel.ts";
import type { Listing } from "../images/list-images.ts";
import { leastMoved, leastMovement } from "../interventions/confirmed.ts";
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
import { intervened, membersOf, movedFeatures } from "../run/run-interventions.ts";
import { balanced, type Candidate } from "./balance.ts";
import { pictureSize, sizedPicture } from "./picture-size.ts";

/** An edit that its witness confirmed, as the suite will keep it. */
export interface ConfirmedEdit extends Candidate, Pick<InterventionRow, "feature" | "image" | "side"> {
  /** Bytes of the files; of images that stay where they are the hashes of the pixels, and the bytes of the difference. */
  readonly files:
    | { readonly before: Uint8Array; readonly after: Uint8Array }
    | { readonly pixels: { readonly before: string; readonly after: string }; readonly difference: Uint8Array };
  /** By classifier, on the picture as it was and as it was edited. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

/** What became of the edits of one feature. */
export interface FeatureEdits {
  readonly feature: MovedFeature;
  readonly made: Readonly<Record<Side, number>>;
  /** In the order in which they are to be taken. */
  readonly confirmed: Readonly<Record<Side, readonly ConfirmedEdit[]>>;
}

export interface EditMakings {
  readonly roles: Roles;
  readonly listing: Listing;
  readonly workspace: Workspace;
  /** Pictures a feature and side. */
  readonly pictures: number;
  readonly size: number | undefined;
  /** How a pair becomes files. */
  encode(before: Pixels, after: Pixels): Promise<ConfirmedEdit["files"]>;
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Edits of all features with what a run would say of them. */
export interface MadeEdits {
  readonly features: readonly FeatureEdits[];
  readonly rows: readonly InterventionRow[];
}

/**
 * Makes a run's edits by patterns anew, brings them to the size and the 8 bits in which a suite keeps them, and shows these to all classifiers: an edit counts whose witness
 * saw the feature go or come on the pictures as they will be.
 */
export async function confirmedEdits(makings: EditMakings): Promise<MadeEdits> {
  const { roles, workspace, pictures, signal, progress } = makings;
  const features = movedFeatures(roles);
  const found: FeatureEdits[] = [];
  const { rows } = await intervened(
    { ...makings, autoencoder: workspace.autoencoder },
    {
      classifiers: [...new Set(features.map(({ witness }) => witness))],
      ...{ pictures, signal, progress },
      keep: {
        edits: pictures,
        take: async (taken) => {
          found.push(await confirmedOf(taken, features, makings));
        },
      },
    },
  );
  return { features: found, rows };
}

async function confirmedOf(
  { feature: name, edits }: FeaturePictures,
  features: readonly MovedFeature[],
  { roles, workspace, size: longest, encode, signal }: EditMakings,
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
      ...{ feature: name, image, side, before: was, after: is },
      has: features.filter((each) => each !== feature).map(({ witness }) => (was[witness.name] as number) >= 0.5),
      files: await encode(before, after),
    });
  }
  return { feature, made, confirmed: { remove: balanced(confirmed.remove), add: balanced(confirmed.add) } };
}

/** Why a feature is not to be in a suite: pairs that a witness confirmed are no sample of edits of which it confirmed few. undefined where it is. */
export function leftOut({ made, confirmed }: FeatureEdits): string | undefined {
  const low = (["remove", "add"] as const).find((side) => confirmed[side].length < leastMoved * made[side]);
  if (low === undefined) return undefined;
  const [count, all] = [confirmed[low].length, made[low]];
  return `its witness saw it ${low === "remove" ? "go" : "come"} on ${count} of ${all} pictures only`;
}

function byName(classifiers: readonly Classifier[], values: readonly number[]): Record<string, number> {
  return Object.fromEntries(classifiers.map(({ name }, place) => [name, values[place] as number]));
}
