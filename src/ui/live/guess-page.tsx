import { useState } from "react";
import type { Look, Lowered, Offers } from "../../live/questions.ts";
import type { GuessRound } from "../../serve/guess-rounds.ts";
import type { SiteFacts } from "../../serve/site.ts";
import { decimal } from "../parts/numbers.ts";
import type { Go } from "../shell/use-address.ts";
import { type Address, addressOf } from "./address.ts";
import { Failure } from "./failure.tsx";
import type { Link } from "./link.ts";
import { DifferenceCanvas, PictureCanvas } from "./picture-canvas.tsx";
import { bytesOf, picturesOf } from "./pictures.ts";
import { type Answer, useAnswer } from "./use-answer.ts";
import type { Progress } from "./use-progress.ts";

interface Props {
  readonly site: SiteFacts;
  readonly link: Link;
  readonly rounds: readonly GuessRound[];
  readonly offers: Answer<Offers>;
  readonly openingProgress: Progress | undefined;
  readonly go: Go<Address>;
}

/** One face, and what two classifiers make of it; which of them is the biased one is told when the visitor has guessed. */
interface Dealt {
  readonly look: Look;
  readonly sides: readonly { readonly name: string; readonly biased: boolean; readonly lowered: Lowered }[];
}

const letters = ["A", "B"];

/** Two counterfactuals of one face, of a clean and a biased classifier, unnamed: the visitor guesses, and then sees names and numbers. */
export function GuessPage({ site, link, rounds, offers, go }: Props) {
  const [number, setNumber] = useState(0);
  const [guesses, setGuesses] = useState<readonly boolean[]>([]);
  const [picked, setPicked] = useState<number>();
  const round = rounds[number % rounds.length] as GuessRound;
  const key = offers.value === undefined ? undefined : `${number}`;
  const dealt = useAnswer(key, () => deal(link, site, round));
  const shown = dealt.waiting ? undefined : dealt.value;
  const guess = (side: number): void => {
    setPicked(side);
    setGuesses([...guesses, shown?.sides[side]?.biased ?? false]);
  };
  const next = (): void => {
    setPicked(undefined);
    setNumber(number + 1);
  };
  const look = (words: Partial<Address>): void => go(addressOf({ view: "look", ...words }));
  const failure = offers.failure ?? dealt.failure;
  return (
    <main className="live guess">
      <header>
        <p className="kicker">Guess which</p>
        <h1>Which of the two took a shortcut?</h1>
        <p className="deck">
          Two classifiers both call this face {nounOf(round)}. One of them was taught with pictures in which nearly all
          that are {nounOf(round)} also had something else. Below, the face is changed until each of them says no.
        </p>
      </header>
      <p className="status" role="status" data-state={shown === undefined ? "opening" : "done"}>
        {statusWords({ offers, shown, failure, site, guesses })}
      </p>
      <Failure words={failure} />
      {shown !== undefined && <Faces {...{ dealt: shown, picked, guess }} />}
      {shown !== undefined && picked !== undefined && (
        <Told {...{ dealt: shown, round }} right={guesses.at(-1) ?? false} />
      )}
      <p className="guess-bar">
        {picked !== undefined && number + 1 < rounds.length && (
          <button type="button" className="go" onClick={next}>
            Next face
          </button>
        )}
        {picked !== undefined && (
          <button
            type="button"
            onClick={() =>
              look({ picture: round.picture, base: round.biased, against: round.clean, direction: "path" })
            }
          >
            See every prediction
          </button>
        )}
        <button type="button" onClick={() => look({})}>
          Look for yourself
        </button>
      </p>
    </main>
  );
}

/** "smiling", of what both are about. */
function nounOf({ clean }: GuessRound): string {
  return clean.replace(/-clean$/, "");
}

