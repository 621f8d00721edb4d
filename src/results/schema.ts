import type {
  ChangeRow,
  CounterfactualRow,
  ImageRow,
  PredictionRow,
  ProductRow,
  SaliencyRow,
} from "../alignment/rows.ts";
import type { InterventionRow } from "../interventions/rows.ts";

/** One image of the folder as it was listed, before anything was decoded. Table `listing`. */
export type ListingRow = Pick<ImageRow, "image" | "sha256" | "position" | "labels">;

/** Row type of every table of a run. */
export interface Rows {
  readonly listing: ListingRow;
  readonly images: ImageRow;
  readonly predictions: PredictionRow;
  readonly counterfactuals: CounterfactualRow;
  readonly changes: ChangeRow;
  readonly products: ProductRow;
  readonly saliency: SaliencyRow;
  readonly interventions: InterventionRow;
}

export type Table = keyof Rows;

/** A table that is written in parts, one per chunk; the others are one file each. */
export type PartTable = Exclude<Table, "listing" | "interventions">;

export const partTables: readonly PartTable[] = [
  "images",
  "predictions",
  "counterfactuals",
  "changes",
  "products",
  "saliency",
];

/** A type of single values, in DuckDB's words. */
export type ScalarType = "VARCHAR" | "INTEGER" | "DOUBLE";

/** A column's type in DuckDB's words; in brackets the fields of a list of structs. */
export type ColumnType = ScalarType | "MAP(VARCHAR, DOUBLE)" | readonly [Readonly<Record<string, ScalarType>>];

/** The columns of every table in order: the one source for Parquet, for JSON and for what is read back. */
export const columns: { readonly [T in Table]: Readonly<Record<keyof Rows[T], ColumnType>> } = {
  listing: { image: "VARCHAR", sha256: "VARCHAR", position: "INTEGER", labels: "MAP(VARCHAR, DOUBLE)" },
  images: {
    image: "VARCHAR",
    sha256: "VARCHAR",
    position: "INTEGER",
    width: "INTEGER",
    height: "INTEGER",
    labels: "MAP(VARCHAR, DOUBLE)",
    dropReason: "VARCHAR",
    clampedShare: "DOUBLE",
  },
  predictions: { image: "VARCHAR", classifier: "VARCHAR", input: "DOUBLE", reconstruction: "DOUBLE" },
  counterfactuals: {
    image: "VARCHAR",
    base: "VARCHAR",
    lambda: "DOUBLE",
    shift: "DOUBLE",
    displacement: "DOUBLE",
    length: "DOUBLE",
    stopReason: "VARCHAR",
    evaluations: "INTEGER",
    gradients: "INTEGER",
    before: "DOUBLE",
    after: "DOUBLE",
    dominantTerm: "VARCHAR",
    trace: [{ lambda: "DOUBLE", prediction: "DOUBLE", step: "INTEGER", length: "DOUBLE" }],
    perturbed: "MAP(VARCHAR, DOUBLE)",
  },
  changes: {
    image: "VARCHAR",
    base: "VARCHAR",
    downstream: "VARCHAR",
    before: "DOUBLE",
    after: "DOUBLE",
    relativeChange: "DOUBLE",
  },
  products: { image: "VARCHAR", classifier: "VARCHAR", products: "MAP(VARCHAR, DOUBLE)" },
  saliency: { image: "VARCHAR", classifier: "VARCHAR", cosine: "MAP(VARCHAR, DOUBLE)", rank: "MAP(VARCHAR, DOUBLE)" },
  interventions: {
    image: "VARCHAR",
    feature: "VARCHAR",
    side: "VARCHAR",
    editor: "VARCHAR",
    editedBy: "VARCHAR",
    length: "DOUBLE",
    distance: "DOUBLE",
    witness: "VARCHAR",
    before: "MAP(VARCHAR, DOUBLE)",
    after: "MAP(VARCHAR, DOUBLE)",
  },
};
