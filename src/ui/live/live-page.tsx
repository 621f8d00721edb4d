import { useEffect, useMemo, useState } from "react";
import type { Look, Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { useAddress } from "../shell/use-address.ts";
import { addressOf, deviceOf, liveAddress, shareOf } from "./address.ts";
import { AuditPanel } from "./audit-panel.tsx";
import { Chooser } from "./chooser.tsx";
import { ComputeNote } from "./compute-note.tsx";
import type { GivenFile } from "./given-files.ts";
import { JoinedNote } from "./joined-note.tsx";
import type { Link } from "./link.ts";
import { bytesOf, type Choosable, ownPictures, picturesOf } from "./pictures.ts";
import { statusOf } from "./status.ts";
import { takenFrom } from "./taken.ts";
import { useAnswer } from "./use-answer.ts";
import { useCounterfactual } from "./use-counterfactual.ts";
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
  const base = address.base ?? subject?.positive[0] ?? offered?.classifiers[0]?.name ?? "";
  const share = shareOf(address);
  const looked = look.waiting ? undefined : subject;
  const first = useCounterfactual(link, { look: looked, base: offered && base, share });
  const second = useCounterfactual(link, { look: looked, base: address.against, share });
  usePrepared(link, offered === undefined ? [] : basesToPrepare(offered, { base, lowered: first.lowered }));
  useMark("counterfactual", first.lowered !== undefined);

  const choose = (picture: Choosable): void => {
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
    setRefusal(refusal);
    if (model !== undefined) setJoining(model);
    add(ownPictures(pictures));
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
        <div className="workbenches" data-count={address.against === undefined ? 1 : 2}>
          <Workbench
            {...{ link, base, share, slide }}
            offers={offered}
            look={subject}
            counterfactual={first}
            lower={(name) => go(addressOf({ ...address, base: name, at: undefined }))}
          >
            {address.against === undefined && (
              <button
                type="button"
                onClick={() => go(addressOf({ ...address, base, against: otherThan(base, subject, offered) }))}
              >
                Compare with…
              </button>
            )}
          </Workbench>
          {address.against !== undefined && (
            <Workbench
              {...{ link, share, slide }}
              base={address.against}
              offers={offered}
              look={subject}
              counterfactual={second}
              lower={(name) => go(addressOf({ ...address, against: name, at: undefined }))}
            >
              <button type="button" onClick={() => go(addressOf({ ...address, against: undefined }))}>
                Close
              </button>
            </Workbench>
          )}
        </div>
      )}
    </main>
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
