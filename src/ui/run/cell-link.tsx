import { type Address, cellAddress } from "./address.ts";

interface Props {
  readonly to: { readonly base: string; readonly downstream?: string };
  readonly address: Address;
  readonly open: (base: string, downstream?: string) => void;
  readonly children: React.ReactNode;
}

/** The way to a cell, or to the page of a classifier. */
export function CellLink({ to: { base, downstream }, address, open, children }: Props) {
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
