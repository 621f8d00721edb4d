import { useEffect, useRef } from "react";
import type { Lowered, Offers } from "../../live/questions.ts";
import type { Link } from "./link.ts";

/** The page is idle when nothing was asked for so long. */
const idleMs = 1200;
/** A gradient that takes longer is the last: whoever comes back meanwhile would wait for the next. */
const longSeconds = 2;

/** Pictures with more pixels keep the machine busy: whoever comes with one would wait for what was only prepared. */
const mostPixels = 128 * 128;

/** Bases whose gradients are not compiled yet, one of each file, whose targets share theirs; none where a counterfactual takes long. */
export function basesToPrepare(
  { classifiers, image }: Offers,
  { base, lowered }: { readonly base: string; readonly lowered: Pick<Lowered, "seconds"> | undefined },
): readonly string[] {
  if (image.width * image.height > mostPixels || (lowered?.seconds ?? 0) > longSeconds) return [];
  const own = classifiers.find(({ name }) => name === base)?.model;
  const models = [...new Set(classifiers.map(({ model }) => model))].filter((model) => model !== own);
  const others = models.flatMap((model) => classifiers.find((each) => each.model === model)?.name ?? []);
  return lowered === undefined ? [base, ...others] : others;
}

/** Has the gradients of bases compiled while the page is idle, one after the other: their first counterfactuals wait for none. */
export function usePrepared(link: Link, bases: readonly string[]): void {
  const done = useRef(new Set<string>());
  const wanted = bases.join("\n");
  useEffect(() => {
    const timer = setInterval(() => {
      if (link.idleMs < idleMs) return;
      const next = wanted.split("\n").find((base) => base !== "" && !done.current.has(base));
      if (next === undefined) return clearInterval(timer);
      done.current.add(next);
      const began = performance.now();
      link.ask("prepare", { base: next }).then(
        ({ seconds }) => {
          performance.measure("gradient prepared", { start: began });
          if (seconds > longSeconds) clearInterval(timer);
        },
        // Why it cannot be lowered is said when that is asked for.
        () => undefined,
      );
    }, idleMs / 3);
    return () => clearInterval(timer);
  }, [link, wanted]);
}
