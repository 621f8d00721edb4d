import type { Look } from "../../live/questions.ts";
import { DifferenceCanvas, PictureCanvas } from "./picture-canvas.tsx";

interface Props {
  readonly look: Look;
  /** What the picture on the way is: "with less smiling". */
  readonly words: string;
  readonly pixels: Look["input"] | undefined;
}

/** The picture as it was given, what the autoencoder makes of it, the picture on the way, and what changed. */
export function Stage({ look: { input, reconstruction }, words, pixels = reconstruction }: Props) {
  return (
    <div className="stage">
      <figure className="large">
        <PictureCanvas pixels={reconstruction} label="The picture as the autoencoder has it" />
        <figcaption>reconstruction</figcaption>
      </figure>
      <figure className="large">
        <PictureCanvas pixels={pixels} label={`The picture ${words}`} />
        <figcaption>{words}</figcaption>
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
