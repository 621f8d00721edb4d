import type { Lowered } from "../../live/questions.ts";
import { lambdaText } from "../../pictures/spread-labels.ts";
import { decimal } from "../parts/numbers.ts";

interface Props {
  readonly counterfactual: Lowered;
  readonly share: number;
  readonly prediction: number | undefined;
  readonly slide: (share: number) => void;
}

/** λ, from the reconstruction to the counterfactual. */
export function Slider({ counterfactual: { base, lambda, before }, share, prediction = before, slide }: Props) {
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
      <output aria-live="off">
        <span>{at}</span>
        <span>
          {base} <b>{decimal(prediction)}</b>
        </span>
      </output>
    </div>
  );
}
