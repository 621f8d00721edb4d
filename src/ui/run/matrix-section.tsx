import { useMemo } from "react";
import { drawnMatrix } from "../../pictures/figures/figure-data.ts";
import { matrixFigure } from "../../pictures/matrix-figure.ts";
import { Choice } from "../parts/choice.tsx";
import { MatrixFrame } from "../parts/matrix-frame.tsx";
import { decimal, percent, plural } from "../parts/numbers.ts";
import { SaveFigure, savedWidth } from "../parts/save-figure.tsx";
import { oneOf } from "../shell/hash.ts";
import { measures, type Reading, statistics, type View, withView } from "./address.ts";
import { AlignmentHeatmap } from "./alignment-heatmap.tsx";
import { arranged } from "./arrange.ts";
import { ArrangeBar } from "./arrange-bar.tsx";
import { Explained } from "./explained.tsx";
import type { Table } from "./figures.ts";
import { MatrixLegend } from "./matrix-legend.tsx";
import { Thumbnail } from "./thumbnail.tsx";
import { useRun } from "./use-run.ts";

const viewNames: Readonly<Record<View, readonly [string, string]>> = {
  effect: ["Effect", "what a feature does to the classifier"],
  alignment: ["Alignment", "what moves with the classifier"],
  decomposition: ["Decomposition", "what its direction is made of"],
  partial: ["Regression", "what its predictions share with each"],
  "saliency-similarity": ["Saliency", "where the classifiers look alike"],
  "prediction-correlation": ["Correlation of predictions", "what the classifiers say together"],
  "label-correlation": ["Correlation of labels", "what the data hold together"],
};

const statisticNames = {
  decisive: "that decides each cell",
  mean: "over all images that moved",
  present: "over images with the feature",
  absent: "over images without the feature",
  ratio: "as a ratio of means",
};

const measureNames = { cosine: "cosine", rank: "rank correlation" };

/** The matrix in every reading that the run has, all in the same order (the paper's Fig. 2 and two more). */
export function MatrixSection({ reading }: { readonly reading: Reading }) {
  const { report, table, address, go, open } = useRun();
  const { view } = reading;
  const { rows, columns, only, order, rowsBy, columnsBy } = address;
  const shown = useMemo(() => {
    const asked = Object.entries({ rows, columns, only, rowsBy, columnsBy }).filter(([, word]) => word !== undefined);
    return arranged(report, table, reading, { order, ...Object.fromEntries(asked) });
  }, [report, table, reading, rows, columns, only, order, rowsBy, columnsBy]);
  return (
    <MatrixFrame
      title="The matrix"
      lead={`${leadOf(view)} Choose a cell to see its images.`}
      above={
        <>
          <fieldset className="views">
            <legend className="hidden">What the matrix shows</legend>
            {table.views.map((each) => (
              <label key={each} className="view">
                <input
                  type="radio"
                  name="view"
                  value={each}
                  checked={view === each}
                  onChange={() => go(withView(address, each, table.views), true)}
                />
                <Thumbnail table={table} view={each} statistic={reading.statistic} measure={reading.measure} />
                <span>
                  <b>{viewNames[each][0]}</b>
                  <small>{viewNames[each][1]}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <ArrangeBar arranged={shown} />
        </>
      }
      toolbar={
        <>
          <Figure reading={reading} />
          <MatrixLegend view={view} />
        </>
      }
      note={noteOf(table, view)}
      opens="a cell; R sorts the rows by its column, C the columns by its row; V shows the next view; / searches"
      below={view === "decomposition" && <Explained />}
    >
      <AlignmentHeatmap
        {...{ table, reading, address, go, open }}
        models={report.models}
        base={address.base}
        downstream={address.downstream}
        arranged={shown}
      />
      {(shown.rows.length === 0 || shown.columns.length === 0) && (
        <p className="lead empty">No row or no column is left of what is looked for.</p>
      )}
      {(view === "effect" || view === "alignment") && (
        <SaveFigure
          name="matrix"
          what="the whole matrix"
          draw={() => matrixFigure(drawnMatrix(report.matrix, report.findings, view), { width: savedWidth })}
        />
      )}
    </MatrixFrame>
  );
}

/** What rows, columns and colours are. */
function leadOf(view: View): string {
  return view === "effect"
    ? "One row per base, the classifier that was watched; one column per feature that was taken out or put in. Red cells fall when the feature goes, blue ones rise."
    : "One row per base, the classifier whose prediction was lowered; one column per downstream classifier, which was shown the changed images. Red cells fell along with the base, or are positive where the matrix shows something else; blue ones rose against it, or are negative.";
}

/** Which figure a matrix shows, to choose where it has several. */
function Figure({ reading }: { readonly reading: Reading }) {
  const { table, address, go } = useRun();
  const { view, statistic, measure } = reading;
  const { partial, saliencySimilarity: maps } = table.matrix;
  switch (view) {
    case "alignment":
      return (
        <Choice
          label="Relative change"
          value={statistic}
          names={statisticNames}
          choose={(word) => go({ ...address, statistic: oneOf(statistics, word) }, true)}
        />
      );
    case "effect":
      return <p className="choice">Fall of the prediction when the feature alone goes</p>;
    case "saliency-similarity":
      return (
        <Choice
          label={`Maps of ${(maps?.method ?? "").replaceAll("-", " ")}, mean over ${plural(maps?.count ?? 0, "image")}:`}
          value={measure}
          names={measureNames}
          choose={(word) => go({ ...address, measure: oneOf(measures, word) }, true)}
        />
      );
    case "decomposition":
      return <p className="choice">Share of the base’s latent direction</p>;
    case "partial":
      return (
        <p className="choice">
          Standardized coefficients over {plural(Math.max(0, ...(partial ?? []).map(({ count }) => count)), "image")}
        </p>
      );
    default:
      return <p className="choice">Pearson correlation over all images</p>;
  }
}

/** What the numbers of a matrix are, and what they are not. */
function noteOf({ matrix, thresholds: { maxFalseDiscovery } }: Table, view: View): string {
  const { minBaseChange, confidence, resamples, minEffect } = matrix;
  switch (view) {
    case "alignment":
      return `Means over images whose base prediction fell by more than ${decimal(minBaseChange)}; ${Math.round(confidence * 100)} % intervals by bootstrap-t over images (${resamples} resamples) or, over 500 images and more, in closed form where they are not too skewed. A cell is found or clear against the smallest effect that matters, ${decimal(minEffect)}, with false discoveries held at ${percent(maxFalseDiscovery, 1)}. A found cell is dashed where the judge does not confirm it.`;
    case "effect":
      return `The feature of the column was taken out of pictures and put into others, and the classifier of the row watched: 1 where its prediction falls from 1 to 0 with the feature. ${Math.round(confidence * 100)} % intervals over pictures; states are the verdicts of all views, against the smallest effect that matters, ${decimal(minEffect)}. A cell without an effect says why when it is opened.`;
    case "decomposition":
      return "Features that go together move together along one direction; the shares say which of them the direction is made of. Shares of one base have a sum of squares of 1, each concept counted once, and are parts of what is explained. Classifiers of one concept show the same share; collinear concepts are judged together.";
    case "partial":
      return "The base’s logit regressed on the logits of the concepts: what predictions have in common beside all the others. It needs no counterfactual, and sees only what varies in these images.";
    case "saliency-similarity":
      return "How alike two saliency maps are in size, whatever their sign. Two classifiers that look at one place need not use one feature: compare the alignment of the same cell.";
    default:
      return "The correlations say what goes together in these images, not what a classifier looks at.";
  }
}
