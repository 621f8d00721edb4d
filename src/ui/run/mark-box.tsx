import { useState } from "react";
import type { Mark } from "../../results/marks.ts";
import type { Cell } from "../../results/matrix-schema.ts";
import { download } from "../parts/download.ts";
import { decimal } from "../parts/numbers.ts";
import type { ShownMark } from "./use-marks.ts";
import { useRun } from "./use-run.ts";

const verdicts = { none: "not judged", accepted: "accepted: a fault", dismissed: "dismissed: no fault" } as const;
type Word = keyof typeof verdicts;

/** What an auditor says of a cell. */
export function MarkBox({ cell }: { readonly cell: Cell }) {
  const { marks } = useRun();
  const shown = marks.of(cell.base, cell.downstream);
  const [comment, setComment] = useState(shown?.mark.comment ?? "");
  const verdict = shown?.mark.verdict ?? null;
  const say = (verdict: Mark["verdict"], comment: string): void => {
    const { base, downstream, deciding, effect } = cell;
    const figures = { relativeChange: deciding.mean, effect: effect?.value ?? null };
    const mark = { base, downstream, verdict, comment, ...figures, at: new Date().toISOString() };
    marks.set({ base, downstream }, verdict === null && comment === "" ? undefined : mark);
  };
  return (
    <fieldset className="mark">
      <legend>Your mark</legend>
      {(Object.keys(verdicts) as Word[]).map((word) => (
        <label key={word} className="choice">
          <input
            type="radio"
            name="mark"
            checked={(verdict ?? "none") === word}
            onChange={() => say(word === "none" ? null : word, comment)}
          />{" "}
          {verdicts[word]}
        </label>
      ))}
      <input
        type="text"
        aria-label="Comment"
        placeholder="comment"
        value={comment}
        onChange={(event) => {
          setComment(event.target.value);
          say(verdict, event.target.value);
        }}
      />
      {shown !== undefined && !shown.holds && (
        <p className="note warning">It was marked at {figureOf(shown.mark)}: look again.</p>
      )}
    </fieldset>
  );
}

/** The figure that was looked at. */
function figureOf({ effect, relativeChange }: Mark): string {
  return effect === null ? `a relative change of ${decimal(relativeChange)}` : `an effect of ${decimal(effect)}`;
}

/** What was said of a finding, in a few words. */
export function MarkWords({ shown }: { readonly shown: ShownMark | undefined }) {
  if (shown === undefined) return null;
  const { verdict, comment } = shown.mark;
  return (
    <p className="mark-words">
      <b>{verdict ?? "comment"}</b>
      {shown.holds ? "" : `, at ${figureOf(shown.mark)}: look again`}
      {comment === "" ? "" : `: ${comment}`}
    </p>
  );
}

/** How many marks there are, and the way to keep them. */
export function MarksBar() {
  const { all, unsaved } = useRun().marks;
  if (all.length === 0 && !unsaved) return null;
  const count = (verdict: Mark["verdict"]): number => all.filter((mark) => mark.verdict === verdict).length;
  const text = `${JSON.stringify({ format: "cfalign-marks", formatVersion: 1, marks: all }, null, 2)}\n`;
  return (
    <p className="marks-bar">
      <span role="status">
        {count("accepted")} accepted, {count("dismissed")} dismissed, {count(null)} with a comment only.
      </span>{" "}
      {unsaved && (
        <>
          <button type="button" onClick={() => download("marks.json", new Blob([text], { type: "application/json" }))}>
            Save marks.json
          </button>{" "}
          <small>Put it into the run’s folder: the next report shows it, and cfalign check reads it.</small>
        </>
      )}
    </p>
  );
}
