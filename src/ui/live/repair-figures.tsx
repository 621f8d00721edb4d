import type { Repaired } from "../../live/repaired.ts";
import { decimal, percent, range } from "../parts/numbers.ts";
import type { RepairSubject } from "./use-repair.ts";

interface Props {
  /** Without a repair, and with the amount that the slider is at. */
  readonly before: Repaired;
  readonly after: Repaired;
  readonly subject: RepairSubject;
  /** What the target is about. */
  readonly concept: string;
  /** Pictures on which the feature was taken out or put in. */
  readonly edits: number;
}

/** What a repair does: the effect of the feature, and who is right about what. */
export function RepairFigures({ before, after, subject: { target, feature }, concept, edits }: Props) {
  const groups = after.performance?.groups ?? [];
  const accuracyBefore = (index: number): number | undefined => before.performance?.groups[index]?.accuracy;
  return (
    <table className="plain repair-figures">
      <caption className="hidden">What becomes of {target}</caption>
      <thead>
        <tr>
          <th scope="col"> </th>
          <th scope="col" className="right">
            before
          </th>
          <th scope="col" className="right">
            now
          </th>
          <th scope="col"> </th>
        </tr>
      </thead>
      <tbody>
        <tr data-figure="effect">
          <th scope="row">effect of {feature}</th>
          <td className="right">{decimal(before.effect?.value)}</td>
          <td className="right strong">
            <data value={after.effect?.value}>{decimal(after.effect?.value)}</data>
          </td>
          <td className="note">
            {range(after.effect?.ci)} (95 %, {edits} pictures)
          </td>
        </tr>
        {after.performance !== undefined && (
          <tr data-figure="worst">
            <th scope="row">right in the worst group</th>
            <td className="right">{shareWords(before.performance?.worstGroup)}</td>
            <td className="right strong">
              <data value={after.performance.worstGroup ?? undefined}>{shareWords(after.performance.worstGroup)}</data>
            </td>
            <td className="note">of {after.performance.count} pictures with labels</td>
          </tr>
        )}
        {groups.map(({ positive, feature: has, count, accuracy }, index) => (
          <tr key={`${positive} ${has}`} className="minor">
            <th scope="row">
              {positive ? concept : `not ${concept}`} {has ? "with" : "without"} {feature}
            </th>
            <td className="right">{shareWords(accuracyBefore(index))}</td>
            <td className="right">{shareWords(accuracy)}</td>
            <td className="note">of {count}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={4} className="note">
            It says yes from {decimal(after.threshold)} on
            {after.performance === undefined ? ", as often as before" : ", which is right most often here"}. These
            pictures chose it: cfalign rectify judges a repair on pictures that nothing saw.
          </td>
        </tr>
      </tfoot>
    </table>
  );
}

function shareWords(share: number | null | undefined): string {
  return share == null ? "–" : percent(share, 1);
}
