import type { Listing } from "../../images/list-images.ts";
import { pictureSource } from "../../images/picture-source.ts";
import { counted, isConfirmed, isSeen } from "../../interventions/confirmed.ts";
import { intervene } from "../../interventions/intervene.ts";
import type { MovedFeature } from "../../interventions/move.ts";
import { conceptOf } from "../../models/concept.ts";
import type { Workspace } from "../../models/workspace.ts";
import { mostReached, type PreflightFacts } from "./facts.ts";

/** Edits a feature and side. */
const handful = 6;

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
  const source = pictureSource(listing, listing.rows.slice(0, mostReached), { autoencoder, signal });
  const classifiers = features.map(({ witness }) => witness);
  const { rows } = await intervene(source, { features, classifiers, pictures: handful, signal });
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
