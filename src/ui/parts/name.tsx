/** Letters at the end of a long name that are always shown, and so many at most. */
const [kept, most] = [8, 20];

interface Props {
  readonly name: string;
  /** Letters at its end that are never cut. */
  readonly tail?: number;
}

/**
 * A name that, where there is no room for it, is cut in its middle: names of one kind differ at their ends. Both parts are drawn beside
 * the name as a whole, which is read out, found and copied.
 */
export function Name({ name, tail = kept }: Props) {
  const letters = [...name];
  const cut = letters.length > 2 * kept ? letters.length - tail : letters.length;
  return (
    <span className="name">
      <span className="hidden">{name}</span>
      <i aria-hidden="true" data-text={letters.slice(0, cut).join("")} />
      <i aria-hidden="true" data-text={letters.slice(cut).join("")} />
    </span>
  );
}

/** How long the end of each name has to be so that no two names look alike when they are cut. */
export function tailsOf(names: readonly string[]): number[] {
  return names.map((name) => {
    let tail = kept;
    const alike = () => names.some((other) => other !== name && other.slice(-tail) === name.slice(-tail));
    while (tail < most && alike()) tail++;
    return tail;
  });
}

/** "to", as a sign. */
export function Arrow() {
  return (
    <svg className="arrow" viewBox="0 0 14 10" role="img" aria-label="to">
      <path d="M0 5h12M8.5 1.5 12 5 8.5 8.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
}
