import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { motion, reveal } from "./reveal.ts";

/** How a page writes its state into the address after "#". */
export interface AddressForm<Address> {
  /** Leaves out what it does not know. */
  readonly read: (hash: string) => Address;
  readonly write: (address: Address) => string;
  /** Element ids of the places that an address opens: the first that is in the page; empty where it opens none. */
  readonly opens: (address: Address) => readonly string[];
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
 * The third is the way back for who came by a link of this page.
 */
export function useAddress<Address>({
  read,
  write,
  opens,
}: AddressForm<Address>): readonly [Address, Go<Address>, (() => void) | undefined] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  const left = useRef(new Map<string, Element | null>());
  const coming = useRef<"by step" | "by link" | "in place">("by step");
  const [linked, setLinked] = useState(false);

  const go = useCallback(
    (next: Address, replace = false): void => {
      const target = write(next);
      if (target === location.hash) {
        if (!replace) land(target, opens(next), motion());
      } else if (replace) {
        coming.current = "in place";
        history.replaceState(null, "", target);
        dispatchEvent(new HashChangeEvent("hashchange"));
      } else {
        coming.current = "by link";
        // The way back goes to what had the focus: the browser's own goes to where that was before the page changed.
        history.scrollRestoration = "manual";
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
    setLinked(came === "by link");
    const before = came === "by step" ? left.current.get(hash) : undefined;
    if ((before instanceof HTMLElement || before instanceof SVGElement) && before.isConnected) {
      before.focus({ preventScroll: true });
      before.scrollIntoView({ block: "center", behavior: "instant" });
    } else {
      // Who opens a page, or steps through what was open, is there at once.
      land(hash, opens(read(hash)), came === "by link" ? motion() : "instant");
    }
  }, [hash, read, opens]);

  return [read(hash), go, linked ? back : undefined];
}

const back = (): void => history.back();

/** Takes the reader to the place that an address opens, or to the section that it names. */
function land(hash: string, opened: readonly string[], behavior: ScrollBehavior): void {
  const named = document.getElementById(hash.slice(1));
  const id =
    opened.find((each) => document.getElementById(each) !== null) ?? (named?.matches("section") ? named.id : undefined);
  if (id !== undefined) reveal(id, behavior);
}
