interface Props {
  readonly title: string;
  readonly lead: string;
  /** What stands before the legend, over the whole width. */
  readonly above?: React.ReactNode;
  /** The legend, and what there is to choose. */
  readonly toolbar: React.ReactNode;
  readonly note: string;
  /** What stands after the note. */
  readonly below?: React.ReactNode;
  /** What Enter opens. */
  readonly opens: string;
  readonly children: React.ReactNode;
}

/** The section of a page that holds its matrix: title, what it shows, legend, the matrix, and what its numbers are. */
export function MatrixFrame({ title, lead, above, toolbar, note, below, opens, children }: Props) {
  return (
    <section id="matrix" aria-labelledby="matrix-title" className="wide">
      <h2 id="matrix-title" tabIndex={-1}>
        {title}
      </h2>
      <p className="lead">{lead}</p>
      {above}
      <div className="toolbar">{toolbar}</div>
      {children}
      <p className="note">
        {note}
        <span className="screen-only"> Arrow keys move through the matrix, Enter opens {opens}.</span>
      </p>
      {below}
    </section>
  );
}
