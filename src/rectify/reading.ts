import type { BranchTerm } from "../onnx/add-branch.ts";
import type { Row } from "./layer.ts";
import { folded, withoutSignals } from "./signals.ts";

/** What is made of the numbers that a last layer reads before a row is fitted to them, and how that comes into the file. */
export interface Reading {
  /** Numbers that a row is fitted to. */
  changed(read: Float32Array): Float32Array;
  /** A row for changed numbers, as a row for the numbers as they are. */
  folded(row: Row): Row;
  /** What has to be added to that row's logit, from the numbers as they are. */
  beside(row: Row): readonly BranchTerm[];
}

/** The numbers as they are. */
export const asTheyAre: Reading = { changed: (read) => read, folded: (row) => row, beside: () => [] };

/** Nothing is left along the signals of features: all of it goes into the row. */
export function projected(signals: readonly Float64Array[]): Reading {
  return {
    changed: (read) => withoutSignals(read, signals),
    folded: (row) => folded(row, signals),
    beside: () => [],
  };
}

/** A feature's signal, and who says where the feature is. */
export interface GatedSignal {
  readonly signal: Float64Array;
  /** Logit of the feature from the same numbers. */
  readonly gate: Row;
  /** What pictures without the feature have along the signal, on average. */
  readonly absent: number;
}

/**
 * Along a signal pictures become as those without the feature are, as far as a gate says that the feature is there: where it is not, nothing
 * changes. Numbers − Σ sigmoid(gate) · (along − absent) · signal (reactive correction: Bareeva et al. 2024).
 */
export function projectedWherePresent(signals: readonly GatedSignal[]): Reading {
  return {
    changed(read) {
      const left = read.slice();
      for (const { signal, gate, absent } of signals) {
        const share = 1 / (1 + Math.exp(-logitOf(gate, read)));
        const away = share * (dot(signal, read) - absent);
        for (let i = 0; i < left.length; i++) left[i] = (left[i] as number) - away * (signal[i] as number);
      }
      return left;
    },
    folded: (row) => row,
    beside: (row) =>
      signals.map(({ signal, gate, absent }) => {
        const along = dot(signal, row.weights);
        return { weights: signal.map((value) => -along * value), bias: along * absent, gate };
      }),
  };
}

/** The logit of a row. */
export function logitOf({ weights, bias }: Row, read: ArrayLike<number>): number {
  return bias + dot(weights, read);
}

/** Mean over some numbers of what they have along a signal. */
export function meanAlong(signal: Float64Array, some: readonly ArrayLike<number>[]): number {
  return some.reduce((sum, read) => sum + dot(signal, read) / some.length, 0);
}

function dot(weights: ArrayLike<number>, read: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += (weights[i] as number) * (read[i] as number);
  return sum;
}
