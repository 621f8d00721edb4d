import { Name } from "../parts/name.tsx";
import { decimal } from "../parts/numbers.ts";

/** One classifier: where it started, where it is, and how far it went for one unit of the base. */
export interface PredictionRow {
  readonly name: string;
  readonly judge: boolean;
  readonly before: number;
  readonly now: number;
  readonly relativeChange: number | null;
}

interface Props {
  readonly rows: readonly PredictionRow[];
  /** The base of a counterfactual; undefined while there is none. */
  readonly base: string | undefined;
  readonly lower: (name: string) => void;
}

/** Every prediction, in the order that it is given; a name is a button that lowers it. */
export function PredictionList({ rows, base, lower }: Props) {
  return (
    <table className="predictions">
      <caption className="hidden">
        {base === undefined ? "Predictions of the picture" : `How predictions move as ${base} is lowered`}
      </caption>
      <thead>
        <tr>
          <th scope="col">classifier</th>
          <th scope="col">
            <span className="hidden">prediction from 0 to 1</span>
          </th>
          <th scope="col" className="right">
            now
          </th>
          <th scope="col" className="right">
            before
          </th>
          <th scope="col" className="right">
            <abbr title="relative change: movement for one unit of the base">RC</abbr>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, judge, before, now, relativeChange }) => (
          <tr key={name} data-name={name}>
            <th scope="row">
              <button type="button" title={`lower ${name}`} onClick={() => lower(name)}>
                <Name name={name} />
              </button>
              {judge && <small>judge</small>}
            </th>
            <td>
              <Track before={before} now={now} />
            </td>
            <td className="right strong">
              <data value={now}>{decimal(now)}</data>
            </td>
            <td className="right">
              <data value={before}>{decimal(before)}</data>
            </td>
            <td className={`right ${strength(relativeChange)}`}>
              <data value={relativeChange ?? undefined}>{decimal(relativeChange)}</data>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function strength(relativeChange: number | null): string {
  if (relativeChange === null) return "";
  return relativeChange > 0 ? "pos" : "neg";
}

const within = (value: number): number => 100 * Math.min(1, Math.max(0, value));

/** From 0 to 1: a bar to where the prediction is, and what it left or gained on the way. */
function Track({ before, now }: { readonly before: number; readonly now: number }) {
  const [low, high] = [Math.min(before, now), Math.max(before, now)].map(within) as [number, number];
  return (
    <svg className="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="ground" x="0" y="3.5" width="100" height="3" />
      <rect className="value" x="0" y="2" width={within(now)} height="6" />
      <rect className={`moved ${now < before ? "pos" : "neg"}`} x={low} y="2" width={high - low} height="6" />
      <rect className="start" x={Math.max(0, within(before) - 0.5)} y="0" width="1" height="10" />
    </svg>
  );
}
