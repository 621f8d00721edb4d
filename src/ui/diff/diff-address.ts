import { useHash, wordsOf } from "../shell/address.ts";

/** The cell that is open, by its places in the matrix: the address after "#" holds the names of the second run. */
export interface DiffAddress {
  readonly base?: string;
  readonly downstream?: string;
}

export function readDiffAddress(hash: string): DiffAddress {
  const words = wordsOf(hash);
  const [base, downstream] = [words.get("base"), words.get("downstream")];
  return { ...(base === null ? {} : { base }), ...(downstream === null ? {} : { downstream }) };
}

export function writeDiffAddress({ base, downstream }: DiffAddress): string {
  const words = new URLSearchParams();
  if (base !== undefined) words.set("base", base);
  if (downstream !== undefined) words.set("downstream", downstream);
  return `#${words}`;
}

/** The address of the page, live, and how to go elsewhere. */
export function useDiffAddress() {
  const [hash, go] = useHash();
  return [readDiffAddress(hash), (next: DiffAddress) => go(writeDiffAddress(next))] as const;
}
