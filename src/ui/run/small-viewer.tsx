import type { Cell } from "../../results/matrix-schema.ts";
import { stopWords } from "../../words/search.ts";
import { CutFrame, DifferenceOfCuts } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import type { GalleryItem } from "./gallery-items.ts";
import { LiveLink } from "./live-link.tsx";

interface Props {
  readonly cell: Cell;
  readonly item: GalleryItem;
}

/** A counterfactual that was kept in small only: before, after and the difference. */
export function SmallViewer({ cell, item }: Props) {
  const { name, point, before, after, prediction } = item;
  if (before === undefined || after === undefined) return null;
  return (
    <div className="viewer">
      <div className="stage small">
        <figure>
          <CutFrame cut={before} label={`Reconstruction of ${name}`} />
          <figcaption>Reconstruction</figcaption>
        </figure>
        <figure>
          <CutFrame cut={after} label={`Counterfactual of ${name} for ${cell.base}`} />
          <figcaption>Counterfactual</figcaption>
        </figure>
        <figure>
          <DifferenceOfCuts before={before} after={after} label="Difference between the two" />
          <figcaption>
            Difference <small className="neg">darker</small> <small className="pos">lighter</small>
          </figcaption>
        </figure>
      </div>
      <p className="note">
        <b>{name}</b>: {stopWords[point.stopReason] ?? point.stopReason} after{" "}
        {plural(point.evaluations, "decoder evaluation")}. Relative change of {cell.downstream}:{" "}
        {decimal(point.relativeChange)}
        {prediction === undefined ? "" : `; its prediction before was ${decimal(prediction)}`}. This image was kept in
        small only, without the way in between; <code>cfalign explain</code> draws it whole.
        <LiveLink base={cell.base} image={name} />
      </p>
    </div>
  );
}
