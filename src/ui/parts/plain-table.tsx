import type { ReactNode } from "react";

/** A column of words by its name, or one of numbers or drawings; hidden: its name is for a screen reader. */
export type Column = string | readonly [name: string, className: "right" | "graph", hidden?: boolean];

/** The names of columns as columns of numbers. */
export function right(names: readonly string[]): Column[] {
  return names.map((name) => [name, "right"]);
}

interface Props {
  /** Before the head. */
  readonly caption?: ReactNode;
  readonly className?: string;
  readonly columns: readonly Column[];
  /** The lines. */
  readonly children: ReactNode;
}

/** A table that scrolls where it is too wide. */
export function PlainTable({ caption, className, columns, children }: Props) {
  return (
    <div className="scroll">
      <table className={className === undefined ? "plain" : `plain ${className}`}>
        {caption}
        <thead>
          <tr>
            {columns.map((column) => {
              const [name, kind, hidden] = typeof column === "string" ? [column] : column;
              return (
                <th key={name} scope="col" className={kind}>
                  {hidden ? <span className="hidden">{name}</span> : name}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
