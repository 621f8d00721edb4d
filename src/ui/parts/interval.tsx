import type { IntervalPoint } from "../../pictures/interval-plot.ts";
import { decimal } from "./numbers.ts";

/** Ends of the line. */
const end = 1.5;

interface Props {
  readonly value: number;
  readonly ci: readonly [number, number] | null;
  readonly minEffect: number;
  /** What the value is. */
  readonly what?: string;
  /** What is known of it, drawn as in plots on paper. */
  readonly state?: IntervalPoint["state"] | undefined;
}

/** A value and its interval on a line from −1.5 to 1.5, with 0, ±1 and the band of effects that don't matter; an arrow where they lie beyond. */
export function Interval({ value, ci, minEffect, what = "relative change", state }: Props) {
  const x = (share: number): number => 60 + 57 * (Math.min(end, Math.max(-end, share)) / end);
  return (
    <svg className="interval" viewBox="0 0 120 16" role="img" aria-label={`${what} ${decimal(value)}`}>
      <rect className="band" x={x(-minEffect)} y="2" width={x(minEffect) - x(-minEffect)} height="12" />
      <line className="axis" x1={x(-end)} x2={x(end)} y1="8" y2="8" />
      <line className="axis" x1={x(-1)} x2={x(-1)} y1="5" y2="11" />
      <line className="axis" x1={x(1)} x2={x(1)} y1="5" y2="11" />
      <line className="zero" x1={x(0)} x2={x(0)} y1="2" y2="14" />
      {ci !== null && <line className={value < 0 ? "bar neg" : "bar pos"} x1={x(ci[0])} x2={x(ci[1])} y1="8" y2="8" />}
      {ci !== null && Math.min(...ci) < -end && <path className="beyond" d="M6 4.5 1 8l5 3.5" />}
      {ci !== null && Math.max(...ci) > end && <path className="beyond" d="m114 4.5 5 3.5-5 3.5" />}
      <circle className={value < 0 ? "neg" : "pos"} data-state={state} cx={x(value)} cy="8" r="2.8" />
    </svg>
  );
}
