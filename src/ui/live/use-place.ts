import { useEffect, useRef, useState } from "react";
import type { Shown } from "../../live/questions.ts";
import type { Link } from "./link.ts";

/**
 * The place on a way that the slider is at, decoded as it moves: one is asked for at a time, and those that the slider has left
 * by then are never asked for. The last one stays until the next is there.
 */
export function usePlace(link: Link, way: number | undefined, share: number): Shown | undefined {
  const [shown, setShown] = useState<{ readonly way: number; readonly place: Shown }>();
  const wanted = useRef({ way, share });
  const busy = useRef(false);
  wanted.current = { way, share };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of what is wanted starts the chain anew
  useEffect(() => {
    const follow = async (): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      try {
        for (let done = ""; done !== keyOf(wanted.current); ) {
          const { way, share } = wanted.current;
          done = keyOf(wanted.current);
          if (way === undefined) continue;
          const began = performance.now();
          const place = await link.ask("show", { way, share });
          performance.measure("slider step", { start: began });
          setShown({ way, place });
        }
      } finally {
        busy.current = false;
      }
    };
    void follow().catch(() => undefined);
  }, [link, way, share]);
  return shown !== undefined && shown.way === way ? shown.place : undefined;
}

const keyOf = ({ way, share }: { readonly way: number | undefined; readonly share: number }): string =>
  `${way} ${share}`;
