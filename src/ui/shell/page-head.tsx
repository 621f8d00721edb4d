import { SectionLink } from "./section-link.tsx";

interface Props {
  /** What kind of page it is. */
  readonly kicker: string;
  /** Of what. */
  readonly title: string;
  readonly headline: React.ReactNode;
  readonly deck: React.ReactNode;
  /** How it was measured: folded, with the numbers. */
  readonly method?: React.ReactNode;
  /** Numbers with what they count. */
  readonly counts: readonly (readonly [string, string])[];
  /** Element ids of the sections with their names. */
  readonly contents: readonly (readonly [string, string])[];
  /** Pictures below the headline. */
  readonly children?: React.ReactNode;
}

/** The top of a page: the outcome in one sentence, what it rests on, and the way to every section. */
export function PageHead({ kicker, title, headline, deck, method, counts, contents, children }: Props) {
  const numbers = (
    <dl className="counts">
      {counts.map(([value, name]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
  return (
    <header className="masthead" data-names={method === undefined ? undefined : ""}>
      <p className="kicker">
        {kicker} <span>{title}</span>
      </p>
      <h1>{headline}</h1>
      <p className="deck">{deck}</p>
      {children}
      {method === undefined ? (
        numbers
      ) : (
        <details className="how">
          <summary>How was this measured?</summary>
          <p className="method">{method}</p>
          {numbers}
        </details>
      )}
      <nav aria-label="Parts of this report">
        {contents.map(([id, name]) => (
          <SectionLink key={id} id={id}>
            {name}
          </SectionLink>
        ))}
      </nav>
    </header>
  );
}
