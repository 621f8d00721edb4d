import { Name } from "../parts/name.tsx";
import { decimal, plural } from "../parts/numbers.ts";
import type { Prediction, PredictionRow } from "./prediction-rows.ts";

interface Props {
  readonly rows: readonly PredictionRow[];
  /** In a few words what the list shows. */
  readonly caption: string;
  /** Whether predictions are told as relative changes, for one unit of a base, or as changes. */
  readonly relative: boolean;
  readonly lower: (name: string) => void;
  /** Whether what did not move is shown: of both lists that are compared. */
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
}

/** Fewer rows than these are not worth a fold. */
const leastFolded = 4;

/** Every prediction, in the order that it is given; a name is a button that lowers it. What did not move is folded. */
export function PredictionList({ rows, caption, relative, lower, open, setOpen }: Props) {
  const still = rows.filter(({ moved }) => !moved);
  const folds = still.length >= leastFolded && still.length < rows.length;
  const row = (one: PredictionRow) => <Row key={one.name} {...{ row: one, relative, lower }} />;
  return (
    <table className="predictions">
      <caption className="hidden">{caption}</caption>
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
            {relative ? <abbr title="relative change: movement for one unit of the base">RC</abbr> : "change"}
          </th>
        </tr>
      </thead>
      <tbody>{rows.filter(({ moved }) => moved || !folds).map(row)}</tbody>
      {folds && (
        <tbody>
          <tr className="fold">
            <th colSpan={5}>
              <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
                {plural(still.length, "other")} hardly moved
              </button>
            </th>
          </tr>
        </tbody>
      )}
      {folds && <tbody hidden={!open}>{still.map(row)}</tbody>}
    </table>
  );
}

function Row({ row, relative, lower }: Pick<Props, "relative" | "lower"> & { readonly row: PredictionRow }) {
  const { name, judge, judges, before, now } = row;
  const figure = (one: Prediction): number | null => (relative ? one.relativeChange : one.now - one.before);
  return (
    <tr data-name={name}>
      <th scope="row">
        <button type="button" title={`lower ${name}`} onClick={() => lower(name)}>
          <Name name={name} />
        </button>
        {judge && <small>judge</small>}
        {judges.map((each) => (
          <span key={each.name} className="judged" data-name={each.name}>
            <button type="button" title={`lower ${each.name}`} onClick={() => lower(each.name)}>
              judge
            </button>{" "}
            <data value={each.now}>{decimal(each.now)}</data>
            {", was "}
            <data value={each.before}>{decimal(each.before)}</data>
            <data value={figure(each) ?? undefined} hidden>
              {decimal(figure(each))}
            </data>
          </span>
        ))}
      </th>
      <td>
        <Track {...{ before, now }} judges={judges} />
      </td>
      <td className="right strong">
        <data value={now}>{decimal(now)}</data>
      </td>
      <td className="right">
        <data value={before}>{decimal(before)}</data>
      </td>
      <td className={`right ${strength(row, figure(row))}`}>
        <data value={figure(row) ?? undefined}>{decimal(figure(row))}</data>
      </td>
    </tr>
  );
}

/** The colour of its bar: of what fell, and of what rose. */
function strength({ now, before }: Prediction, figure: number | null): string {
  if (figure === null) return "";
  return now < before ? "pos" : "neg";
}

const within = (value: number): number => 100 * Math.min(1, Math.max(0, value));

/** From 0 to 1: a bar to where the prediction is, what it left or gained on the way, and where judges are. */
function Track({ before, now, judges }: Pick<PredictionRow, "before" | "now" | "judges">) {
  const [low, high] = [Math.min(before, now), Math.max(before, now)].map(within) as [number, number];
  return (
    <svg className="track" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      <rect className="ground" x="0" y="3.5" width="100" height="3" />
      <rect className="value" x="0" y="2" width={within(now)} height="6" />
      <rect className={`moved ${now < before ? "pos" : "neg"}`} x={low} y="2" width={high - low} height="6" />
      <rect className="start" x={Math.max(0, within(before) - 0.5)} y="0" width="1" height="10" />
      {judges.map((each) => (
        <rect key={each.name} className="judge" x={Math.max(0, within(each.now) - 0.75)} y="3" width="1.5" height="4" />
      ))}
    </svg>
  );
}
