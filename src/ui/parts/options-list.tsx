interface Props {
  readonly options: Readonly<Record<string, string | number | boolean | null>>;
}

/** Resolved options by name. */
export function OptionsList({ options }: Props) {
  return (
    <dl className="options">
      {Object.entries(options).map(([name, value]) => (
        <div key={name}>
          <dt>{name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}</dt>
          <dd>{value === null ? "no limit" : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** One line of a list of facts. */
export function Fact({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
