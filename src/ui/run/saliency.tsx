import { useMemo } from "react";
import type { ReportPicture } from "../../report/data.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { MapFrame } from "../parts/frame.tsx";
import { plural } from "../parts/numbers.ts";
import { saliencyPairs } from "./saliency-pairs.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
  readonly picture: ReportPicture;
}

/** Which pixels base and downstream hang on, before and after; how to get such maps where there are none. */
export function Saliency({ cell, picture }: Props) {
  const { report } = useRun();
  const { saliency } = report;
  const { base, downstream } = cell;
  const pairs = useMemo(() => saliencyPairs(report, picture, [base, downstream]), [report, picture, base, downstream]);
  if (saliency === null) return <NoMaps cell={cell} />;
  if (pairs.length === 0) {
    return (
      <p className="note">
        This counterfactual has no saliency maps: they were made of the first of each base
        {report.omitted.saliency > 0 ? ", and not all of them fit into this file" : ""}.{" "}
        <code>cfalign report --saliency-images</code> says of how many.
      </p>
    );
  }
  return (
    <div className="saliency">
      <div className="stage small">
        {pairs.map(({ classifier, on, picture: cut, map }) => (
          <figure key={`${classifier} ${on}`}>
            <MapFrame cut={cut} map={map} label={`Pixels that ${classifier} depends on in the ${on}`} />
            <figcaption>
              <b>{classifier}</b>, {on}
            </figcaption>
          </figure>
        ))}
      </div>
      <p className="note">
        The redder, the more the prediction depends on a pixel ({saliency.method.replaceAll("-", " ")} of the pictures
        as they were kept). Every classifier has its own scale, the same before and after; one without red is saturated.
        The maps say where, not why: two classifiers that look at the same place may use different features.
      </p>
    </div>
  );
}

/** How to get maps, and what the run knows of them without. */
function NoMaps({ cell: { base, downstream } }: Pick<Props, "cell">) {
  const compared = useRun().report.matrix.saliencySimilarity;
  const command = <code>cfalign report --saliency {compared?.method ?? "input-gradients"}</code>;
  if (compared !== null) {
    return (
      <p className="note">
        The run compared where its classifiers look on {plural(compared.count, "image")} (the matrix “Saliency”) and
        kept the figures only: {command} draws the maps of these pictures, with the models of the run.
      </p>
    );
  }
  return (
    <p className="note">
      Which pixels {base === downstream ? "it depends" : "both depend"} on is not in this file: {command} adds it, with
      the models of the run.
    </p>
  );
}
