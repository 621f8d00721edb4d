import { SectionLink } from "./section-link.tsx";

interface Props {
  /** What kind of page it is. */
  readonly kicker: string;
  /** Of what. */
  readonly title: string;
  readonly headline: string;
  readonly deck: React.ReactNode;
  /** How it was measured, in small print. */
  readonly method?: React.ReactNode;
  /** Numbers with what they count. */
  readonly counts: readonly (readonly [string, string])[];
  /** Element ids of the sections with their names. */
  readonly contents: readonly (readonly [string, string])[];
  /** A picture beside the headline. */
  readonly children?: React.ReactNode;
}

/** The top of a page: the outcome in one sentence, what it rests on, and the way to every section. */
export function PageHead({ kicker, title, headline, deck, method, counts, contents, children }: Props) {
  return (
    <header className="masthead">
      <p className="kicker">
        {kicker} <span>{title}</span>
      </p>
      <div className="opening">
        <div>
          <h1>{headline}</h1>
          <p className="deck">{deck}</p>
        </div>
        {children}
      </div>
      {method !== undefined && <p className="method">{method}</p>}
      <dl className="counts">
        {counts.map(([value, name]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
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
