interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  /** What each word is called. */
  readonly names: Readonly<Record<T, string>>;
  readonly choose: (word: string) => void;
}

/** One of a few words. */
export function Choice<T extends string>({ label, value, names, choose }: Props<T>) {
  return (
    <label className="choice">
      {label}{" "}
      <select value={value} onChange={(event) => choose(event.target.value)}>
        {Object.entries<string>(names).map(([word, name]) => (
          <option key={word} value={word}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
