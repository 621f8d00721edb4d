import type { Direction, Edited, Look, Lowered, OnProgress, Shown } from "../../live/questions.ts";
import type { Link } from "./link.ts";
import { useAnswer } from "./use-answer.ts";
import { usePlace } from "./use-place.ts";
import { type Progress, useProgress } from "./use-progress.ts";

/** What is asked of a picture. */
interface Wanted {
  /** undefined while the picture is looked at. */
  readonly look: Look | undefined;
  /** Place on the way. */
  readonly share: number;
}

/** A base on a picture, or a feature: the counterfactual, and the place on the way there that the slider is at. */
export interface LiveCounterfactual<T extends Lowered = Lowered> {
  readonly lowered: T | undefined;
  readonly place: Shown | undefined;
  readonly failure: string | undefined;
  readonly waiting: boolean;
  /** Of a search that takes long: pictures tried so far. */
  readonly progress: Progress | undefined;
}

interface LowerWanted extends Wanted {
  /** undefined asks nothing. */
  readonly base: string | undefined;
  readonly direction: Direction;
}

/** Lowers a base on a picture, and follows the slider. The last counterfactual stays while another base is searched, and goes with its picture. */
export function useCounterfactual(link: Link, { base, direction, ...wanted }: LowerWanted): LiveCounterfactual {
  const key = base === undefined ? undefined : `${direction} ${base}`;
  return useWay(link, { ...wanted, key }, (subject, onProgress) =>
    link.ask("lower", { subject, base: base as string, direction }, onProgress),
  );
}

interface EditWanted extends Wanted {
  /** undefined asks nothing. */
  readonly feature: string | undefined;
}

/** Takes a feature out of a picture, or puts it in, and follows the slider; as `useCounterfactual`. */
export function useEdit(link: Link, { feature, ...wanted }: EditWanted): LiveCounterfactual<Edited> {
  return useWay(link, { ...wanted, key: feature }, (subject, onProgress) =>
    link.ask("edit", { subject, feature: feature as string }, onProgress),
  );
}

function useWay<T extends Lowered>(
  link: Link,
  { look, key, share }: Wanted & { readonly key: string | undefined },
  ask: (subject: number, onProgress: OnProgress) => Promise<T>,
): LiveCounterfactual<T> {
  const { progress, begin } = useProgress();
  const whole = look === undefined || key === undefined ? undefined : `${look.subject} ${key}`;
  const { value, failure, waiting } = useAnswer(whole, () => ask((look as Look).subject, begin()));
  const lowered = key !== undefined && value?.subject === look?.subject ? value : undefined;
  // The end came with the answer.
  const between = usePlace(link, share === 1 ? undefined : lowered?.traversal, share);
  return { lowered, place: share === 1 ? lowered?.end : between, failure, waiting, progress };
}
