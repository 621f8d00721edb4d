import { useEffect, useRef, useState } from "react";
import type { Likeness } from "../../live/likeness.ts";
import type { Look } from "../../live/questions.ts";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable } from "./pictures.ts";
import { useAnswer } from "./use-answer.ts";

/** Pictures that others are compared with, and how many are encoded at a time. */
const [most, atATime] = [60, 6];
/** Where encoding takes long, as many as there are by then have to do. */
const patienceMs = 30_000;

interface Compared {
  /** Whether the picture is the reader's own: the workspace's are like themselves. */
  readonly isOwn: boolean;
  readonly look: Look | undefined;
  /** What it is compared with: the workspace's pictures. */
  readonly known: readonly Choosable[];
}

/** Whether a picture of the reader's is like those of the workspace, which are encoded when the first comes. */
export function useLikeness(
  link: Link,
  { isOwn, look, known }: Compared,
): { readonly likeness: Likeness | undefined; readonly waiting: boolean } {
  const begun = useRef(false);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    if (!isOwn || look === undefined || begun.current) return;
    begun.current = true;
    encodeAll(link, known.slice(0, most))
      .catch(() => undefined)
      .then(() => setReady(true));
  }, [link, known, isOwn, look]);
  const key = isOwn && ready && look !== undefined ? String(look.subject) : undefined;
  const { value, waiting } = useAnswer(key, () => link.ask("likeness", { subject: (look as Look).subject }));
  return { likeness: key === undefined || waiting ? undefined : value, waiting: isOwn && (!ready || waiting) };
}

async function encodeAll(link: Link, pictures: readonly Choosable[]): Promise<void> {
  const began = performance.now();
  for (let start = 0; start < pictures.length && performance.now() - began < patienceMs; start += atATime) {
    const some = await Promise.all(pictures.slice(start, start + atATime).map(bytesOf));
    await link.ask("reference", { pictures: some });
  }
}
