import type { Row } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { looks } from "../../statistics/looks.ts";
import type { Concepts } from "./concepts.ts";
import { baseChange, type Movements } from "./movements.ts";
import type { Decisions } from "./presence.ts";

/** Difference of prevalence between used and dropped images from which it is said. */
const shiftThreshold = 0.2;
/** Images on either side below which a prevalence says too little. */
const minShiftCount = 10;

/** What the selection needs to know beside the rows. */
export interface SelectionRequest {
  readonly run: RunData;
  readonly movements: Movements;
  /** Decisions at the prediction from which the run selected images. */
  readonly selecting: Decisions;
  /** Decisions at 0.5, for the presence of features. */
  readonly decided: Decisions;
  readonly related: Concepts;
  readonly minBaseChange: number;
}

/**
 * Which images of one base took part: selected (there is a counterfactual), eligible (f_b(x0) − floor ≥ drop), reached (the drop was met), used
 * (baseChange > minBaseChange, and not counted apart), and why the others did not: `reconstruction-lost` (positive on the image, not on its
 * reconstruction; never selected), `small-change` (selected, and the base moved too little) and `at-limit` (it moved, but the search's limit
 * stopped it before the drop while most arrived).
 */
export function selectionRow(request: SelectionRequest): Omit<Row, "survival"> {
  const { run, movements, minBaseChange } = request;
  const { base, counterfactuals } = movements;
  const { drop } = run.options;
  const [low, high] = run.ranges[base] ?? [0, 1];
  const floor = low + run.options.floor * (high - low);
  const hasMoved = counterfactuals.map((row) => baseChange(row) > minBaseChange);
  const isUsed = hasMoved.map((moved, index) => moved && movements.apart[index] !== true);
  const used = isUsed.filter(Boolean).length;
  const moved = hasMoved.filter(Boolean).length;
  const stopReasons: Record<string, number> = {};
  for (const row of counterfactuals) stopReasons[row.stopReason] = (stopReasons[row.stopReason] ?? 0) + 1;
  const dropped: Record<string, number> = {};
  const lost = lostOnReconstruction(request);
  if (lost > 0) dropped["reconstruction-lost"] = lost;
  if (moved < counterfactuals.length) dropped["small-change"] = counterfactuals.length - moved;
  if (used < moved) dropped["at-limit"] = moved - used;
  return {
    base,
    selected: counterfactuals.length,
    eligible: counterfactuals.filter((row) => row.before - floor >= drop).length,
    reached: counterfactuals.filter((row) => row.stopReason === "dropped" || baseChange(row) >= drop).length,
    used,
    dropped,
    stopReasons,
    shifts: prevalenceShifts(request, isUsed),
  };
}

/**
 * Whether most images that could have reached the drop did not. The search then went as far as it may: what moved on such a
 * long way may be the way, not the classifier.
 */
export function rarelyReached({ reached, eligible }: Pick<Row, "reached" | "eligible">): boolean {
  return reached * 2 < eligible;
}

/** Images that are positive on the input but not on the reconstruction, up to where the base had its limit. */
function lostOnReconstruction({ run, movements, selecting }: SelectionRequest): number {
  if (run.options.select !== "positive") return 0;
  const { base, counterfactuals } = movements;
  const { limit } = run.options;
  const stopped = run.options.untilResolved === true && looks.includes(counterfactuals.length);
  const full = stopped || (limit !== null && counterfactuals.length >= limit);
  const last = full ? counterfactuals.at(-1)?.image : undefined;
  const classifier = run.positives[base] ?? base;
  let lost = 0;
  for (const { image } of run.images) {
    const onInput = selecting.positive(classifier, image, "input");
    if (onInput === true && selecting.positive(classifier, image, "reconstruction") === false) lost++;
    if (image === last) break;
  }
  return lost;
}

function prevalenceShifts(request: SelectionRequest, isUsed: readonly boolean[]): Row["shifts"] {
  const { run, movements, decided, related } = request;
  const { base, counterfactuals } = movements;
  const shifts: Row["shifts"] = [];
  const places = counterfactuals.map(({ image }) => decided.placeOf.get(image));
  for (const feature of run.downstream) {
    if (related.same(base, feature)) continue;
    const counts = { used: 0, usedPresent: 0, dropped: 0, droppedPresent: 0 };
    places.forEach((place, index) => {
      const present = place === undefined ? undefined : decided.positiveAt(feature, place, "reconstruction");
      if (present === undefined) return;
      counts[isUsed[index] ? "used" : "dropped"]++;
      if (present) counts[isUsed[index] ? "usedPresent" : "droppedPresent"]++;
    });
    if (counts.used < minShiftCount || counts.dropped < minShiftCount) continue;
    const used = counts.usedPresent / counts.used;
    const dropped = counts.droppedPresent / counts.dropped;
    if (Math.abs(used - dropped) > shiftThreshold) shifts.push({ feature, used, dropped });
  }
  return shifts.sort((a, b) => Math.abs(b.used - b.dropped) - Math.abs(a.used - a.dropped));
}
