import { useState } from "react";
import type { Edited, Look, Offers } from "../../live/questions.ts";
import { EditOutcome } from "./edit-outcome.tsx";
import { FeatureField } from "./feature-field.tsx";
import type { Link } from "./link.ts";
import { PredictionList } from "./prediction-list.tsx";
import { rowsOf } from "./prediction-rows.ts";
import { savedName } from "./save.ts";
import { SaveButtons } from "./save-buttons.tsx";
import { Slider } from "./slider.tsx";
import { Stage } from "./stage.tsx";
import type { LiveCounterfactual } from "./use-counterfactual.ts";

interface Props {
  readonly link: Link;
  readonly offers: Offers;
  readonly look: Look;
  readonly feature: string;
  readonly edit: LiveCounterfactual<Edited>;
  readonly share: number;
  readonly slide: (share: number) => void;
  readonly choose: (feature: string) => void;
  readonly lower: (base: string) => void;
}

/** One feature: the picture with it and without it, and what every classifier says of that. */
export function FeatureBench({ link, offers, look, feature, edit, share, slide, choose, lower }: Props) {
  const [open, setOpen] = useState(false);
  const { lowered, place, failure } = edit;
  const words = lowered === undefined ? "" : `${lowered.side === "remove" ? "without" : "with"} ${lowered.feature}`;
  return (
    <div className="workbench">
      <section aria-label={`The picture ${words}`}>
        <FeatureField {...{ feature, failure, choose }} features={offers.features} />
        <Stage {...{ look, words }} pixels={place?.pixels} />
        {lowered !== undefined && (
          <>
            <Slider {...{ share, slide }} counterfactual={lowered} prediction={place?.basePrediction} />
            <EditOutcome edit={lowered} classifiers={offers.classifiers} />
            <SaveButtons {...{ link }} traversal={lowered.traversal} name={savedName(look.name, words)} />
          </>
        )}
      </section>
      <section aria-label={`Predictions ${words}`}>
        <PredictionList
          {...{ lower, open, setOpen }}
          relative={false}
          caption={`Predictions of the picture ${words}`}
          rows={rowsOf(offers, { look, lowered, now: place?.predictions })}
        />
      </section>
    </div>
  );
}
