import type { Look } from "../../live/questions.ts";
import { DifferenceCanvas, PictureCanvas } from "./picture-canvas.tsx";

interface Props {
  readonly look: Look;
  readonly base: string;
  readonly pixels: Look["input"] | undefined;
}

/** The picture as it was given, what the autoencoder makes of it, the picture on the way, and what changed. */
export function Stage({ look: { input, reconstruction }, base, pixels = reconstruction }: Props) {
  return (
    <div className="stage">
      <figure className="large">
        <PictureCanvas pixels={reconstruction} label="The picture as the autoencoder has it" />
        <figcaption>reconstruction</figcaption>
      </figure>
      <figure className="large">
        <PictureCanvas pixels={pixels} label={`The picture on the way to less ${base}`} />
        <figcaption>with less {base}</figcaption>
      </figure>
      <figure>
        <PictureCanvas pixels={input} label="The picture as it was given" />
        <figcaption>picture</figcaption>
      </figure>
      <figure>
        <DifferenceCanvas before={reconstruction} pixels={pixels} label="What changed: darker blue, lighter red" />
        <figcaption>
          <span className="neg">darker</span>, <span className="pos">lighter</span>
        </figcaption>
      </figure>
    </div>
  );
}
