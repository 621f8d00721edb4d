/** How to read the colours and marks of the matrix. */
export function Legend({ states }: { readonly states: boolean }) {
  return (
    <ul className="legend" aria-label="Legend">
      <li className="legend-scale">
        <span>−1</span>
        <i className="ramp" />
        <span>1</span>
      </li>
      {states && (
        <>
          <li>
            <i className="swatch found pos" style={{ "--v": 0.6 } as React.CSSProperties} /> found
          </li>
          <li>
            <i className="swatch clear pos" style={{ "--v": 0.05 } as React.CSSProperties} /> clear
          </li>
          <li>
            <i className="swatch unresolved pos" style={{ "--v": 0.3 } as React.CSSProperties} /> unresolved
          </li>
          <li>
            <i className="swatch own pos" style={{ "--v": 0.85 } as React.CSSProperties} /> same concept
          </li>
        </>
      )}
      <li>
        <i className="swatch self" /> itself
      </li>
      <li>
        <i className="swatch none" /> no data
      </li>
    </ul>
  );
}
