import { Scale, Swatch } from "../parts/legend.tsx";
import type { View } from "./address.ts";

/** How to read the colours and marks of the matrix of a run. Each view leaves the room of all, so that the matrix stays where it is. */
export function MatrixLegend({ view }: { readonly view: View }) {
  const states = view === "effect" || view === "alignment" || view === "decomposition";
  const own = view === "alignment";
  return (
    <ul className="legend" aria-label="Legend">
      <Scale />
      <Swatch className="beyond pos" strength={1} name="beyond ±1" />
      <Swatch className="none" name="no data" />
      <Swatch className="self" name="itself" unused={view === "decomposition" || view === "partial"} />
      <Swatch className="found pos" strength={0.6} name="found" unused={!states} />
      <Swatch className="clear pos" strength={0.05} name="clear" unused={!states} />
      <Swatch className="unresolved pos" strength={0.3} name="unresolved" unused={!states} />
      <Swatch className="found rejected pos" strength={0.6} name="found, rejected by the judge" unused={!own} />
      <Swatch className="own pos" strength={0.85} name="same concept" unused={!own} />
    </ul>
  );
}
