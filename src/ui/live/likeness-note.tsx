import type { Likeness } from "../../live/likeness.ts";
import type { Look, Offers } from "../../live/questions.ts";
import { count, decimal } from "../parts/numbers.ts";

interface Props {
  readonly look: Look;
  readonly offers: Offers;
  readonly likeness: Likeness | undefined;
  /** Whether that is not known yet. */
  readonly waiting: boolean;
  /** Whether there are pictures to compare with. */
  readonly comparable: boolean;
}

/** What a picture of the reader's lost on its way to the models, and whether it is like what they know: before anything is concluded from it. */
export function LikenessNote({ look: { name, given }, offers, likeness, waiting, comparable }: Props) {
  const { image, keepsShape } = offers;
  const squeezed = given.width !== image.width || given.height !== image.height;
  const shape = !keepsShape && given.width * image.height !== given.height * image.width;
  return (
    <>
      {likeness?.unlike && (
        <p className="warning unlike" role="alert">
          <b>This picture is not like the workspace’s.</b> {unlikeWords(likeness)} What follows says nothing of such
          pictures.
        </p>
      )}
      <p className="note" data-likeness={waiting ? "waiting" : likeness?.unlike ? "unlike" : "told"}>
        {squeezed &&
          `${name} has ${count(given.width)} × ${count(given.height)} pixels, and is squeezed to ${image.width} × ${image.height}: what is finer is gone${shape ? ", and its shape has changed" : ""}. `}
        {waiting && comparable && "Comparing it with the workspace’s pictures…"}
        {!waiting && likeness === undefined && "The workspace has too few pictures to tell whether it is like them."}
        {!waiting && likeness?.unlike === false && `It is like the workspace’s ${likeness.pictures} pictures.`}
      </p>
    </>
  );
}

function unlikeWords({ pictures, loss, latent }: Likeness): string {
  const times = (value: number): string =>
    value < 10 ? decimal(value, 1) : value < 100 ? count(Math.round(value)) : "over 100";
  const lost = `The autoencoder loses ${times(loss)} times as much of it as of any of these ${pictures}`;
  const far = `its latent is ${times(latent)} times as far from theirs as any of theirs from the next`;
  if (loss > 1 && latent > 1) return `${lost}, and ${far}.`;
  return loss > 1 ? `${lost}.` : `${far[0]?.toUpperCase()}${far.slice(1)}.`;
}
