import type { Look, Lowered, Shown } from "../../live/questions.ts";
import type { Link } from "./link.ts";
import { useAnswer } from "./use-answer.ts";
import { usePlace } from "./use-place.ts";
import { type Progress, useProgress } from "./use-progress.ts";

/** What is asked of a picture. */
interface Wanted {
  /** undefined while the picture is looked at. */
  readonly look: Look | undefined;
  /** undefined asks nothing. */
  readonly base: string | undefined;
  readonly share: number;
}

/** A base on a picture: the counterfactual, and the place on the way there that the slider is at. */
export interface LiveCounterfactual {
  readonly lowered: Lowered | undefined;
  readonly place: Shown | undefined;
  readonly failure: string | undefined;
  readonly waiting: boolean;
  /** Of a search that takes long: pictures tried so far. */
  readonly progress: Progress | undefined;
}

/** Lowers a base on a picture, and follows the slider. The last counterfactual stays while another base is searched, and goes with its picture. */
export function useCounterfactual(link: Link, { look, base, share }: Wanted): LiveCounterfactual {
  const key = look === undefined || base === undefined ? undefined : `${look.subject} ${base}`;
  const { progress, begin } = useProgress();
  const { value, failure, waiting } = useAnswer(key, () =>
    link.ask("lower", { subject: (look as Look).subject, base: base as string }, begin()),
  );
  const lowered = base !== undefined && value?.subject === look?.subject ? value : undefined;
  // The end came with the answer.
  const between = usePlace(link, share === 1 ? undefined : lowered?.traversal, share);
  return { lowered, place: share === 1 ? lowered?.end : between, failure, waiting, progress };
}
