/** What an intervention does to its feature. */
export type Side = "remove" | "add";

/**
 * What made an edit: "pattern" adds or subtracts what a least-squares fit of pictures on labels says of the feature, "spectrum" makes frequencies as strong as
 * such a fit of their power says, "counterfactual" lowers or raises a classifier of the feature in the autoencoder's latent.
 */
export type Editor = "pattern" | "spectrum" | "counterfactual";

/** One picture with one feature taken out or put in, and what all classifiers say of it. Table `interventions`. */
export interface InterventionRow {
  readonly image: string;
  /** Name of the feature that was moved: a concept of the run. */
  readonly feature: string;
  readonly side: Side;
  readonly editor: Editor;
  /** Classifier that the edit was made by, the witness itself where nobody else tells the feature; null where none was asked. */
  readonly editedBy: string | null;
  /** Length of the edit: in units of the pattern's own, or of the counterfactual's way. */
  readonly length: number;
  /** Root mean square of the change over the picture's values in [0, 1]. */
  readonly distance: number;
  /** Classifier that says whether the feature went or came. */
  readonly witness: string;
  /** Predictions of every classifier of the run, judges included, on the picture that was edited (its reconstruction, of a counterfactual) and on the edited one. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}
