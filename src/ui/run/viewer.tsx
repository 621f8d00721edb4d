import { useEffect, useRef, useState } from "react";
import { lambdaText } from "../../pictures/spread-labels.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { stopWords } from "../../words/search.ts";
import { DifferenceFrame, Frame } from "../parts/frame.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import { AlignmentPanels } from "./alignment-panels.tsx";
import type { CellPicture } from "./cell-pictures.ts";
import { LiveLink } from "./live-link.tsx";
import type { CellPoint } from "./points.ts";
import { Saliency } from "./saliency.tsx";

interface Props {
  readonly cell: Cell;
  readonly shown: CellPicture;
  readonly points: readonly CellPoint[];
  /** What stands with the pictures: they stay in view as one goes through the rest of the cell. */
  readonly children: React.ReactNode;
}

/** One counterfactual: input, reconstruction, the image along λ, the difference, and every prediction along the way. */
export function Viewer({ cell, shown, points, children }: Props) {
  const { picture, name } = shown;
  const last = picture.shares.length - 1;
  const { at, setAt, playing, setPlaying } = usePlaying(last);
  const point = points.find((each) => each.image === picture.image);
  const share = picture.shares[at] ?? 0;
  const own = picture.predictions[cell.base]?.[at];
  const other = picture.predictions[cell.downstream]?.[at];
  const place =
    at === 0 ? "the reconstruction" : at === last ? "the counterfactual" : `${Math.round(share * 100)} % of the way`;
  return (
    <>
      <div id="picture" tabIndex={-1} className="viewer shown">
        <Stage shown={shown} at={at} place={place} />
        <div className="scrubber">
          <button type="button" onClick={() => setPlaying(!playing)} aria-pressed={playing}>
            {playing ? "Pause" : "Play"}
          </button>
          <label>
            <span className="hidden">Place along λ, from the reconstruction to the counterfactual</span>
            <input
              type="range"
              min={0}
              max={last}
              step={1}
              value={at}
              aria-valuetext={`${place}: ${cell.base} ${decimal(own)}, ${cell.downstream} ${decimal(other)}`}
              onChange={(event) => {
                setPlaying(false);
                setAt(Number(event.target.value));
              }}
            />
          </label>
          <output>
            <span>
              {cell.base} <b>{decimal(own)}</b>
            </span>
            {cell.downstream !== cell.base && (
              <span>
                {cell.downstream} <b>{decimal(other)}</b>
              </span>
            )}
          </output>
        </div>
        <p className="note">
          <b>{name}</b>
          {point === undefined
            ? ""
            : `: ${wayText(point)}${stopWords[point.stopReason] ?? point.stopReason} after ${plural(point.evaluations, "decoder evaluation")}.`}{" "}
          {cell.base === cell.downstream
            ? ""
            : `Relative change of ${cell.downstream}: ${decimal(shown.relativeChange)}${shown.present === false ? " (the image does not have it)" : ""}.`}
          <LiveLink base={cell.base} image={name} />
        </p>
        {children}
      </div>
      <div className="viewer">
        <Saliency cell={cell} picture={picture} />
        <AlignmentPanels cell={cell} picture={picture} lambda={point?.lambda ?? null} share={share} />
      </div>
    </>
  );
}

/** The place on the way that is shown, which moves to and fro while it plays. */
function usePlaying(last: number) {
  const [at, setAt] = useState(last);
  const [playing, setPlaying] = useState(false);
  const start = useRef(at);
  start.current = at;

  useEffect(() => {
    if (!playing) return;
    let place = start.current;
    let direction = place >= last ? -1 : 1;
    let pause = 0;
    const timer = setInterval(() => {
      if (pause > 0) {
        pause--;
        return;
      }
      place = Math.min(last, Math.max(0, place + direction));
      if (place === 0 || place === last) {
        direction = -direction;
        pause = 5;
      }
      setAt(place);
    }, 110);
    return () => clearInterval(timer);
  }, [playing, last]);
  return { at, setAt, playing, setPlaying };
}

interface StageProps extends Pick<Props, "shown"> {
  readonly at: number;
  /** In words. */
  readonly place: string;
}

/** Input, reconstruction, the image at a place, and how it differs. */
function Stage({ shown: { picture, name }, at, place }: StageProps) {
  const last = picture.shares.length - 1;
  const share = picture.shares[at] ?? 0;
  return (
    <div className="stage">
      <figure>
        <Frame picture={picture} frame={0} label={`Input image ${name}`} />
        <figcaption>Input</figcaption>
      </figure>
      <figure>
        <Frame picture={picture} frame={1} label={`Reconstruction of ${name}`} />
        <figcaption>Reconstruction</figcaption>
      </figure>
      <figure className="moving">
        <Frame picture={picture} frame={at + 1} label={`${name} at ${place}`} />
        <figcaption>{at === last ? "Counterfactual" : `Along λ: ${Math.round(share * 100)} %`}</figcaption>
      </figure>
      <figure>
        <DifferenceFrame
          picture={picture}
          frame={at + 1}
          label={`Difference between ${place} and the reconstruction`}
        />
        <figcaption>
          Difference <small className="neg">darker</small> <small className="pos">lighter</small>
        </figcaption>
      </figure>
    </div>
  );
}

/** How far the counterfactual went: in the paper's units where there are any. */
function wayText({ lambda, length }: CellPoint): string {
  if (lambda !== null) return `λ = ${lambdaText(lambda)}, `;
  return length === null ? "" : `${decimal(length)} of the distance between images, `;
}
