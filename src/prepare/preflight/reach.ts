import { loadImages } from "../../images/image-source.ts";
import type { Listing } from "../../images/list-images.ts";
import { counted, isConfirmed, isSeen } from "../../interventions/confirmed.ts";
import { intervene } from "../../interventions/intervene.ts";
import type { MovedFeature, Picture } from "../../interventions/move.ts";
import { conceptOf } from "../../models/concept.ts";
import type { Workspace } from "../../models/workspace.ts";
import { mostReached, type PreflightFacts } from "./facts.ts";

/** Edits a feature and side. */
const handful = 6;
/** Pictures that are decoded at a time. */
const atATime = 64;

/**
 * Whether patterns or spectra can move the columns of a table: each is taken out of six pictures and put into six, and its witness is asked, a judge, else a probe. Columns
 * without a witness are left out. Errors: CfalignError("interrupted").
 */
export async function reachOf(
  listing: Listing,
  { workspace, signal }: { readonly workspace: Workspace; readonly signal: AbortSignal },
): Promise<PreflightFacts["reach"]> {
  const features = toldFeatures(listing.labels, workspace);
  if (features.length === 0) return [];
  const { autoencoder } = workspace;
  const load = async (rows: Listing["rows"]): Promise<Picture[]> =>
    (await loadImages(listing, rows, { autoencoder, signal })).flatMap(({ row: { image, labels }, pixels }) =>
      pixels === undefined ? [] : [{ image, pixels, labels }],
    );
  const some = listing.rows.slice(0, mostReached);
  const { rows } = await intervene(
    {
      async *all() {
        for (let start = 0; start < some.length; start += atATime) yield load(some.slice(start, start + atATime));
      },
      some: (images) => {
        const wanted = new Set(images);
        return load(some.filter(({ image }) => wanted.has(image)));
      },
    },
    { features, classifiers: features.map(({ witness }) => witness), pictures: handful, signal },
  );
  const counting = counted(rows);
  return features.map(({ name, witness }) => {
    const own = counting.filter(({ feature }) => feature === name);
    return {
      feature: name,
      witness: witness.name,
      probe: witness.terms.some(({ model }) => model.probeOf !== undefined),
      edits: own.length,
      seen: own.filter(isSeen).length,
      moved: (["remove", "add"] as const).every((side) => isConfirmed(own.filter((row) => row.side === side))),
    };
  });
}

/** Columns that a judge tells, or a probe. */
function toldFeatures(columns: readonly string[], workspace: Workspace): readonly MovedFeature[] {
  const probes = workspace.classifiers().filter(({ terms }) => terms[0]?.model.probeOf !== undefined);
  const tellers = [...workspace.judges, ...probes];
  return columns.flatMap((name): MovedFeature[] => {
    const witness = tellers.find((classifier) => conceptOf(classifier) === name);
    return witness === undefined ? [] : [{ name, witness, editors: [] }];
  });
}
