import { useEffect, useMemo, useState } from "react";
import type { Look, Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { type Go, useAddress } from "../shell/use-address.ts";
import { type Address, addressOf, deviceOf, liveAddress, shareOf } from "./address.ts";
import { AuditPanel } from "./audit-panel.tsx";
import { Chooser } from "./chooser.tsx";
import { ComputeNote } from "./compute-note.tsx";
import type { GivenFile } from "./given-files.ts";
import { JoinedNote } from "./joined-note.tsx";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable, ownPictures, picturesOf } from "./pictures.ts";
import { rowsOf } from "./prediction-rows.ts";
import { statusOf } from "./status.ts";
import { takenFrom } from "./taken.ts";
import { useAnswer } from "./use-answer.ts";
import { type LiveCounterfactual, useCounterfactual } from "./use-counterfactual.ts";
import { useDrop } from "./use-drop.ts";
import { useJoined } from "./use-joined.ts";
import { basesToPrepare, usePrepared } from "./use-prepared.ts";
import { useProgress } from "./use-progress.ts";
import { Workbench } from "./workbench.tsx";

interface Props {
  readonly site: SiteFacts;
  readonly link: Link;
}

/** The live page: a picture, its counterfactual for a base, and every prediction on the way there. */
export function LivePage({ site, link }: Props) {
  const [address, go] = useAddress(liveAddress);
  const [own, setOwn] = useState<readonly Choosable[]>([]);
  const [chosenOwn, setChosenOwn] = useState<Choosable>();
  const known = useMemo(() => picturesOf(site), [site]);
  const chosen = known.find(({ name }) => name === address.picture) ?? chosenOwn ?? known[0];

  const opening = useProgress();
  // Chosen once: models do not move while one looks.
  const [device] = useState(() => (site.webgpu ? deviceOf(address) : "cpu"));
  const offers = useAnswer(site.workspace, () =>
    link.ask("open", { workspace: new URL(site.workspace, location.href).href, device }, opening.begin()),
  );
  const [refusal, setRefusal] = useState<string>();
  const [joining, setJoining] = useState<ReadonlyMap<string, Blob>>();
  const join = useJoined(link, joining);
  const offered = join.value?.offers ?? offers.value;
  useMark("ready", offers.value !== undefined);
  // Asked at once: the worker looks when the models are there. What joins later has not seen the picture.
  const later = join.value?.offers.classifiers.length ?? 0;
  const look = useAnswer(chosen === undefined ? undefined : `${later} ${chosen.source}`, () =>
    lookAt(link, chosen as Choosable),
  );
  const subject = look.value;
  const unread = look.failure === undefined ? undefined : chosen?.source;
  useEffect(() => {
    // What cannot be read is told, and does not stay among the pictures.
    if (unread !== undefined) setOwn((before) => before.filter(({ source }) => source !== unread));
  }, [unread]);
  const base = address.base ?? subject?.positive[0] ?? offered?.classifiers[0]?.name ?? "";
  const share = shareOf(address);
  const looked = look.waiting ? undefined : subject;
  const first = useCounterfactual(link, { look: looked, base: offered && base, share });
  const second = useCounterfactual(link, { look: looked, base: address.against, share });
  usePrepared(link, offered === undefined ? [] : basesToPrepare(offered, { base, lowered: first.lowered }));
  useMark("counterfactual", first.lowered !== undefined);

  const choose = (picture: Choosable): void => {
    setRefusal(undefined);
    setChosenOwn(picture.file && picture);
    go(addressOf({ ...address, picture: picture.file === undefined ? picture.name : undefined, at: undefined }));
  };
  const add = (pictures: readonly Choosable[]): void => {
    const [first] = pictures;
    if (first === undefined) return;
    setOwn((before) => [...pictures, ...before]);
    choose(first);
  };
  /** Pictures are shown, and a model joins. */
  const take = (files: readonly GivenFile[]): void => {
    const { model, pictures, refusal } = takenFrom(files);
    if (model !== undefined) setJoining(model);
    add(ownPictures(pictures));
    setRefusal(refusal);
  };
  const slide = (at: number): void => go(addressOf({ ...address, base, at: at === 1 ? undefined : String(at) }), true);
  const dragged = useDrop(take);

  const status = statusOf({
    offers,
    offered,
    joining: join.waiting,
    openingProgress: opening.progress,
    look,
    waiting: first.waiting || second.waiting,
    searchProgress: first.waiting ? first.progress : second.progress,
    site,
    chosen,
  });
  return (
    <main className="live" data-dragged={dragged}>
      <header>
        <p className="kicker">
          Counterfactual alignment, live <span>{site.title}</span>
        </p>
        <h1>Which features does this classifier use?</h1>
        <p className="deck">
          Take a picture, lower one prediction by changing the picture just enough, and see which other predictions fall
          with it. The models run here, in your browser; nothing is uploaded.
        </p>
      </header>
      <Chooser {...{ chosen, choose, take }} pictures={[...own, ...known]} more={site.morePictures} />
      <p className="status" role="status" data-state={status.state}>
        {status.words}
      </p>
      {offered !== undefined && (
        <ComputeNote
          compute={first.lowered?.compute ?? looked?.compute ?? offered.compute}
          webgpu={site.webgpu}
          modelBytes={site.modelBytes}
          memoryBytes={link.memoryBytes}
          lookSeconds={looked?.seconds}
          lowerSeconds={first.lowered?.seconds}
        />
      )}
      {refusal !== undefined && <Failure words={refusal} />}
      {offers.failure !== undefined && <Failure words={offers.failure} />}
      {join.failure !== undefined && <Failure words={join.failure} />}
      {join.value !== undefined && <JoinedNote joined={join.value} />}
      {offered !== undefined && look.failure !== undefined && <Failure words={look.failure} />}
      {offered !== undefined && <AuditPanel {...{ link, site, known, own, base }} offers={offered} />}
      {offered !== undefined && subject !== undefined && (
        <Workbenches {...{ link, address, go, base, share, slide, first, second }} offers={offered} look={subject} />
      )}
    </main>
  );
}

