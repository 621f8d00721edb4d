/** Letters at the end of a long name that are always shown. */
const kept = 8;

/** A name that, where there is no room for it, is cut in its middle: names of one kind differ at their ends. */
export function Name({ name }: { readonly name: string }) {
  const letters = [...name];
  const cut = letters.length > 2 * kept ? letters.length - kept : letters.length;
  return (
    <span className="name">
      <span>{letters.slice(0, cut).join("")}</span>
      <span>{letters.slice(cut).join("")}</span>
    </span>
  );
}

/** "to", as a sign. */
export function Arrow() {
  return (
    <svg className="arrow" viewBox="0 0 14 10" role="img" aria-label="to">
      <path d="M0 5h12M8.5 1.5 12 5 8.5 8.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
}
