/** What an intervention does to its feature. */
export type Side = "remove" | "add";

/** What made an edit: "pattern" adds or subtracts what a least-squares fit of pictures on labels says of the feature. */
export type Editor = "pattern";

/** One picture with one feature taken out or put in, and what all classifiers say of it. Table `interventions`. */
export interface InterventionRow {
  readonly image: string;
  /** Name of the feature that was moved: a concept of the run. */
  readonly feature: string;
  readonly side: Side;
  readonly editor: Editor;
  /** Length of the edit in units of the pattern's own. */
  readonly length: number;
  /** Root mean square of the change over the picture's values in [0, 1]. */
  readonly distance: number;
  /** Classifier that says whether the feature went or came. */
  readonly witness: string;
  /** Predictions of every classifier of the run, judges included, on the picture as it was and as it was edited. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}
