import { createRandom } from "../../src/base/random.ts";
import type { PictureChange } from "../../src/modes/picture-change.ts";
import type { RunData } from "../../src/results/run-data.ts";
import { movedRun } from "../audit/effects/moved-run.ts";

/** Side of a picture, and how many counterfactuals there are of each kind, in turn. */
const side = 24;
export const count = 60;

/** Every third counterfactual takes out a patch at the lower left; the others take out the smile, a bar across the middle. */
export const isPatch = (image: number): boolean => image % 3 === 0;

/** A run of one base whose smile alone has a name. It explains what the smile does, and nothing of the patch. */
export function plantedRun(options: { readonly interventions?: boolean } = {}): RunData {
  const run = movedRun(
    {
      witnesses: { smiling: "judge/smiling", glasses: "judge/glasses" },
      predictions: {
        "judge/smiling": ({ smiling = 0 }) => smiling,
        "judge/glasses": ({ glasses = 0 }) => glasses,
        smiling: ({ smiling = 0 }) => 0.1 + 0.8 * smiling,
        glasses: ({ glasses = 0 }) => glasses,
      },
    },
    {
      count,
      relativeChange: (_, downstream, image) => (downstream === "judge/smiling" && !isPatch(image) ? 1 : 0),
      present: () => true,
      labels: (image) => ({ hat: image % 2 }),
    },
  );
  return options.interventions === false ? { ...run, interventions: [] } : run;
}

/** Their pictures, with noise of two grey levels. */
export function plantedPictures(run: RunData): PictureChange[] {
  const random = createRandom("planted pictures");
  return run.counterfactuals.map(({ image }, place): PictureChange => {
    const before = new Uint8Array(3 * side * side);
    const after = new Uint8Array(3 * side * side);
    before.forEach((_, at) => {
      const [x, y] = [Math.floor(at / 3) % side, Math.floor(at / 3 / side)];
      const goes = isPatch(place) ? x < 6 && y >= 18 : y >= 10 && y < 14 && x >= 6 && x < 18;
      // The later ones change more.
      before[at] = 100 + (goes ? 40 + place : 0) + random.integer(3);
      after[at] = 100 + random.integer(3);
    });
    const pixels = (data: Uint8Array) => ({ data, width: side, height: side, channels: 3 as const });
    return { image, before: pixels(before), after: pixels(after) };
  });
}
