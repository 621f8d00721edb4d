import { useState } from "react";
import type { Offers } from "../../live/questions.ts";
import type { SiteFacts } from "../../serve/site.ts";
import type { Go } from "../shell/use-address.ts";
import { type Address, addressOf } from "./address.ts";
import { AuditPanel } from "./audit-panel.tsx";
import { Benches } from "./benches.tsx";
import { Chooser } from "./chooser.tsx";
import { ComputeNote } from "./compute-note.tsx";
import { Failure } from "./failure.tsx";
import type { GivenFile } from "./given-files.ts";
import { JoinedNote } from "./joined-note.tsx";
import { likeliestFeature } from "./likeliest-feature.ts";
import { LikenessNote } from "./likeness-note.tsx";
import type { Link } from "./link.ts";
import { type Choosable, ownPictures } from "./pictures.ts";
import { RepairPanel } from "./repair-panel.tsx";
import { statusOf } from "./status.ts";
import { takenFrom } from "./taken.ts";
import type { Answer } from "./use-answer.ts";
import { useBench } from "./use-bench.ts";
import { useDrop } from "./use-drop.ts";
import { useJoined } from "./use-joined.ts";
import { useLikeness } from "./use-likeness.ts";
import { useMark } from "./use-mark.ts";
import type { Progress } from "./use-progress.ts";
import { useSubject } from "./use-subject.ts";

interface Props {
  readonly site: SiteFacts;
  readonly link: Link;
  readonly offers: Answer<Offers>;
  readonly openingProgress: Progress | undefined;
  readonly address: Address;
  readonly go: Go<Address>;
}

/** A picture, its counterfactual for a base or without a feature, and every prediction on the way there. */
export function LookingPage({ site, link, offers, openingProgress, address, go }: Props) {
  const [refusal, setRefusal] = useState<string>();
  const [joining, setJoining] = useState<ReadonlyMap<string, Blob>>();
  const join = useJoined(link, joining);
  const offered = join.value?.offers ?? offers.value;
  const subject = useSubject(link, { site, address, joined: join.value?.offers.classifiers.length ?? 0 });
  const { known, own, chosen, look } = subject;
  const looked = look.waiting ? undefined : look.value;
  const likeness = useLikeness(link, { isOwn: chosen?.file !== undefined, look: looked, known });
  const bench = useBench(link, { site, address, offered, look });
  useMark("counterfactual", bench.first.lowered !== undefined);

  const choose = (picture: Choosable): void => {
    setRefusal(undefined);
    subject.chooseOwn(picture.file && picture);
    go(addressOf({ ...address, picture: picture.file === undefined ? picture.name : undefined, at: undefined }));
  };
  /** Pictures are shown, and a model joins. */
  const take = (files: readonly GivenFile[]): void => {
    const { model, pictures, refusal } = takenFrom(files);
    if (model !== undefined) setJoining(model);
    const added = ownPictures(pictures);
    subject.add(added);
    if (added[0] !== undefined) choose(added[0]);
    setRefusal(refusal);
  };
  const dragged = useDrop(take);
  const status = statusOf({
    ...{ offers, offered, look, site, chosen },
    joining: join.waiting,
    openingProgress,
    waiting: bench.waiting,
    searchProgress: bench.progress,
  });
  return (
    <main className="live" data-dragged={dragged}>
      <Head title={site.title} guess={site.guess && (() => go(addressOf({ view: "guess" })))} />
      <Chooser {...{ chosen, choose, take }} pictures={[...own, ...known]} more={site.morePictures} />
      <p className="status" role="status" data-state={status.state}>
        {status.words}
      </p>
      {offered !== undefined && (
        <ComputeNote
          compute={bench.shown?.compute ?? looked?.compute ?? offered.compute}
          webgpu={site.webgpu}
          modelBytes={site.modelBytes}
          memoryBytes={link.memoryBytes}
          lookSeconds={looked?.seconds}
          lowerSeconds={bench.shown?.seconds}
        />
      )}
      {[refusal, offers.failure, join.failure, offered && look.failure].map(
        (words) => words !== undefined && <Failure key={words} words={words} />,
      )}
      {join.value !== undefined && <JoinedNote joined={join.value} />}
      {offered !== undefined && looked !== undefined && chosen?.file !== undefined && (
        <LikenessNote {...likeness} offers={offered} look={looked} comparable={known.length > 0} />
      )}
      {offered !== undefined && look.value !== undefined && (
        <Benches {...{ link, address, go, bench }} offers={offered} look={look.value} />
      )}
      {offered !== undefined && <AuditPanel {...{ link, site, known, own }} base={bench.base} offers={offered} />}
      {offered !== undefined && (
        <RepairPanel
          {...{ link, offers: offered, pictures: known, base: bench.base }}
          feature={likeliestFeature(offered, bench.first.lowered)}
          lower={(base) => go(addressOf({ ...address, base, feature: undefined, against: undefined, at: undefined }))}
        />
      )}
    </main>
  );
}

/** guess: opens the game, where there is one. */
function Head({ title, guess }: { readonly title: string; readonly guess: (() => void) | undefined }) {
  return (
    <header>
      <p className="kicker">
        Counterfactual alignment, live <span>{title}</span>
      </p>
      <h1>Which features does this classifier use?</h1>
      <p className="deck">
        Take a feature out of a picture and watch every classifier; or lower one prediction by changing the picture just
        enough, and see which others fall with it. The models run here, in your browser; nothing is uploaded.
        {guess !== undefined && (
          <>
            {" "}
            <button type="button" className="plain-link" onClick={guess}>
              Guess which classifier took a shortcut
            </button>
          </>
        )}
      </p>
    </header>
  );
}
