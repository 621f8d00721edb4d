import { useEffect, useRef, useState } from "react";
import type { Shown } from "../../live/questions.ts";
import type { Link } from "./link.ts";

/**
 * The place on a traversal that the slider is at, decoded as it moves: one is asked for at a time, and those that the slider has left
 * by then are never asked for. The last one stays until the next is there.
 */
export function usePlace(link: Link, traversal: number | undefined, share: number): Shown | undefined {
  const [shown, setShown] = useState<{ readonly traversal: number; readonly place: Shown }>();
  const wanted = useRef({ traversal, share });
  const busy = useRef(false);
  wanted.current = { traversal, share };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is wanted starts the chain anew
  useEffect(() => {
    const follow = async (): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      try {
        for (let done = ""; done !== keyOf(wanted.current); ) {
          const { traversal, share } = wanted.current;
          done = keyOf(wanted.current);
          if (traversal === undefined) continue;
          const began = performance.now();
          const place = await link.ask("show", { traversal, share });
          performance.measure("slider step", { start: began });
          setShown({ traversal, place });
        }
      } finally {
        busy.current = false;
      }
    };
    void follow().catch(() => undefined);
  }, [link, traversal, share]);
  return shown !== undefined && shown.traversal === traversal ? shown.place : undefined;
}

const keyOf = ({ traversal, share }: { readonly traversal: number | undefined; readonly share: number }): string =>
  `${traversal} ${share}`;
