import type { Matrix } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { type MeanInterval, meanIntervals } from "../../statistics/mean-interval.ts";
import { onSide, usedOf } from "./cell.ts";
import { cellColumns } from "./cell-columns.ts";
import { movements } from "./movements.ts";
import { decisions } from "./presence.ts";

/** A label with few values, and every cell on the images of each. */
export interface LabelGroups {
  readonly label: string;
  /** Smallest first. */
  readonly values: readonly number[];
  /** For each cell of the matrix, for each value: relative change on the images of the stratum that is quoted for the cell. */
  readonly cells: readonly (readonly MeanInterval[])[];
}

/** Labels with more values are no groups. */
const mostValues = 6;

/** Every cell by the values of every label. What is quoted is described, not tested: with many labels some differ by chance. */
export function subgroups(run: RunData, { cells, minBaseChange, confidence }: Matrix): LabelGroups[] {
  const labelsOf = new Map(run.images.map(({ image, labels }) => [image, labels]));
  const groups = [...new Set(run.images.flatMap(({ labels }) => Object.keys(labels)))].flatMap((label) => {
    const values = new Set(run.images.flatMap(({ labels }) => labels[label] ?? []));
    if (values.size < 2 || values.size > mostValues) return [];
    return { label, values: [...values].sort((a, b) => a - b) };
  });
  const decided = decisions(run);
  const figuresOf = meanIntervals(confidence);
  const moved = new Map(movements(run).map((each) => [each.base, each]));
  const found = groups.map((group) => ({ ...group, cells: [] as MeanInterval[][] }));
  if (found.length === 0) return found;
  for (const { base, downstream, deciding } of cells) {
    const movements = moved.get(base);
    const cell = movements && cellColumns({ run, movements, decided, downstream });
    const behind = cell === undefined ? [] : [...onSide(cell, usedOf(cell, minBaseChange), deciding.stratum)];
    const labels = behind.map((at) =>
      labelsOf.get(movements?.counterfactuals[cell?.places[at] as number]?.image ?? ""),
    );
    for (const { label, values, cells: intervals } of found) {
      const byValue = new Map(values.map((value) => [value, [] as number[]]));
      for (const [index, at] of behind.entries()) {
        const value = labels[index]?.[label];
        if (value !== undefined) byValue.get(value)?.push(cell?.relativeChange[at] as number);
      }
      intervals.push(values.map((value) => figuresOf(byValue.get(value) ?? [])));
    }
  }
  return found;
}
