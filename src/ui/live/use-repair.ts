import { useRef, useState } from "react";
import type { RepairPicture } from "../../live/repair-picture.ts";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable } from "./pictures.ts";

/** Pictures whose feature is taken out or put in: that takes most of the time. */
const edited = 30;

/** A target and the feature that it is to lose. */
export interface RepairSubject {
  readonly target: string;
  readonly feature: string;
}

/** What is known for a repair so far. */
export interface RepairState {
  /** What `pictures` are about; undefined before the first. */
  readonly subject: RepairSubject | undefined;
  readonly pictures: readonly RepairPicture[];
  /** Pictures that are left to look at; 0 where nothing goes on. */
  readonly left: number;
  readonly failure: string | undefined;
}

/** Looks at pictures for a repair, one after the other, so that the slider moves from the first ones on. */
export function useRepair(
  link: Link,
): RepairState & { start(subject: RepairSubject, pictures: readonly Choosable[]): void; stop(): void } {
  const [state, setState] = useState<RepairState>({ subject: undefined, pictures: [], left: 0, failure: undefined });
  const turn = useRef(0);
  const start = async (subject: RepairSubject, pictures: readonly Choosable[]): Promise<void> => {
    const own = ++turn.current;
    setState({ subject, pictures: [], left: pictures.length, failure: undefined });
    for (const [index, picture] of pictures.entries()) {
      const about = { ...subject, name: picture.name, labels: picture.labels ?? {}, edit: index < edited };
      const found = await link.ask("repairPicture", { ...about, picture: await bytesOf(picture) });
      if (own !== turn.current) return;
      setState((before) => ({ ...before, pictures: [...before.pictures, found], left: pictures.length - index - 1 }));
    }
  };
  return {
    ...state,
    start(subject, pictures) {
      start(subject, pictures).catch((error: Error) =>
        setState((before) => ({ ...before, left: 0, failure: error.message })),
      );
    },
    stop() {
      turn.current++;
      setState((before) => ({ ...before, left: 0 }));
    },
  };
}
