import { CfalignError } from "../base/errors.ts";
import type { Random } from "../base/random.ts";
import { FACTORS, type Factor, isFactor, type Strengths } from "./factors.ts";

/** A wished correlation (phi, in (-1, 1)) between the labels of two factors. */
export interface Correlation {
  readonly a: string;
  readonly b: string;
  readonly phi: number;
}

/** How strengths are drawn. */
export interface SampleOptions {
  /** Share of strengths drawn uniformly over [0, 1] instead of near 0 or near 1; 0 by default, 0.4 in training. */
  readonly middle?: number;
  readonly correlate?: readonly Correlation[];
}

/**
 * A sampler of strengths. Labels are present in half of the faces and independent but for `correlate`:
 * a Gaussian copula with correlation sin(π·phi/2) at the median gives labels the correlation phi.
 *
 * @throws CfalignError("usage") for an unknown factor, a pair of one factor, a phi outside (-1, 1), or correlations that contradict each other.
 */
export function strengthSampler(options: SampleOptions = {}): (random: Random) => Strengths {
  const middle = options.middle ?? 0;
  const factor = cholesky(copula(options.correlate ?? []));
  return (random) => {
    const normals = FACTORS.map(() => random.normal());
    return Object.fromEntries(
      FACTORS.map((name, i) => {
        const row = factor[i] ?? [];
        const value = row.reduce((sum, weight, j) => sum + weight * (normals[j] ?? 0), 0);
        const rank = normalCdf(value);
        return [name, random.uniform() < middle ? rank : bimodal(rank)];
      }),
    ) as Record<Factor, number>;
  };
}

/** Sends a uniform rank near 0 or near 1, keeping its order and its side of ½. */
function bimodal(rank: number): number {
  const distance = Math.min(rank, 1 - rank) * 2;
  const near = 0.15 * distance * distance;
  return rank < 0.5 ? near : 1 - near;
}

function copula(correlate: readonly Correlation[]): number[][] {
  const matrix = FACTORS.map((_, i) => FACTORS.map((_, j) => (i === j ? 1 : 0)));
  for (const { a, b, phi } of correlate) {
    const i = positionOf(a);
    const j = positionOf(b);
    if (i === j) throw refuse(`expected two different factors, got "${a}" twice`);
    if (!(Math.abs(phi) < 1)) throw refuse(`expected a correlation between -1 and 1 for "${a}~${b}", got ${phi}`);
    const rho = Math.sin((Math.PI / 2) * phi);
    (matrix[i] as number[])[j] = rho;
    (matrix[j] as number[])[i] = rho;
  }
  return matrix;
}

function positionOf(name: string): number {
  if (!isFactor(name)) throw refuse(`unknown factor "${name}": expected one of ${FACTORS.join(", ")}`);
  return FACTORS.indexOf(name);
}

function refuse(message: string): CfalignError {
  return new CfalignError("usage", message, { where: "correlate" });
}

/** The lower triangle L of matrix = L·Lᵀ. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const lower: number[][] = [];
  matrix.forEach((values, i) => {
    const row: number[] = [];
    lower.push(row);
    for (let j = 0; j <= i; j++) {
      const other = lower[j] as number[];
      let rest = values[j] as number;
      for (let k = 0; k < j; k++) rest -= (row[k] as number) * (other[k] as number);
      if (i === j && rest <= 1e-9) {
        throw refuse(`the correlations of "${FACTORS[i]}" contradict the others: make them weaker`);
      }
      row.push(i === j ? Math.sqrt(rest) : rest / (other[j] as number));
    }
  });
  return lower;
}

/** Φ by Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8: a rank for drawing, not for statistics. */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? tail : 1 - tail;
}
