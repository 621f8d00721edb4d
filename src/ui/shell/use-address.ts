import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { reveal } from "./reveal.ts";

/** How a page writes its state into the address after "#". */
export interface AddressForm<Address> {
  /** Leaves out what it does not know. */
  readonly read: (hash: string) => Address;
  readonly write: (address: Address) => string;
  /** Element id of the section that an address opens; undefined where it opens none. */
  readonly opens: (address: Address) => string | undefined;
}

/** Goes to an address and takes the reader to what it opens; `replace` stays in place and leaves no step in the history. */
export type Go<Address> = (next: Address, replace?: boolean) => void;

const subscribe = (changed: () => void): (() => void) => {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
};

/**
 * The state of a page, which is the address after "#", live, and how to go elsewhere. Whoever comes to an address lands on
 * what it opens, `#matrix` on the section of that id; Back returns the focus to where it was when the address was left.
 */
export function useAddress<Address>({ read, write, opens }: AddressForm<Address>): readonly [Address, Go<Address>] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const left = useRef(new Map<string, Element | null>());
  const coming = useRef<"by step" | "by link" | "in place">("by step");

  const go = useCallback(
    (next: Address, replace = false): void => {
      const target = write(next);
      if (target === location.hash) {
        if (!replace) land(target, opens(next));
      } else if (replace) {
        coming.current = "in place";
        history.replaceState(null, "", target);
        dispatchEvent(new HashChangeEvent("hashchange"));
      } else {
        coming.current = "by link";
        left.current.set(location.hash, document.activeElement);
        location.hash = target;
      }
    },
    [write, opens],
  );

  // What the address opens is in the page once React has drawn it.
  useEffect(() => {
    const came = coming.current;
    coming.current = "by step";
    if (came === "in place") return;
    const before = came === "by step" ? left.current.get(hash) : undefined;
    if (before instanceof HTMLElement && before.isConnected) {
      before.focus({ preventScroll: true });
      before.scrollIntoView({ block: "nearest" });
    } else {
      land(hash, opens(read(hash)));
    }
  }, [hash, read, opens]);

  return [read(hash), go];
}

/** Takes the reader to the section that an address opens, or names. */
function land(hash: string, opened: string | undefined): void {
  const named = document.getElementById(hash.slice(1));
  const id = opened ?? (named?.matches("section") ? named.id : undefined);
  if (id !== undefined) reveal(id);
}
