import type { Edited, Listed } from "../../live/questions.ts";
import { decimal, plural } from "../parts/numbers.ts";

interface Props {
  readonly edit: Edited;
  readonly classifiers: readonly Listed[];
}

/** What a feature that was taken out, or put in, did to the classifiers of other features, in a sentence, and whether it went. */
export function EditOutcome({ edit, classifiers }: Props) {
  const { feature, side, base, before, after, witness, seconds, evaluations } = edit;
  const others = new Set(
    classifiers.flatMap(({ name, judge, concept }) => (judge || concept === feature ? [] : [name])),
  );
  const first = edit.movements.find(({ name }) => others.has(name));
  return (
    <div className="outcome">
      <p className="sentence">
        {side === "remove" ? "Without" : "With"} <em>{feature}</em>
        {first === undefined ? (
          ", there is no other classifier to watch."
        ) : (
          <>
            , <em>{first.name}</em> goes from {decimal(first.before)} to {decimal(first.after)}: of all that are about
            something else it moves most.
          </>
        )}
      </p>
      {witness !== undefined && !witness.seen && (
        <p className="warning">
          {witness.name}, which had no part in the edit, does not see {feature} {side === "remove" ? "go" : "come"}:{" "}
          {decimal(witness.before)}, then {decimal(witness.after)}. Nothing follows from this edit.
        </p>
      )}
      <p className="note">
        {witness?.seen && (
          <>
            {witness.name}, which had no part in the edit, saw it {side === "remove" ? "go" : "come"}: from{" "}
            {decimal(witness.before)} to {decimal(witness.after)}.{" "}
          </>
        )}
        {witness === undefined && `Nobody but ${base} tells ${feature}: whether it went is its own word. `}
        The edit is a counterfactual of {base}, which goes from {decimal(before)} to {decimal(after)}:{" "}
        {plural(evaluations, "picture")} in {decimal(seconds, 1)} s. One picture is an example; an audit of many
        measures.
      </p>
    </div>
  );
}
