import { useEffect, useMemo, useState } from "react";
import type { Look, Lowered, Offers } from "../../live/desk.ts";
import { lambdaText } from "../../pictures/lambda-text.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { decimal, plural } from "../parts/numbers.ts";
import { stopWords } from "../run/words.ts";
import { useAddress } from "../shell/use-address.ts";
import { type Address, liveAddress, shareOf } from "./address.ts";
import { BaseField } from "./base-field.tsx";
import { Chooser } from "./chooser.tsx";
import type { Link } from "./link.ts";
import { DifferenceCanvas, PictureCanvas } from "./picture-canvas.tsx";
import { bytesOf, type Choosable, ownPictures, picturesOf } from "./pictures.ts";
import { PredictionList, type PredictionRow } from "./prediction-list.tsx";
import { useAnswer } from "./use-answer.ts";
import { usePlace } from "./use-place.ts";

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

  const offers = useAnswer(site.workspace, () =>
    link.ask("open", { workspace: new URL(site.workspace, location.href).href }),
  );
  useMark("ready", offers.value !== undefined);
  const look = useAnswer(offers.value === undefined || chosen === undefined ? undefined : chosen.source, () =>
    lookAt(link, chosen as Choosable),
  );
  const subject = look.value;
  const base = address.base ?? subject?.positive[0] ?? offers.value?.classifiers[0]?.name ?? "";
  const lowered = useAnswer(subject === undefined || look.waiting ? undefined : `${subject.subject} ${base}`, () =>
    link.ask("lower", { subject: (subject as Look).subject, base }),
  );
  // The last one stays while another base is searched, and goes with its picture.
  const counterfactual = lowered.value?.subject === subject?.subject ? lowered.value : undefined;
  useMark("counterfactual", counterfactual !== undefined);
  const share = shareOf(address);
  const place = usePlace(link, counterfactual?.way, share);

  const choose = (picture: Choosable): void => {
    setChosenOwn(picture.own ? picture : undefined);
    go({ ...(picture.own ? {} : { picture: picture.name }), ...(address.base && { base: address.base }) });
  };
  const add = (pictures: readonly Choosable[]): void => {
    const [first] = pictures;
    if (first === undefined) return;
    setOwn((before) => [...pictures, ...before]);
    choose(first);
  };
  const lower = (name: string): void => go({ ...pictureOf(address), base: name });
  const slide = (at: number): void =>
    go({ ...pictureOf(address), base, ...(at === 1 ? {} : { at: String(at) }) }, true);
  useDrop(add);

  const status = statusOf({ offers, look, lowered, site, chosen });
  return (
    <main className="live">
      <header>
        <p className="kicker">
          Counterfactual alignment, live <span>{site.title}</span>
        </p>
        <h1>Which features does this classifier use?</h1>
        <p className="deck">
          Take a picture, lower one prediction by changing the picture as little as it takes, and see which other
          predictions fall with it. The models run here, in your browser; nothing is uploaded.
        </p>
      </header>
      <Chooser {...{ chosen, choose, add }} pictures={[...own, ...known]} more={site.morePictures} />
      <p className="status" role="status" data-state={status.state}>
        {status.words}
      </p>
      {offers.failure !== undefined && <Failure words={offers.failure} />}
      {look.failure !== undefined && <Failure words={look.failure} />}
      {offers.value !== undefined && subject !== undefined && (
        <div className="workbench">
          <section aria-label="The picture">
            <BaseField {...{ base }} classifiers={offers.value.classifiers} failure={lowered.failure} choose={lower} />
            <Stage look={subject} base={base} pixels={place?.pixels} />
            {counterfactual !== undefined && (
              <>
                <Slider {...{ share, slide, counterfactual }} prediction={place?.basePrediction} />
                <Outcome {...{ counterfactual }} />
              </>
            )}
          </section>
          <section aria-label="Predictions">
            <PredictionList
              base={counterfactual?.base}
              rows={rowsOf(offers.value, { look: subject, lowered: counterfactual, now: place?.predictions })}
              lower={lower}
            />
          </section>
        </div>
      )}
    </main>
  );
}

/** What the classifiers say of a picture. Errors: an Error that names it. */
async function lookAt(link: Link, picture: Choosable): Promise<Look> {
  const bytes = await bytesOf(picture);
  return link.ask("look", { picture: bytes }).catch((error: Error) => {
    throw new Error(`"${picture.name}": ${error.message}`);
  });
}

/** The picture of an address, if it names one. */
function pictureOf({ picture }: Address): Pick<Address, "picture"> {
  return picture === undefined ? {} : { picture };
}

function Failure({ words }: { readonly words: string }) {
  return (
    <p className="warning" role="alert">
      {words}
    </p>
  );
}

interface StageProps {
  readonly look: Look;
  readonly base: string;
  readonly pixels: Look["input"] | undefined;
}

