import { useEffect, useRef, useState } from "react";
import type { JoinedOffers } from "../../live/questions.ts";
import type { Link } from "./link.ts";
import type { Answer } from "./use-answer.ts";

/** Lets a model join when its files are given. The last that joined stays, whatever becomes of the next. */
export function useJoined(link: Link, files: ReadonlyMap<string, Blob> | undefined): Answer<JoinedOffers> {
  const [answer, setAnswer] = useState<Answer<JoinedOffers>>({ value: undefined, failure: undefined, waiting: false });
  const latest = useRef(files);
  latest.current = files;
  useEffect(() => {
    if (files === undefined) return;
    setAnswer(({ value }) => ({ value, failure: undefined, waiting: true }));
    const settle = (some: Partial<Answer<JoinedOffers>>): void =>
      setAnswer((before) => ({ ...before, ...some, waiting: latest.current !== files }));
    link.ask("join", { files }).then(
      (value) => settle({ value }),
      (error: Error) => settle({ failure: error.message }),
    );
  }, [link, files]);
  return answer;
}
