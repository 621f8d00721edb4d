import type { Look, Lowered, Offers } from "../../live/questions.ts";
import { BaseField } from "./base-field.tsx";
import type { Link } from "./link.ts";
import { Outcome } from "./outcome.tsx";
import { PartsFigure } from "./parts-figure.tsx";
import { PredictionList } from "./prediction-list.tsx";
import { rowsOf } from "./prediction-rows.ts";
import { SaliencyFigure } from "./saliency-figure.tsx";
import { savedName } from "./save.ts";
import { SaveButtons } from "./save-buttons.tsx";
import { Slider } from "./slider.tsx";
import { Stage } from "./stage.tsx";
import type { LiveCounterfactual } from "./use-counterfactual.ts";

interface Props {
  readonly link: Link;
  readonly offers: Offers;
  readonly look: Look;
  readonly base: string;
  readonly counterfactual: LiveCounterfactual;
  readonly share: number;
  readonly slide: (share: number) => void;
  readonly lower: (base: string) => void;
  /** Names in the order in which predictions stand; by their movement when absent. */
  readonly order?: readonly string[] | undefined;
  /** The counterfactual beside this one. */
  readonly beside?: Lowered | undefined;
  /** Whether what did not move is shown. */
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  /** A button beside the base. */
  readonly children: React.ReactNode;
}

/** One base: what it is, the picture on the way, and every prediction there. */
export function Workbench({
  link,
  offers,
  look,
  base,
  counterfactual,
  share,
  slide,
  lower,
  order,
  beside,
  open,
  setOpen,
  ...more
}: Props) {
  const { lowered, place, failure } = counterfactual;
  return (
    <div className="workbench">
      <section aria-label={`The picture with less ${base}`}>
        <BaseField {...{ base, failure }} classifiers={offers.classifiers} choose={lower}>
          {more.children}
        </BaseField>
        <Stage {...{ look }} words={`with less ${base}`} pixels={place?.pixels} />
        {lowered !== undefined && (
          <>
            <Slider {...{ share, slide }} counterfactual={lowered} prediction={place?.basePrediction} />
            <Outcome counterfactual={lowered} judges={judgesOf(offers)} />
            <SaliencyFigure {...{ link }} traversal={lowered.traversal} base={lowered.base} />
            <PartsFigure {...{ link }} traversal={lowered.traversal} base={lowered.base} />
            <SaveButtons {...{ link }} traversal={lowered.traversal} name={savedName(look.name, lowered.base)} />
          </>
        )}
      </section>
      <section aria-label={`Predictions with less ${base}`}>
        <PredictionList
          {...{ lower, open, setOpen }}
          relative={true}
          caption={
            lowered === undefined ? "Predictions of the picture" : `How predictions move as ${lowered.base} is lowered`
          }
          rows={rowsOf(offers, { look, lowered, now: place?.predictions, order, beside })}
        />
      </section>
    </div>
  );
}

function judgesOf({ classifiers }: Offers): ReadonlySet<string> {
  return new Set(classifiers.flatMap(({ name, judge }) => (judge ? [name] : [])));
}
