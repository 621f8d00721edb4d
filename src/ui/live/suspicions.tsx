import { suspicionsIn } from "../../live/suspicions.ts";
import type { Cell, Matrix } from "../../results/matrix-schema.ts";
import { remedyOf } from "../../words/cell.ts";
import { decimal, plural, range } from "../parts/numbers.ts";

/** What an audit ends with: what it found, and what it points at. */
export function Suspicions({ matrix }: { readonly matrix: Matrix }) {
  const cells = suspicionsIn(matrix);
  return (
    <div className="suspicions">
      <h3>{cells.some(({ state }) => state === "found") ? "What was found" : "Strongest suspicions"}</h3>
      {cells.length === 0 && (
        <p className="note">
          No feature moved with a base by more than {decimal(matrix.minEffect, 1)} on ten pictures: nothing points
          anywhere yet. That is no all-clear.
        </p>
      )}
      <ol>
        {cells.map((cell) => (
          <li key={`${cell.base} ${cell.downstream}`} data-state={cell.state}>
            <em>{cell.downstream}</em> moves with <em>{cell.base}</em>, by {decimal(cell.deciding.mean)}
            {cell.deciding.ci !== null && ` (${range(cell.deciding.ci)})`} for one unit of it, on{" "}
            {plural(cell.deciding.count, "picture")}: {verdictWords(cell)}
          </li>
        ))}
      </ol>
    </div>
  );
}

function verdictWords(cell: Cell): string {
  return cell.state === "found" ? "found." : `a suspicion. What would tell: ${remedyOf(cell)}.`;
}
