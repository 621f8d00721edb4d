import { useMemo } from "react";
import type { Cell } from "../../results/matrix-schema.ts";
import { Choice } from "../parts/choice.tsx";
import { CounterfactualFigure } from "../parts/counterfactual-figure.tsx";
import { decimal } from "../parts/numbers.ts";
import { type CounterfactualEnds, endsOf } from "./counterfactual-ends.ts";
import { pointsOf } from "./points.ts";
import { useRun } from "./use-run.ts";

interface Props {
  readonly cell: Cell;
  /** The image that the viewer shows, by its place in the report's list. */
  readonly image: number;
  /** The base whose counterfactual stands beside. */
  readonly beside: string | undefined;
  readonly choose: (base: string | undefined) => void;
}

/** Two bases on one image: what each changed, and what that did to the downstream classifier. */
export function Beside({ cell, image, beside, choose }: Props) {
  const { report } = useRun();
  const all = useMemo(() => endsOf(report, image), [report, image]);
  const own = all.find(({ base }) => base === cell.base);
  const others = all.filter(({ base }) => base !== cell.base);
  const other = others.find(({ base }) => base === beside);
  if (own === undefined || others.length === 0) return null;
  return (
    <div className="beside">
      <Choice
        label="On the same image, beside it"
        value={other?.base ?? ""}
        names={{ "": "no other base", ...Object.fromEntries(others.map(({ base }) => [base, base])) }}
        choose={(word) => choose(word === "" ? undefined : word)}
      />
      {other !== undefined && (
        <div className="beside-rows">
          {[own, other].map((ends) => (
            <EndsRow key={ends.base} ends={ends} downstream={cell.downstream} image={image} />
          ))}
        </div>
      )}
    </div>
  );
}

function EndsRow(props: { readonly ends: CounterfactualEnds; readonly downstream: string; readonly image: number }) {
  const { ends, downstream, image } = props;
  const { report } = useRun();
  const { base, before, after } = ends;
  const point = useMemo(
    () => pointsOf(report, base, downstream).find((each) => each.image === image),
    [report, base, downstream, image],
  );
  return (
    <CounterfactualFigure base={base} before={before} after={after}>
      <b>{base}</b> lowered
      {base === downstream ? "" : `; relative change of ${downstream}: ${decimal(point?.relativeChange)}`}
    </CounterfactualFigure>
  );
}
