import { type Cut, CutFrame, DifferenceOfCuts } from "./frame.tsx";

interface Props {
  readonly before: Cut;
  readonly after: Cut;
  /** What was lowered, for who does not see it. */
  readonly base: string;
  readonly children: React.ReactNode;
}

/** A counterfactual by its two ends and their difference, to stand beside another one of the same image. */
export function CounterfactualFigure({ before, after, base, children }: Props) {
  return (
    <figure>
      <div className="beside-frames">
        <CutFrame cut={before} label="Reconstruction" size={192} />
        <CutFrame cut={after} label={`Counterfactual for ${base}`} size={192} />
        <DifferenceOfCuts before={before} after={after} label={`What lowering ${base} changed`} />
      </div>
      <figcaption>{children}</figcaption>
    </figure>
  );
}
