import type { Lowered } from "../../live/questions.ts";
import { stopWords } from "../../words/search.ts";
import { decimal, plural } from "../parts/numbers.ts";

interface Props {
  readonly counterfactual: Lowered;
  /** Names of classifiers that say what changed, and are nobody's subject. */
  readonly judges: ReadonlySet<string>;
}

/** The counterfactual in a sentence. */
export function Outcome({ counterfactual, judges }: Props) {
  const { base, before, after, seconds, stopReason, movements, dominantTerm } = counterfactual;
  const first = movements.find(({ name, sameConcept }) => !sameConcept && !judges.has(name));
  return (
    <div className="outcome">
      <p className="sentence">
        <em>{base}</em> goes from {decimal(before)} to {decimal(after)}.
        {first !== undefined && (
          <>
            {" "}
            Of other features <em>{first.name}</em> moves most, from {decimal(first.before)} to {decimal(first.after)}
            {first.relativeChange !== null && `: ${decimal(first.relativeChange)} for one unit of the base`}.
          </>
        )}
      </p>
      <p className="note">
        The search ended: {stopWords[stopReason] ?? stopReason}, after {plural(counterfactual.evaluations, "picture")}{" "}
        in {decimal(seconds, 1)} s.
        {dominantTerm !== null && ` The direction is nearly all that of ${dominantTerm}.`}
        {movements[0]?.relativeChange == null && " The base hardly fell, so there is no relative change."}
      </p>
    </div>
  );
}
