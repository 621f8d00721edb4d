import type { ReportData } from "../report/data.ts";
import { type Address, type Statistic, statistics, type View, views } from "./address.ts";
import type { Table } from "./figures.ts";
import { Heatmap } from "./heatmap.tsx";
import { Legend } from "./legend.tsx";
import { decimal } from "./numbers.ts";
import { Thumbnail } from "./thumbnail.tsx";

const viewNames: Readonly<Record<View, readonly [string, string]>> = {
  alignment: ["Alignment", "what the classifier uses"],
  "prediction-correlation": ["Correlation of predictions", "what the classifiers say together"],
  "label-correlation": ["Correlation of labels", "what the data hold together"],
};

const statisticNames: Readonly<Record<Statistic, string>> = {
  decisive: "that decides each cell",
  mean: "over all images that moved",
  present: "over images with the feature",
  absent: "over images without the feature",
  ratio: "as a ratio of means",
};

interface Props {
  readonly report: ReportData;
  readonly table: Table;
  readonly address: Address;
  readonly go: (next: Address, replace?: boolean) => void;
  readonly open: (base: string, downstream: string) => void;
}

/** The matrix, switchable between alignment and the two correlations, all in the same order (the paper's Fig. 2). */
export function MatrixSection({ report, table, address, go, open }: Props) {
  const { matrix } = table;
  const some = (values: readonly (readonly (number | null)[])[]): boolean =>
    values.some((row) => row.some((value) => value !== null));
  const available: Readonly<Record<View, boolean>> = {
    alignment: true,
    "prediction-correlation": some(matrix.predictionCorrelation),
    "label-correlation": some(matrix.labelCorrelation),
  };
  return (
    <section id="matrix" aria-labelledby="matrix-title" className="wide">
      <h2 id="matrix-title" tabIndex={-1}>
        The matrix
      </h2>
      <p className="lead">
        One row per base, the classifier whose prediction was lowered; one column per downstream classifier, which
        looked on. Red cells fell along with the base, blue ones rose against it. Choose a cell to see its images.
      </p>
      <fieldset className="views">
        <legend className="hidden">What the matrix shows</legend>
        {views.map((view) => (
          <label key={view} className={available[view] ? "view" : "view missing"}>
            <input
              type="radio"
              name="view"
              value={view}
              checked={address.view === view}
              disabled={!available[view]}
              onChange={() => go({ ...address, view }, true)}
            />
            <Thumbnail table={table} view={view} statistic={address.statistic} />
            <span>
              <b>{viewNames[view][0]}</b>
              <small>{available[view] ? viewNames[view][1] : "no labels in this folder"}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <div className="toolbar">
        {address.view === "alignment" ? (
          <label className="choice">
            Relative change{" "}
            <select
              value={address.statistic}
              onChange={(event) => {
                const statistic = statistics.find((name) => name === event.target.value) ?? "decisive";
                go({ ...address, statistic }, true);
              }}
            >
              {statistics.map((statistic) => (
                <option key={statistic} value={statistic}>
                  {statisticNames[statistic]}
                </option>
              ))}
            </select>
          </label>
        ) : (
          <p className="choice">Pearson correlation over all images</p>
        )}
        <Legend states={address.view === "alignment"} />
      </div>
      <Heatmap
        table={table}
        models={report.models}
        view={address.view}
        statistic={address.statistic}
        base={address.base}
        downstream={address.downstream}
        open={open}
      />
      <p className="note">
        {address.view === "alignment"
          ? `Means over images whose base prediction fell by more than ${decimal(matrix.minBaseChange)}; ${Math.round(matrix.confidence * 100)} % intervals by bootstrap-t over images (${matrix.resamples} resamples). A cell is found or clear against the smallest effect that matters, ${decimal(matrix.minEffect)}, with false discoveries held at 5 %.`
          : "The correlations say what goes together in these images, not what a classifier looks at."}{" "}
        Arrow keys move through the matrix, Enter opens a cell.
      </p>
    </section>
  );
}
