import { CfalignError } from "../base/errors.ts";
import type { Subject } from "../explanation/subject.ts";
import { type Place, type Traversal, traverse } from "../explanation/traversal.ts";
import { leastMovement } from "../interventions/confirmed.ts";
import { wholeWay } from "../interventions/counterfactual-editor.ts";
import type { MovedFeature } from "../interventions/move.ts";
import type { Side } from "../interventions/rows.ts";
import { isPositive, read } from "../models/prediction.ts";
import type { Autoencoder } from "../models/types.ts";
import type { Workspace } from "../models/workspace.ts";
import { movedFeatures } from "../run/run-interventions.ts";

/** The features of a workspace that can be taken out of a picture and put in: what classifiers are about, each with its witness and its editors. */
export function featuresIn({
  classifiers,
  judges,
}: Pick<Workspace, "classifiers" | "judges">): readonly MovedFeature[] {
  return movedFeatures({ bases: [], downstream: classifiers(), judges });
}

/** A feature taken out of a picture, or put in: a counterfactual of its first editor that has a gradient, as far as that can fall or rise. */
export interface FeatureEdit {
  readonly traversal: Traversal;
  readonly side: Side;
}

/** Takes a feature out of a picture that has it, as its editor says, and puts it into one that lacks it. Errors: CfalignError of the first editor, where none has a gradient. */
export async function editFeature(
  subject: Subject,
  { editors }: MovedFeature,
  { autoencoder, onProgress }: { readonly autoencoder: Autoencoder; onProgress(tried: number): void },
): Promise<FeatureEdit> {
  let failure: CfalignError | undefined;
  for (const base of editors) {
    const side = isPositive(base, subject.onReconstruction) ? "remove" : "add";
    try {
      const options = { autoencoder, base, raise: side === "add", onProgress, ...wholeWay };
      return { traversal: await traverse(subject, options), side };
    } catch (error) {
      if (!(error instanceof CfalignError) || error.code === "interrupted") throw error;
      failure ??= error;
    }
  }
  throw failure ?? new CfalignError("internal", "a feature has no editor");
}

/** What another network than the editor says of an edit. */
export interface Witnessed {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Whether it saw the feature go, or come. */
  readonly seen: boolean;
}

/** What the witness of a feature says of an edit; undefined where it made the edit itself. end: where the edit leads, shown to the witness alone. */
export function witnessed(
  { witness }: MovedFeature,
  { traversal, side }: FeatureEdit,
  end: Place,
): Witnessed | undefined {
  if (witness.name === traversal.base.name) return undefined;
  const before = read(witness, traversal.subject.onReconstruction).prediction;
  const after = end.predictions[0] as number;
  const moved = side === "remove" ? before - after : after - before;
  return { name: witness.name, before, after, seen: moved > leastMovement };
}
