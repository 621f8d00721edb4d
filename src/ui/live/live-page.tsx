import { useState } from "react";
import type { SiteFacts } from "../../serve/site.ts";
import { useAddress } from "../shell/use-address.ts";
import { type Address, deviceOf, liveAddress } from "./address.ts";
import { GuessPage } from "./guess-page.tsx";
import type { Link } from "./link.ts";
import { LookingPage } from "./looking-page.tsx";
import { useAnswer } from "./use-answer.ts";
import { useMark } from "./use-mark.ts";
import { useProgress } from "./use-progress.ts";

interface Props {
  readonly site: SiteFacts;
  readonly link: Link;
}

/** The live page: opens the models, for the game or to look for oneself. */
export function LivePage({ site, link }: Props) {
  const [address, go] = useAddress(liveAddress);
  const opening = useProgress();
  // Chosen once: models do not move while one looks.
  const [device] = useState(() => (site.webgpu ? deviceOf(address) : "cpu"));
  const offers = useAnswer(site.workspace, () =>
    link.ask("open", { workspace: new URL(site.workspace, location.href).href, device }, opening.begin()),
  );
  useMark("ready", offers.value !== undefined);
  const shared = { site, link, offers, address, go, openingProgress: opening.progress };
  if (site.guess !== undefined && opensGame(site, address)) return <GuessPage {...shared} rounds={site.guess} />;
  return <LookingPage {...shared} />;
}

/** A static page opens with the game: whoever comes to it knows nothing of it yet. */
function opensGame({ isolate }: SiteFacts, { device: _, ...asked }: Address): boolean {
  return asked.view === "guess" || (isolate && Object.keys(asked).length === 0);
}
