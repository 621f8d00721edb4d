import { useCallback, useMemo } from "react";
import { type Alignment, alignmentPanel, namedLines, type Panel, panelMargins } from "../../pictures/alignment-plot.ts";
import { alignmentSheet } from "../../pictures/alignment-sheet.ts";
import type { ReportPicture } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { decimal } from "../parts/numbers.ts";
import { NumbersTable } from "../parts/numbers-table.tsx";
import { pageColours, pageFont } from "../parts/page-colours.ts";
import { PlotFigure } from "../parts/plot-figure.tsx";
import { fileDocument, SaveFigure, savedWidth } from "../parts/save-figure.tsx";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
  readonly picture: ReportPicture;
  readonly lambda: number | null;
  /** Where the viewer is along λ. */
  readonly share: number;
}

const height = 270;

/** The alignment plot of the chosen counterfactual, with a line where the viewer is. */
export function AlignmentPanels({ cell, picture, lambda, share }: Props) {
  const { report } = useRun();
  const alignment = useMemo((): Alignment => {
    const shown = new Set(report.matrix.downstream);
    return {
      base: { name: cell.base, predictions: picture.predictions[cell.base] ?? [] },
      downstream: Object.entries(picture.predictions)
        .filter(([name]) => shown.has(name))
        .map(([name, predictions]) => ({ name, predictions })),
      shares: picture.shares,
      lambda,
    };
  }, [report, cell.base, picture, lambda]);
  const focus = cell.downstream;
  // A panel in which nothing moved takes no room.
  const [aligned, inverse] = (["aligned", "inverse"] as const).map(
    (panel) => namedLines(alignment, panel, { focus }).length > 0,
  );
  return (
    <figure className="panels">
      {(aligned || !inverse) && <OnePanel alignment={alignment} panel="aligned" focus={focus} share={share} />}
      {inverse && <OnePanel alignment={alignment} panel="inverse" focus={focus} share={share} />}
      <figcaption className={aligned && inverse ? "note" : "note beside"}>
        Predictions along λ of the base (heavy line) and of all downstream classifiers; the eight that moved most are
        named, with their change.
        {inverse ? "" : " None moved against the base."}
        {aligned || !inverse ? "" : " None moved along with the base."}
      </figcaption>
      <NumbersTable
        caption={`Predictions along λ for ${cell.base}`}
        columns={["classifier", ...picture.shares.map((share) => `${Math.round(100 * share)} %`)]}
        rows={[alignment.base, ...alignment.downstream.filter(({ name }) => name !== cell.base)].map(
          ({ name, predictions }) => [name, ...predictions.map((value) => decimal(value))],
        )}
      />
      <SaveFigure
        name="alignment"
        what="the alignment plot"
        draw={() => alignmentSheet(alignment, { width: savedWidth, document: fileDocument(), focus: cell.downstream })}
      />
    </figure>
  );
}

function OnePanel(props: {
  readonly alignment: Alignment;
  readonly panel: Panel;
  readonly focus: string;
  readonly share: number;
}) {
  const { alignment, panel, focus, share } = props;
  const draw = useCallback(
    (width: number) =>
      alignmentPanel(alignment, panel, { width, height, colours: pageColours, fontFamily: pageFont, focus }),
    [alignment, panel, focus],
  );
  return (
    <PlotFigure draw={draw} className="panel">
      {(width) => {
        const { top, bottom, left, right } = panelMargins(width);
        return (
          <i
            className="playhead"
            style={{ left: left + share * (width - left - right), top, height: height - top - bottom }}
          />
        );
      }}
    </PlotFigure>
  );
}
