interface SwatchProps {
  readonly className: string;
  /** Strength of its colour. */
  readonly strength?: number;
  readonly name: string;
  /** Takes its room and is not shown. */
  readonly unused?: boolean;
}

/** A cell of the matrix in small, with what it means. */
export function Swatch({ className, strength, name, unused = false }: SwatchProps) {
  const style = strength === undefined ? undefined : ({ "--v": strength } as React.CSSProperties);
  return (
    <li className={unused ? "unused" : undefined}>
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
