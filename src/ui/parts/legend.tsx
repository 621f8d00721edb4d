import type { View } from "../shell/address.ts";

interface SwatchProps {
  readonly className: string;
  /** Strength of its colour. */
  readonly strength?: number;
  readonly name: string;
}

/** A cell of the matrix in small, with what it means. */
export function Swatch({ className, strength, name }: SwatchProps) {
  const style = strength === undefined ? undefined : ({ "--v": strength } as React.CSSProperties);
  return (
    <li>
      <i className={`swatch ${className}`} style={style} /> {name}
    </li>
  );
}

/** The colours from −1 to 1. */
export function Scale() {
  return (
    <li className="legend-scale">
      <span>−1</span>
      <i className="ramp" />
      <span>1</span>
    </li>
  );
}

/** How to read the colours and marks of the matrix of a run. */
export function Legend({ view }: { readonly view: View }) {
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
          <Swatch className="found unconfirmed pos" strength={0.6} name="found, not confirmed by the judge" />
          <Swatch className="found noise pos" strength={0.4} name="within the noise floor" />
          <Swatch className="own pos" strength={0.85} name="same concept" />
        </>
      )}
      {view !== "decomposition" && view !== "partial" && <Swatch className="self" name="itself" />}
      <Swatch className="none" name="no data" />
    </ul>
  );
}
