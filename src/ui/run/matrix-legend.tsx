import { Scale, Swatch } from "../parts/legend.tsx";
import type { View } from "./address.ts";

/** How to read the colours and marks of the matrix of a run. */
export function MatrixLegend({ view }: { readonly view: View }) {
  return (
    <ul className="legend" aria-label="Legend">
      <Scale />
      {(view === "alignment" || view === "decomposition") && (
        <>
          <Swatch className="found pos" strength={0.6} name="found" />
          <Swatch className="clear pos" strength={0.05} name="clear" />
          <Swatch className="unresolved pos" strength={0.3} name="unresolved" />
        </>
      )}
      {view === "alignment" && (
        <>
          <Swatch className="found rejected pos" strength={0.6} name="found, rejected by the judge" />
          <Swatch className="found noise pos" strength={0.4} name="within the noise floor" />
          <Swatch className="own pos" strength={0.85} name="same concept" />
        </>
      )}
      {view !== "decomposition" && view !== "partial" && <Swatch className="self" name="itself" />}
      <Swatch className="none" name="no data" />
    </ul>
  );
}
