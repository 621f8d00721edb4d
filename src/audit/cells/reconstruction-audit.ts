import type { AuditRow } from "../../results/matrix-schema.ts";
import type { RunData } from "../../results/run-data.ts";
import { mean } from "../../statistics/moments.ts";
import { decisionCode, reconstructionLossOf } from "../../statistics/reconstruction-loss.ts";
import { valuesAt } from "./cell.ts";
import type { Decisions } from "./presence.ts";

/** 2⁻²³, the spacing of float32 at 1: what is nearer to an end of the range has no digits left to move by. */
const spacing = 2 ** -23;
/** Images below which a column is not called saturated. */
const minSaturatedCount = 10;

function isSaturated(reconstruction: Float64Array, [low, high]: readonly [number, number] = [0, 1]): boolean {
  let near = 0;
  for (const value of reconstruction) {
    const inside = (value - low) / (high - low);
    if (Math.min(inside, 1 - inside) < spacing) near += 1;
  }
  return reconstruction.length >= minSaturatedCount && near * 2 >= reconstruction.length;
}

/**
 * f(x) against f(D(E(x))) for every classifier of a run, over all images with predictions: downstream in the order of the run, then bases that
 * are not among them, then judges. `blind` is a feature that the autoencoder loses (`reconstructionLoss`); `saturated` a sigmoid that hardly
 * moves whatever happens to its logit. Most classes of a softmax are near 0 as it should be.
 */
export function reconstructionAudit(run: RunData, decided: Decisions): AuditRow[] {
  const classifiers = [...new Set([...run.downstream, ...run.bases, ...run.judges])];
  const all = new Uint32Array(decided.images.length).map((_, place) => place);
  return classifiers.flatMap((classifier) => {
    const predictions = decided.predictions(classifier);
    if (predictions === undefined) return [];
    const places = all.filter((place) => !Number.isNaN(predictions.input[place]));
    const input = valuesAt(predictions.input, places);
    const reconstruction = valuesAt(predictions.reconstruction, places);
    const codes = (side: "input" | "reconstruction"): Uint8Array =>
      new Uint8Array(places.length).map((_, at) =>
        decisionCode(decided.positiveAt(classifier, places[at] as number, side)),
      );
    const [before, after] = [codes("input"), codes("reconstruction")];
    const { agreement, blind } = reconstructionLossOf({ input, reconstruction, before, after });
    const meanChange = mean(reconstruction.map((value, at) => value - (input[at] as number)));
    const saturated =
      run.softmaxGroups[classifier] === undefined && isSaturated(reconstruction, run.ranges[classifier]);
    return [{ classifier, agreement: agreement ?? null, meanChange, count: places.length, blind, saturated }];
  });
}
