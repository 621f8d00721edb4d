import type { Cell } from "../../results/matrix-schema.ts";
import { Beside } from "./beside.tsx";
import type { CellPicture } from "./cell-pictures.ts";
import { Chooser } from "./chooser.tsx";
import type { GalleryItem } from "./gallery-items.ts";
import type { CellPoint } from "./points.ts";
import { SmallViewer } from "./small-viewer.tsx";
import { useRun } from "./use-run.ts";
import { Viewer } from "./viewer.tsx";

interface Props {
  readonly cell: Cell;
  /** The way back to the dot or tile that led to the picture. */
  readonly back: (() => void) | undefined;
  readonly pictures: readonly CellPicture[];
  readonly points: readonly CellPoint[];
  /** What is shown: one that was kept in small only, else one with its whole way. */
  readonly small: GalleryItem | undefined;
  readonly chosen: CellPicture | undefined;
}

/** The counterfactual that is looked at, all that were kept, and what another base made of its image. */
export function Lowered({ cell, back, pictures, points, small, chosen }: Props) {
  const { report, address, go } = useRun();
  const { base } = cell;
  const image = small?.point.image ?? chosen?.picture.image;
  return (
    <>
      <h3>When the classifier is lowered</h3>
      {pictures.length > 0 && <Chooser pictures={pictures} chosen={chosen} cell={cell} />}
      {small === undefined && chosen !== undefined ? (
        <Viewer key={`${base}/${chosen.picture.image}`} {...{ cell, points }} shown={chosen}>
          {address.image !== undefined && chosen.name !== address.image && (
            <p className="note warning" role="status">
              No counterfactual of {base} on <b>{address.image}</b> is in this file with its picture; {chosen.name} is
              shown in its place.
            </p>
          )}
          <Back back={back} />
        </Viewer>
      ) : (
        <div id="picture" tabIndex={-1} className="shown">
          {small === undefined ? (
            <p className="note">
              No counterfactual of {base} was kept with its picture
              {report.omitted.pictures > 0 ? ", or it did not fit into this file" : ""}.
            </p>
          ) : (
            <SmallViewer key={small.name} cell={cell} item={small} />
          )}
          <Back back={back} />
        </div>
      )}
      {image !== undefined && (
        <Beside
          cell={cell}
          image={image}
          beside={address.beside}
          choose={(other) => {
            const { beside: _, ...rest } = address;
            go(other === undefined ? rest : { ...rest, beside: other }, true);
          }}
        />
      )}
    </>
  );
}

function Back({ back }: Pick<Props, "back">) {
  const { address } = useRun();
  if (back === undefined || address.image === undefined) return null;
  return (
    <button type="button" className="back-button" onClick={back}>
      Back to where you were
    </button>
  );
}
