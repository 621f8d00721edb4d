import { useEffect, useState } from "react";
import { openingBase } from "../../live/opening-base.ts";
import type { Edited, Look, Lowered, Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { type Address, directionOf, shareOf } from "./address.ts";
import type { Link } from "./link.ts";
import type { Answer } from "./use-answer.ts";
import { type LiveCounterfactual, useCounterfactual, useEdit } from "./use-counterfactual.ts";
import { basesToPrepare, usePrepared } from "./use-prepared.ts";
import type { Progress } from "./use-progress.ts";

/** What is done to the picture: a base is lowered, and maybe another beside it, or a feature is taken out or put in. */
export interface Bench {
  readonly base: string;
  /** undefined while a base is lowered. */
  readonly feature: string | undefined;
  readonly share: number;
  readonly first: LiveCounterfactual;
  readonly second: LiveCounterfactual;
  readonly edit: LiveCounterfactual<Edited>;
  /** What is seen. */
  readonly shown: Lowered | undefined;
  readonly waiting: boolean;
  /** Of a search that takes long. */
  readonly progress: Progress | undefined;
}

interface Wanted {
  readonly site: SiteFacts;
  readonly address: Address;
  readonly offered: Offers | undefined;
  readonly look: Answer<Look>;
}

/** Does to the picture what the address says. */
export function useBench(link: Link, { site, address, offered, look }: Wanted): Bench {
  const looked = look.waiting ? undefined : look.value;
  const opens = site.opening?.picture === look.value?.name ? site.opening?.base : undefined;
  const [refused, setRefused] = useState<readonly string[]>([]);
  const base = address.base ?? opens ?? (offered && openingBase(offered, look.value, refused)) ?? "";
  const { feature, against } = address;
  const [share, direction] = [shareOf(address), directionOf(address)];
  const wanted = { look: looked, share, direction };
  const lowering = feature === undefined && offered !== undefined;
  const first = useCounterfactual(link, { ...wanted, base: lowering ? base : undefined });
  const second = useCounterfactual(link, { ...wanted, base: lowering ? against : undefined });
  const isRefused = address.base === undefined && first.failure !== undefined;
  useEffect(() => {
    // Nobody asked for it: another may be lowered.
    if (isRefused) setRefused((before) => (before.includes(base) ? before : [...before, base]));
  }, [isRefused, base]);
  const edit = useEdit(link, { look: looked, share, feature: offered === undefined ? undefined : feature });
  usePrepared(link, offered === undefined ? [] : basesToPrepare(offered, { base, lowered: first.lowered }));
  const waiting = [first, second, edit].find((each) => each.waiting);
  return {
    ...{ base, feature, share, first, second, edit },
    shown: feature === undefined ? first.lowered : edit.lowered,
    waiting: waiting !== undefined,
    progress: waiting?.progress,
  };
}