interface WorkbenchesProps {
  readonly link: Link;
  readonly address: Address;
  readonly go: Go<Address>;
  readonly offers: Offers;
  readonly look: Look;
  readonly base: string;
  readonly share: number;
  readonly slide: (share: number) => void;
  readonly first: LiveCounterfactual;
  readonly second: LiveCounterfactual;
}

/** One base, or two that are compared: their predictions stand in one order then. */
function Workbenches({ address, go, base, first, second, ...rest }: WorkbenchesProps) {
  const { offers, look } = rest;
  const { against } = address;
  const order = rowsOf(offers, { look, lowered: first.lowered }).map(({ name }) => name);
  const lower = (words: Partial<Address>): void => go(addressOf({ ...address, ...words, at: undefined }));
  return (
    <div className="workbenches" data-count={against === undefined ? 1 : 2}>
      <Workbench {...{ ...rest, base }} counterfactual={first} lower={(name) => lower({ base: name })}>
        {against === undefined && (
          <button
            type="button"
            onClick={() => go(addressOf({ ...address, base, against: otherThan(base, look, offers) }))}
          >
            Compare with…
          </button>
        )}
      </Workbench>
      {against !== undefined && (
        <Workbench
          {...{ ...rest, order }}
          base={against}
          counterfactual={second}
          lower={(name) => lower({ against: name })}
        >
          <button type="button" onClick={() => go(addressOf({ ...address, against: undefined }))}>
            Close
          </button>
        </Workbench>
      )}
    </div>
  );
}

/** What the classifiers say of a picture. Errors: an Error that names it. */
async function lookAt(link: Link, picture: Choosable): Promise<Look> {
  const bytes = await bytesOf(picture);
  return link.ask("look", { name: picture.name, picture: bytes }).catch((error: Error) => {
    throw new Error(`"${picture.name}": ${error.message}`);
  });
}

/** Another classifier to begin a comparison with: one that calls the picture positive, where there is one. */
function otherThan(base: string, { positive }: Look, offers: Offers | undefined): string | undefined {
  const names = [...positive, ...(offers?.classifiers.map(({ name }) => name) ?? [])];
  return names.find((name) => name !== base);
}

function Failure({ words }: { readonly words: string }) {
  return (
    <p className="warning" role="alert">
      {words}
    </p>
  );
}

/** Marks a moment of the page's timeline once. */
function useMark(name: string, reached: boolean): void {
  useEffect(() => {
    if (reached && performance.getEntriesByName(name).length === 0) performance.mark(name);
  }, [name, reached]);
}