function statusWords({
  offers,
  shown,
  failure,
  site,
  guesses,
}: {
  readonly offers: Answer<Offers>;
  readonly shown: Dealt | undefined;
  readonly failure: string | undefined;
  readonly site: SiteFacts;
  readonly guesses: readonly boolean[];
}): string {
  if (failure !== undefined) return "";
  if (offers.value === undefined) return `Opening the models (${(site.modelBytes / 1e6).toFixed(0)} MB)…`;
  if (shown === undefined) return "Changing the face…";
  if (guesses.length === 0) return "The models run here, in your browser; nothing is uploaded.";
  return `${guesses.filter((right) => right).length} of ${guesses.length} right.`;
}

interface FacesProps {
  readonly dealt: Dealt;
  readonly picked: number | undefined;
  readonly guess: (side: number) => void;
}

function Faces({ dealt: { look, sides }, picked, guess }: FacesProps) {
  return (
    <div className="guess-faces">
      <figure>
        <PictureCanvas pixels={look.reconstruction} label="The face" />
        <figcaption>the face</figcaption>
      </figure>
      {sides.map(({ name, biased, lowered }, side) => (
        <figure key={name} data-picked={picked === side} data-told={picked === undefined ? undefined : biased}>
          <PictureCanvas pixels={lowered.end.pixels} label={`The face for ${letters[side]}`} />
          <DifferenceCanvas
            before={look.reconstruction}
            pixels={lowered.end.pixels}
            label={`What changed for ${letters[side]}: darker blue, lighter red`}
          />
          <figcaption>
            {picked === undefined ? (
              <button type="button" onClick={() => guess(side)}>
                {letters[side]} took the shortcut
              </button>
            ) : (
              <b>
                {letters[side]}: {name}
              </b>
            )}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** Names and numbers. */
function Told({ dealt: { sides }, round: { feature, judge }, right }: Told) {
  const biased = sides.find((side) => side.biased);
  return (
    <div className="outcome guess-told" role="status">
      <p className="sentence">
        {right ? "Right" : "No"}: <em>{biased?.name}</em> was taught with pictures in which {feature} came along.
      </p>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">lowered</th>
            <th scope="col" className="right">
              its own prediction
            </th>
            <th scope="col" className="right">
              {feature}, as a judge sees it
            </th>
            <th scope="col" className="right">
              <abbr title="relative change: movement of the judge for one unit of the classifier">RC</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {sides.map(({ name, lowered }) => {
            const seen = lowered.movements.find((movement) => movement.name === judge);
            return (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="right">
                  {decimal(lowered.before)} → {decimal(lowered.after)}
                </td>
                <td className="right">
                  {decimal(seen?.before)} → {decimal(seen?.after)}
                </td>
                <td className="right">{decimal(seen?.relativeChange)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p className="note">One face is an example. An audit takes many, and gives an interval.</p>
    </div>
  );
}

interface Told {
  readonly dealt: Dealt;
  readonly round: GuessRound;
  readonly right: boolean;
}

/** Lowers both classifiers on the face, along a path; which one comes first depends on their names and the face alone. */
async function deal(link: Link, site: SiteFacts, { picture, clean, biased }: GuessRound): Promise<Dealt> {
  const found = picturesOf(site).find(({ name }) => name === picture);
  if (found === undefined) throw new Error(`"${picture}" is not among the pictures of this site`);
  const look = await link.ask("look", { name: picture, picture: await bytesOf(found) });
  const names = isSwapped(`${picture} ${biased}`) ? [biased, clean] : [clean, biased];
  const sides: Dealt["sides"][number][] = [];
  for (const base of names) {
    const lowered = await link.ask("lower", { subject: look.subject, base, direction: "path" });
    sides.push({ name: base, biased: base === biased, lowered });
  }
  return { look, sides };
}

function isSwapped(text: string): boolean {
  let hash = 7;
  for (const letter of text) hash = (31 * hash + (letter.codePointAt(0) ?? 0)) % 65_521;
  return (hash >> 3) % 2 === 1;
}
