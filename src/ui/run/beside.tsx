import { useMemo } from "react";
import type { Cell } from "../../audit/schema.ts";
import type { ReportData } from "../../report/data.ts";
import { Choice } from "../parts/choice.tsx";
import { decimal } from "../parts/numbers.ts";
import { WayFigure } from "../parts/way-figure.tsx";
import { pointsOf } from "./points.ts";
import { type Way, waysOf } from "./ways.ts";

interface Props {
  readonly report: ReportData;
  readonly cell: Cell;
  /** The image that the viewer shows, by its place in the report's list. */
  readonly image: number;
  /** The base whose counterfactual stands beside. */
  readonly beside: string | undefined;
  readonly choose: (base: string | undefined) => void;
}

/** Two bases on one image: what each changed, and what that did to the downstream classifier. */
export function Beside({ report, cell, image, beside, choose }: Props) {
  const ways = useMemo(() => waysOf(report, image), [report, image]);
  const own = ways.find(({ base }) => base === cell.base);
  const others = ways.filter(({ base }) => base !== cell.base);
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
          {[own, other].map((way) => (
            <WayRow key={way.base} report={report} way={way} downstream={cell.downstream} image={image} />
          ))}
        </div>
      )}
    </div>
  );
}

function WayRow(props: {
  readonly report: ReportData;
  readonly way: Way;
  readonly downstream: string;
  readonly image: number;
}) {
  const { report, way, downstream, image } = props;
  const { base, before, after } = way;
  const point = useMemo(
    () => pointsOf(report, base, downstream).find((each) => each.image === image),
    [report, base, downstream, image],
  );
  return (
    <WayFigure base={base} before={before} after={after}>
      <b>{base}</b> lowered
      {base === downstream ? "" : `; relative change of ${downstream}: ${decimal(point?.relativeChange)}`}
    </WayFigure>
  );
}
