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
