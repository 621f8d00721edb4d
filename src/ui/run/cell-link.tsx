import { cellAddress } from "./address.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly to: { readonly base: string; readonly downstream?: string };
  readonly children: React.ReactNode;
}

/** The way to a cell, or to the page of a classifier. */
export function CellLink({ to: { base, downstream }, children }: Props) {
  const { address, open } = useRun();
  return (
    <a
      href={cellAddress(address, { base, ...(downstream === undefined ? {} : { downstream }) })}
      onClick={(event) => {
        event.preventDefault();
        open(base, downstream);
      }}
    >
      {children}
    </a>
  );
}
