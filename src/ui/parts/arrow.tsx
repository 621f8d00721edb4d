/** "to", as a sign. */
export function Arrow() {
  return (
    <svg className="arrow" viewBox="0 0 14 10" role="img" aria-label="to">
      <path d="M0 5h12M8.5 1.5 12 5 8.5 8.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
}
