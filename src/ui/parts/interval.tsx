import type { IntervalPoint } from "../../pictures/interval-plot.ts";
import { decimal } from "./numbers.ts";

/** Ends of the line without numbers. */
const end = 1.5;
/** Of that with numbers, where value and interval lie on one side: beyond the last number, and beyond 0. */
const [far, near] = [1.12, 0.2];

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

/** The same, larger, with numbers at 0, at the smallest effect that matters and at 1: to the side where the value lies. */
export function NumberedInterval({ value, ci, minEffect, what }: Omit<Props, "state">) {
  const sign = value < 0 ? -1 : 1;
  // The line runs to the right for positive values, to the left for negative ones.
  const x = (share: number): number => {
    const along = Math.min(far, Math.max(-near, sign * share));
    const way = 6 + (228 * (along + near)) / (far + near);
    return sign > 0 ? way : 240 - way;
  };
  const side = value < 0 ? "neg" : "pos";
  const beyond = sign * (sign > 0 ? Math.max(value, ...(ci ?? [])) : Math.min(value, ...(ci ?? []))) > far;
  const [left, right] = [x(-minEffect), x(minEffect)].toSorted((a, b) => a - b) as [number, number];
  return (
    <svg className="interval numbered" viewBox="0 0 240 34" role="img" aria-label={`${what} ${decimal(value)}`}>
      <rect className="band" x={left} y="2" width={right - left} height="14" />
      <line className="axis" x1="3" x2="237" y1="9" y2="9" />
      {[0, sign * minEffect, sign].map((tick) => (
        <g key={tick}>
          <line className={tick === 0 ? "zero" : "axis"} x1={x(tick)} x2={x(tick)} y1={tick === 0 ? 2 : 5} y2="17" />
          <text x={x(tick)} y="30">
            {shortDecimal(tick)}
          </text>
        </g>
      ))}
      {ci !== null && <line className={`bar ${side}`} x1={x(ci[0])} x2={x(ci[1])} y1="9" y2="9" />}
      {beyond && <path className="beyond" d={sign > 0 ? "m233 5 5 4-5 4" : "m7 5-5 4 5 4"} />}
      <circle className={side} cx={x(value)} cy="9" r="4.5" />
    </svg>
  );
}

/** A number without zeros at its end: "0", "0.1", "−1". */
function shortDecimal(value: number): string {
  return String(Number(value.toFixed(2))).replace("-", "−");
}
