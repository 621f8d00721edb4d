import { useEffect, useMemo, useState } from "react";
import type { Look } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import type { Address } from "./address.ts";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable, picturesOf } from "./pictures.ts";
import { type Answer, useAnswer } from "./use-answer.ts";

/** Pictures that are passed over, where no one chose any, because nothing calls them positive. */
const mostPassed = 8;

/** The picture that is looked at. */
export interface LiveSubject {
  /** The workspace's pictures, and the reader's own. */
  readonly known: readonly Choosable[];
  readonly own: readonly Choosable[];
  readonly chosen: Choosable | undefined;
  readonly look: Answer<Look>;
  /** Adds pictures of the reader's. */
  add(pictures: readonly Choosable[]): void;
  /** Chooses one of the reader's own, or none of these. */
  chooseOwn(picture: Choosable | undefined): void;
}

interface Wanted {
  readonly site: SiteFacts;
  readonly address: Address;
  /** Classifiers there are since one joined; 0 before. */
  readonly joined: number;
}

/** Looks at the picture that an address names, else at one that the reader brought, else at the first that something calls positive. */
export function useSubject(link: Link, { site, address, joined }: Wanted): LiveSubject {
  const [own, setOwn] = useState<readonly Choosable[]>([]);
  const [chosenOwn, setChosenOwn] = useState<Choosable>();
  const [passed, setPassed] = useState(0);
  const known = useMemo(() => picturesOf(site), [site]);
  const named = known.find(({ name }) => name === (address.picture ?? (chosenOwn ? undefined : site.opening?.picture)));
  const chosen = named ?? chosenOwn ?? known[passed];
  // Asked at once: the worker looks when the models are there. What joins later has not seen the picture.
  const look = useAnswer(chosen === undefined ? undefined : `${joined} ${chosen.source}`, () =>
    lookAt(link, chosen as Choosable),
  );
  const unread = look.failure === undefined ? undefined : chosen?.source;
  useEffect(() => {
    // What cannot be read is told, and does not stay among the pictures.
    if (unread !== undefined) setOwn((before) => before.filter(({ source }) => source !== unread));
  }, [unread]);
  const shows = look.waiting || look.value === undefined || look.value.positive.length > 0;
  const nobodys = named === undefined && chosenOwn === undefined;
  useEffect(() => {
    if (!shows && nobodys)
      setPassed((before) => (before < Math.min(mostPassed, known.length - 1) ? before + 1 : before));
  }, [shows, nobodys, known]);
  return {
    ...{ known, own, chosen, look },
    add: (pictures) => setOwn((before) => [...pictures, ...before]),
    chooseOwn: setChosenOwn,
  };
}

/** What the classifiers say of a picture. Errors: an Error that names it. */
async function lookAt(link: Link, picture: Choosable): Promise<Look> {
  const bytes = await bytesOf(picture);
  return link.ask("look", { name: picture.name, picture: bytes }).catch((error: Error) => {
    throw new Error(`"${picture.name}": ${error.message}`);
  });
}
