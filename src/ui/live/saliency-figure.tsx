import { useState } from "react";
import { Failure } from "./failure.tsx";
import type { Link } from "./link.ts";
import { PictureCanvas } from "./picture-canvas.tsx";
import { useAnswer } from "./use-answer.ts";

interface Props {
  readonly link: Link;
  readonly traversal: number;
  readonly base: string;
}

/** Which pixels the base hangs on, before and after; computed when it is opened. */
export function SaliencyFigure({ link, traversal, base }: Props) {
  const [open, setOpen] = useState(false);
  const { value, failure } = useAnswer(open ? `${traversal}` : undefined, () => link.ask("saliency", { traversal }));
  return (
    <details className="more-of" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Which pixels {base} hangs on</summary>
      <Failure words={failure} />
      {open && value !== undefined && (
        <div className="stage">
          <figure className="large">
            <PictureCanvas pixels={value.before} label={`Pixels that ${base} depends on in the reconstruction`} />
            <figcaption>in the reconstruction</figcaption>
          </figure>
          <figure className="large">
            <PictureCanvas pixels={value.after} label={`Pixels that ${base} depends on in the counterfactual`} />
            <figcaption>in the counterfactual</figcaption>
          </figure>
        </div>
      )}
      {open && value !== undefined && (
        <p className="note">
          The redder, the more the prediction changes with a pixel (input gradients). They say which pixels matter, not
          what for.
        </p>
      )}
    </details>
  );
}