/** The picture as it was given, what the autoencoder makes of it, the picture on the way, and what changed. */
function Stage({ look: { input, reconstruction }, base, pixels = reconstruction }: StageProps) {
  return (
    <div className="stage">
      <figure>
        <PictureCanvas pixels={input} label="The picture as the models take it" />
        <figcaption>picture</figcaption>
      </figure>
      <figure>
        <PictureCanvas pixels={reconstruction} label="Its reconstruction" />
        <figcaption>reconstruction</figcaption>
      </figure>
      <figure>
        <PictureCanvas pixels={pixels} label={`The picture on the way to less ${base}`} />
        <figcaption>with less {base}</figcaption>
      </figure>
      <figure>
        <DifferenceCanvas before={reconstruction} pixels={pixels} label="What changed: darker blue, lighter red" />
        <figcaption>
          what changed: <span className="neg">darker</span>, <span className="pos">lighter</span>
        </figcaption>
      </figure>
    </div>
  );
}

interface SliderProps {
  readonly counterfactual: Lowered;
  readonly share: number;
  readonly prediction: number | undefined;
  readonly slide: (share: number) => void;
}

/** λ, from the reconstruction to the counterfactual. */
function Slider({ counterfactual: { base, lambda, before }, share, prediction = before, slide }: SliderProps) {
  const at = lambda === null ? `${Math.round(100 * share)} % of the way` : `λ = ${lambdaText(share * lambda)}`;
  return (
    <div className="scrubber">
      <label>
        <span className="hidden">Place between reconstruction and counterfactual</span>
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={share}
          aria-valuetext={`${at}, ${base} ${decimal(prediction)}`}
          onChange={({ target }) => slide(Number(target.value))}
        />
      </label>
      <output>
        <span>{at}</span>
        <span>
          {base} <b>{decimal(prediction)}</b>
        </span>
      </output>
    </div>
  );
}

/** The counterfactual in a sentence. */
function Outcome({ counterfactual }: { readonly counterfactual: Lowered }) {
  const { base, before, after, stopReason, movements, dominantTerm } = counterfactual;
  const [first] = movements;
  return (
    <div className="outcome">
      <p className="sentence">
        <em>{base}</em> goes from {decimal(before)} to {decimal(after)}.
        {first !== undefined && (
          <>
            {" "}
            Of the others <em>{first.name}</em> moves most, from {decimal(first.before)} to {decimal(first.after)}
            {first.relativeChange !== undefined && `: ${decimal(first.relativeChange)} for one unit of the base`}.
          </>
        )}
      </p>
      <p className="note">
        The search ended: {stopWords[stopReason] ?? stopReason}, after {plural(counterfactual.evaluations, "picture")}.
        {dominantTerm !== undefined && ` The direction is nearly all that of ${dominantTerm}.`}
        {first?.relativeChange === undefined && " The base hardly fell, so there is no relative change."}
      </p>
    </div>
  );
}

/** Rows of the list: as the workspace has them before there is a counterfactual, then the largest movement first. */
function rowsOf(
  { classifiers }: Offers,
  {
    look,
    lowered,
    now = look.predictions,
  }: { readonly look: Look; readonly lowered: Lowered | undefined; readonly now: readonly number[] | undefined },
): readonly PredictionRow[] {
  const rows = classifiers.map(({ name, judge }, index) => ({
    name,
    judge,
    before: look.predictions[index] ?? 0,
    now: now[index] ?? 0,
    relativeChange: undefined,
  }));
  if (lowered === undefined) return rows;
  const byName = new Map(rows.map((row) => [row.name, row]));
  const own = byName.get(lowered.base);
  return [
    ...(own === undefined ? [] : [own]),
    ...lowered.movements.flatMap(({ name, relativeChange }) => {
      const row = byName.get(name);
      return row === undefined ? [] : [{ ...row, relativeChange }];
    }),
  ];
}

interface States {
  readonly offers: { readonly value: Offers | undefined; readonly waiting: boolean };
  readonly look: { readonly waiting: boolean; readonly failure: string | undefined };
  readonly lowered: { readonly waiting: boolean };
  readonly site: SiteFacts;
  readonly chosen: Choosable | undefined;
}

/** What the page is doing, in words. */
function statusOf({ offers, look, lowered, site, chosen }: States): { readonly state: string; readonly words: string } {
  if (offers.waiting) {
    return { state: "opening", words: `Opening the models (${(site.modelBytes / 1e6).toFixed(0)} MB)…` };
  }
  if (offers.value === undefined) return { state: "failed", words: "" };
  if (chosen === undefined) return { state: "ready", words: "Ready: choose a picture, or drop one." };
  if (look.waiting) return { state: "looking", words: `Looking at ${chosen.name}…` };
  if (look.failure !== undefined) return { state: "failed", words: "" };
  if (lowered.waiting) return { state: "searching", words: "Searching the counterfactual…" };
  const models = new Set(offers.value.classifiers.map(({ model }) => model)).size;
  const { width, height } = offers.value.image;
  return {
    state: "done",
    words: `${chosen.name}, seen at ${width} × ${height} pixels by ${plural(models, "model")}.`,
  };
}

/** Marks a moment of the page's timeline once. */
function useMark(name: string, reached: boolean): void {
  useEffect(() => {
    if (reached && performance.getEntriesByName(name).length === 0) performance.mark(name);
  }, [name, reached]);
}

/** Pictures dropped anywhere on the page. */
function useDrop(add: (pictures: readonly Choosable[]) => void): void {
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      add(ownPictures(event.dataTransfer?.files ?? []));
    };
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  });
}
