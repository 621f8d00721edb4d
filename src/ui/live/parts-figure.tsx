import { useState } from "react";
import type { ShownParts } from "../../live/questions.ts";
import { decimal, percent } from "../parts/numbers.ts";
import { Failure } from "./failure.tsx";
import type { Link } from "./link.ts";
import { PictureCanvas } from "./picture-canvas.tsx";
import { useAnswer } from "./use-answer.ts";

interface Props {
  readonly link: Link;
  readonly traversal: number;
  readonly base: string;
}

/** Shares that are listed. */
const listed = 6;

/** What the base's direction at this picture is made of, and where its parts lead; computed when it is opened. */
export function PartsFigure({ link, traversal, base }: Props) {
  const [open, setOpen] = useState(false);
  const { value, failure, waiting } = useAnswer(open ? `${traversal}` : undefined, () =>
    link.ask("parts", { traversal }),
  );
  return (
    <details className="more-of" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What the direction of {base} is made of</summary>
      <Failure words={failure} />
      {open && waiting && (
        <p className="note">Taking the gradients of every concept: this takes a while. The slider answers meanwhile.</p>
      )}
      {open && !waiting && failure === undefined && (value === undefined ? <Nothing /> : <Shares parts={value} />)}
    </details>
  );
}

function Nothing() {
  return <p className="note">There is no direction here, or no concept to describe it by.</p>;
}

function Shares({ parts: { shares, explained, moved } }: { readonly parts: ShownParts }) {
  return (
    <>
      <p className="note">
        The concepts explain {percent(explained, 1)} of it:{" "}
        {shares.slice(0, listed).map(({ classifier, share }, index) => (
          <span key={classifier}>
            {index > 0 && ", "}
            {classifier} <b>{decimal(share)}</b>
          </span>
        ))}
        {shares.length > listed && ` and ${shares.length - listed} more`}. These are shares at one picture, without
        intervals: cfalign decompose gives those of many.
      </p>
      <ul className="moved">
        {moved.map(({ part, length, pixels, before, after }) => (
          <li key={part}>
            <figure>
              <PictureCanvas pixels={pixels} label={titleOf(part)} />
              <figcaption>
                {titleOf(part)}, {percent(length, 1)} of its length: {decimal(before)} → {decimal(after)}
              </figcaption>
            </figure>
          </li>
        ))}
      </ul>
    </>
  );
}

function titleOf(part: string): string {
  if (part === "direction") return "all of it";
  return part === "residual" ? "what no concept explains" : `its part of ${part}`;
}
